"""Interest and compensation for late payment: simple interest, day by day.

No ORM, no clock, no rounding unless said. What is computed is exact (fractions) and comes out as a Decimal where the
principal is one, else as a float.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

DAY = timedelta(days=1)


class Period(NamedTuple):
    """Interest on one amount at one rate: both days are counted; `rate` is per cent a year."""

    base: object
    date_from: date
    date_to: date
    rate: object
    days: int
    amount: object


def late_interest(principal, rates, start, end, basis=365, daily_rounding=None, rate_rule="period"):
    """Return the simple interest on an amount paid late, without rounding the total.

    :param principal: what is owed
    :param rates: [(from_date, yearly_per_cent), ...] in any order; days before the first bear no interest
    :param start: the first day that bears interest, the day after the due date
    :param end: the last one, the day it is paid; before `start`: no interest
    :param basis: the days of a year, or "actual": those of the calendar year each day lies in
    :param daily_rounding: the number of decimals to which the amount of each day is rounded (half up), or None
    :param rate_rule: "period": each day at the rate in force on it; "payment": all at the rate in force on `end`
    """
    exact = sum(fraction for _span, fraction in _exact(principal, rates, start, end, basis, daily_rounding, rate_rule))
    return _like(principal, exact)


def periods(principal, rates, start, end, basis=365, daily_rounding=None, rate_rule="period"):
    """Return what `late_interest` adds up, as a list of Period: one for each rate."""
    return [
        Period(principal, first, last, rate, (last - first).days + 1, _like(principal, amount))
        for (first, last, rate), amount in _exact(principal, rates, start, end, basis, daily_rounding, rate_rule)
    ]


def stretches(principal, settled, start, end, rate_rule="period"):
    """Return on what amount interest runs from when to when: [(base, first day, last day)], both days counted.

    :param principal: what was owed on the due date, before any payment
    :param settled: [(date, amount)] of payments and credits; each bears interest until its day, that day included
    :param start: the first day asked for, at the earliest the day after the due date
    :param end: the last one
    :param rate_rule: "payment": an entry for each part paid and for what is left, since each has a rate of its own;
        else an entry for each amount that was open, one after the other
    """
    left, found, since = principal, [], start
    for day, amount in sorted(settled):
        part = min(amount, left)
        if part <= 0 or day >= end:
            continue
        if day >= start:
            if rate_rule == "payment":
                found.append((part, start, day))
            elif day >= since:
                found.append((left, since, day))
                since = day + DAY
        left -= part
    if left > 0 and since <= end:
        found.append((left, start if rate_rule == "payment" else since, end))
    return found


def rate_on(rates, day):
    """Return the yearly per cent in force on a day, or None before the first."""
    known = [(since, rate) for since, rate in rates if since <= day]
    return max(known, key=lambda row: row[0])[1] if known else None


def compensation(principal, bands):
    """Return the fixed sum for an invoice paid late; 0 when nothing is owed or no band fits.

    :param principal: what is owed
    :param bands: [(below or None, fixed), ...]: the first, in ascending order, whose limit is above the principal;
        None has no limit
    """
    if principal <= 0:
        return 0
    ascending = sorted(bands, key=lambda band: (band[0] is None, band[0] or 0))
    return next((fixed for below, fixed in ascending if below is None or principal < below), 0)


def _exact(principal, rates, start, end, basis, daily_rounding, rate_rule):
    """Yield ((first day, last day, rate), interest as a Fraction) for each rate between two days."""
    if rate_rule == "payment":
        rate = rate_on(rates, end)
        rates = [] if rate is None else [(start, rate)]
    ordered = sorted(rates, key=lambda row: row[0])
    for index, (since, rate) in enumerate(ordered):
        first = max(since, start)
        last = min(ordered[index + 1][0] - DAY, end) if index + 1 < len(ordered) else end
        if first <= last:
            yearly = _fraction(principal) * _fraction(rate) / 100
            amount = sum(
                days * _rounded(yearly / length, daily_rounding) for days, length in _years(first, last, basis)
            )
            yield (first, last, rate), amount


def _years(first, last, basis):
    """Yield (number of days, days of the year they count in) from a day to another, both counted."""
    if basis != "actual":
        yield (last - first).days + 1, basis
        return
    for year in range(first.year, last.year + 1):
        new_year, next_year = date(year, 1, 1), date(year + 1, 1, 1)
        yield (min(last, next_year - DAY) - max(first, new_year)).days + 1, (next_year - new_year).days


def _fraction(number):
    """Return a number as what it says in decimals: 11.15 is 1115/100, not the nearest binary float."""
    return Fraction(str(number))


def _rounded(fraction, decimals):
    if decimals is None:
        return fraction
    step = Decimal(1).scaleb(-decimals)
    return Fraction((Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(step, ROUND_HALF_UP))


def _like(principal, fraction):
    if isinstance(principal, Decimal):
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return float(fraction)
