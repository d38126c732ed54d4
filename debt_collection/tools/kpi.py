"""The trade's own measures of collecting, each as its textbook has it.

Amounts may be Decimal, float or int, of one kind within a call and in one currency, positive when owed to or received
by the company; nothing is rounded. What cannot be said (no sales, nothing due) is None, never a figure.
"""

from datetime import timedelta
from decimal import Decimal

# the keys of the age buckets, the youngest first
BUCKETS = ("not_due", "b1", "b2", "b3", "b4", "b5")


def dso(receivables, credit_sales, days):
    """Return the days sales outstanding: receivables / credit sales x days.

    :param receivables: amount owed at the end of the period
    :param credit_sales: sales on credit in the period
    :param days: int, the days of the period
    :return: days; None without sales
    """
    return _ratio(receivables * days, credit_sales)


def best_possible_dso(current_receivables, credit_sales, days):
    """Return the DSO there would be if everybody paid on time: what is not yet due / credit sales x days."""
    return dso(current_receivables, credit_sales, days)


def average_days_delinquent(receivables, current_receivables, credit_sales, days):
    """Return the average days delinquent (ADD): DSO less the best possible DSO; None without sales."""
    return dso(receivables - current_receivables, credit_sales, days)


def dso_count_back(receivables, months):
    """Return the DSO by counting back: whole months' sales are taken off the receivables, the newest first.

    :param receivables: amount owed at the end of the newest month
    :param months: [(credit sales, days of the month), ...], the newest first
    :return: days, the last month pro rata; None when more is owed than was sold in all of the months
    """
    total = 0
    for credit_sales, days in months:
        if receivables <= 0:
            break
        if receivables < credit_sales:
            return total + receivables * days / credit_sales
        total += days
        receivables -= credit_sales
    return total if receivables <= 0 else None


def collection_effectiveness(opening, credit_sales, closing, closing_current, months=1):
    """Return the collection effectiveness index (CEI) in per cent: what was collected of what could have been.

    :param opening: receivables at the start of the period
    :param credit_sales: sales on credit in the period
    :param closing: receivables at its end
    :param closing_current: the part of them that is not yet due
    :param months: some divide the sales of a period of several months by their number; 1 does not
    :return: (opening + sales - closing) / (opening + sales - not yet due) x 100; None when nothing could be collected
    """
    to_collect = opening + credit_sales / months
    return _per_cent(to_collect - closing, to_collect - closing_current)


def recovery_rate(collected, due):
    """Return collected / due in per cent; due is what was overdue at the start plus what has fallen due since."""
    return _per_cent(collected, due)


def roll_rate(opening_bucket, rolled):
    """Return in per cent how much of a bucket at the start of a period stands in the next one at its end."""
    return _per_cent(rolled, opening_bucket)


def receivables_turnover(credit_sales, average_receivables):
    """Return how often a period's sales turn the average receivables over: credit sales / average receivables."""
    return _ratio(credit_sales, average_receivables)


def cost_per_unit_collected(cost, collected):
    """Return what collecting one unit of the currency costs: contacts, collectors and commissions / cash collected."""
    return _ratio(cost, collected)


def average_days(items):
    """Return the average of days, simple and weighted by amount.

    :param items: [(amount, days), ...]; days before the due date are negative
    :return: (simple, weighted); None for each that cannot be said: no items, or amounts of nothing
    """
    items = list(items)
    return average_days_of_sums(
        len(items),
        sum(days for _amount, days in items),
        sum(amount for amount, _days in items),
        sum(amount * days for amount, days in items),
    )


def average_days_of_sums(number, days, amount, amount_days):
    """Return what `average_days` does, of items that are summed already.

    :param number: int, how many items
    :param days: the sum of their days
    :param amount: the sum of their amounts
    :param amount_days: the sum of amount times days
    """
    return _ratio(days, number), _ratio(amount_days, amount)


def share(part, whole):
    """Return a part in per cent of the whole: kept of the promises due, reached of those tried; None of nothing."""
    return _per_cent(part, whole)


def months_back(date_to, number):
    """Return the calendar months that end with the one of a day, as [(first day, days)], the newest first.

    Of the newest only the days up to `date_to` count: a period may end in the middle of a month.
    :param number: int, how many
    """
    months, last = [], date_to
    for _month in range(number):
        months.append((last.replace(day=1), last.day))
        last = last.replace(day=1) - timedelta(days=1)
    return months


def months_of(date_from, date_to):
    """Return how many months a period has, at least 1: its calendar months when it is whole ones, else days / 30.4.

    :param date_from: datetime.date, the first day
    :param date_to: datetime.date, the last day
    """
    after = date_to + timedelta(days=1)
    if date_from.day == after.day == 1:
        return max((after.year - date_from.year) * 12 + after.month - date_from.month, 1)
    return max(round(((date_to - date_from).days + 1) * 12 / 365.25), 1)


def exact(number):
    """Return a number that came as a float as the decimal it was: amounts that are equal leave nothing."""
    return Decimal(str(number))


def _ratio(part, whole):
    return part / whole if whole else None


def _per_cent(part, whole):
    return _ratio(part * 100, whole)
