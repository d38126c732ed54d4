"""Figures of days: what stood at the end of one, what happened over some."""

import bisect


class Daily:
    """Rows of consecutive days, some of which may be missing: nothing was published on those.

    :param rows: [dict], each with a `date` (datetime.date) and numbers by name, the oldest first
    """

    def __init__(self, rows):
        self.rows = rows
        self.dates = [row["date"] for row in rows]

    def at(self, day):
        """Return the row of a day's end: that of the last day published up to it; None before the first."""
        place = bisect.bisect_right(self.dates, day)
        return self.rows[place - 1] if place else None

    def total(self, name, first, last):
        """Return the sum of a number over the days from first to last, both counted."""
        start, end = bisect.bisect_left(self.dates, first), bisect.bisect_right(self.dates, last)
        return sum(row[name] for row in self.rows[start:end])
