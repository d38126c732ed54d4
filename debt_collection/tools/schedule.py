"""The instalments of a payment plan: an amount in parts, on days that follow one another. No rounding but that said."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import islice


class TooSmall(ValueError):
    """A part would be less than the smallest unit of the currency."""


def days(first, frequency, payday=None):
    """Yield the days of the instalments, each later than the one before, without an end.

    :param first: datetime.date; the first day, or the day from which on the first payday counts
    :param frequency: "weekly", "monthly" (the same day of each month, the last where the month is short) or "payday"
    :param payday: int, the day of the month on which the debtor gets paid (for "payday")

    >>> [str(day) for day in islice(days(date(2025, 1, 31), "monthly"), 3)]
    ['2025-01-31', '2025-02-28', '2025-03-31']
    >>> [str(day) for day in islice(days(date(2025, 1, 26), "payday", 25), 2)]
    ['2025-02-25', '2025-03-25']
    """
    if frequency == "weekly":
        day = first
        while True:
            yield day
            day += timedelta(days=7)
    anchor = payday if frequency == "payday" else first.day
    month = first.year * 12 + first.month - 1
    while True:
        day = _day_of_month(month, anchor)
        if day >= first:
            yield day
        month += 1


def equal_parts(total, number, unit):
    """Return an amount in that many parts, equal but for the last, on which the rounding is put; their sum is exact.

    :param total: Decimal, float or int, a multiple of the unit
    :param number: int, one or more
    :param unit: the smallest unit of the currency, as 0.01
    :return: list of Decimal
    :raises TooSmall: when a part would be less than the unit

    >>> equal_parts(100, 3, 0.01)
    [Decimal('33.33'), Decimal('33.33'), Decimal('33.34')]
    """
    total, unit = _exact(total), _exact(unit)
    part = (total / number // unit) * unit
    if part < unit:
        raise TooSmall(f"{total} in {number} parts")
    return [*[part] * (number - 1), total - part * (number - 1)]


def parts_of(total, part, unit):
    """Return an amount in parts of a given amount, and what remains as the last; their sum is exact.

    :param total: Decimal, float or int, a multiple of the unit
    :param part: the amount of each; what is not a multiple of the unit is cut off
    :param unit: the smallest unit of the currency, as 0.01
    :return: list of Decimal
    :raises TooSmall: when a part would be less than the unit

    >>> parts_of(250, 100, 0.01)
    [Decimal('100.00'), Decimal('100.00'), Decimal('50.00')]
    """
    total, unit = _exact(total), _exact(unit)
    part = (_exact(part) // unit) * unit
    if part < unit or total < unit:
        raise TooSmall(f"{total} in parts of {part}")
    parts = [part] * int(total // part)
    rest = total - part * len(parts)
    return [amount.quantize(unit, ROUND_DOWN) for amount in ([*parts, rest] if rest else parts)]


def schedule(parts, first, frequency, payday=None):
    """Return [(date, amount)], each part on its day; see `days`."""
    return list(zip(islice(days(first, frequency, payday), len(parts)), parts, strict=True))


def _day_of_month(month, day):
    """Return a day of a month, the last where the month is short. Months are counted from the year 0."""
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _exact(amount):
    """Return an amount as the decimal number it is written as."""
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))
