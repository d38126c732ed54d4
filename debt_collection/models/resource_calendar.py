"""Working hours and public holidays, as the contact rules read them."""

from datetime import timedelta

from babel.dates import get_day_names
from odoo import models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _collection_hours(self):
        """Return the `hours` of a Rule (see tools/contact_rules.py): of one week or of two; None: at any hour."""
        self.ensure_one()
        attendances = self.attendance_ids.filtered(lambda attendance: attendance._is_work_period())
        if self.flexible_hours or not attendances:
            return None
        days = [[] for _day in range(14 if self.two_weeks_calendar else 7)]
        for attendance in attendances:
            interval = (round(attendance.hour_from * 60), round(attendance.hour_to * 60))
            days[int(attendance.dayofweek) + 7 * int(attendance.week_type or 0)].append(interval)
        return tuple(tuple(sorted(day)) for day in days)

    def _collection_working_days(self):
        """Return the days of the week (0 is Monday) on which people work; Monday to Friday where it is not said."""
        hours = (self[:1] and self._collection_hours()) or ()
        return frozenset(number % 7 for number, day in enumerate(hours) if day) or frozenset(range(5))

    def _collection_closed(self, company, at):
        """Return the `closed` of a Rule: the time off that is nobody's own, from a moment on.

        :param company: res.company whose time off counts
        :param at: datetime (UTC)
        """
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "=", False)
            & Domain("time_type", "=", "leave")
            & Domain("calendar_id", "in", [False, *self.ids])
            & Domain("company_id", "in", [False, *company.ids])
            & Domain("date_to", ">=", at)
        )
        # a day off ends at 23:59:59: it is over with the next second
        return tuple((leave.date_from, leave.date_to + timedelta(seconds=1)) for leave in leaves)

    def _collection_hours_words(self, language):
        """Return the hours of a week in words, as “Monday – Friday 08:00–12:00, 13:00–17:00”; "" where there are none.

        :param language: code
        """
        names = get_day_names("wide", locale=babel_locale_parse(language))
        runs = []
        for number, day in enumerate((self._collection_hours() or ())[:7]):
            if not day:
                continue
            if runs and runs[-1][1] == number - 1 and runs[-1][2] == day:
                runs[-1][1] = number
            else:
                runs.append([number, number, day])
        texts = []
        for first, last, day in runs:
            hours = ", ".join("–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in part) for part in day)
            days = names[first] if first == last else f"{names[first]} – {names[last]}"
            texts.append(f"{days} {hours}")
        return "; ".join(texts)
