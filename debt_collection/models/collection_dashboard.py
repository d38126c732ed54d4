"""The manager's page: what the collections department does, in one look, from what was published each day.

How it works. The figures of days come from the snapshots, never from the ledger, so that the page is as quick for a
million invoices as for ten: one statement reads the days (see collection_dashboard_figures.py), a few more what is open
now (collection_dashboard_lists.py). Every figure leaves here as text in the user's language, with a target: what
`open_records` needs to show its records (collection_dashboard_records.py). The browser only draws.
"""

from collections import namedtuple
from datetime import timedelta

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang, get_lang
from odoo.tools.date_utils import end_of, start_of
from odoo.tools.misc import babel_locale_parse

LONGEST = 36

# what is asked: company is the root, user_id None for all collectors; first and last are days that are published
Question = namedtuple("Question", "company user_id first last")


class CollectionDashboard(models.AbstractModel):
    _name = "collection.dashboard"
    _description = "Collections Dashboard"

    @api.model
    def get_filters(self):
        """Return what the page can be asked: companies, periods with their dates, and the first choice of each.

        :return: {"companies": [{id, name}], "company_id", "periods": [{code, label, date_from, date_to}], "period",
            "can_compute"}
        :raises AccessError: the user is neither manager nor auditor of collections
        """
        self._check_may_look()
        # sudo: who works in a branch sees the debtors of its root, and so its name
        companies = self.env.companies.sudo().root_id.sorted("name")
        return {
            "companies": [{"id": company.id, "name": company.name} for company in companies],
            "company_id": self.env.company.root_id.id,
            "periods": [
                {"code": code, "label": label, "date_from": first.isoformat(), "date_to": last.isoformat()}
                for code, label, first, last in self._periods()
            ],
            "period": "last_3_months",
            "can_compute": self._may_compute(),
        }

    @api.model
    def get_data(self, company_id, date_from, date_to, user_id=None):
        """Return the whole page, in words and numbers of the user's language.

        :param company_id: id of a company the user works in (its root is taken)
        :param date_from: the first day, date or ISO text
        :param date_to: the last day, at most 36 months later
        :param user_id: id of a collector, or None for all
        :raises AccessError: the user is neither manager nor auditor, or does not work in the company
        :raises UserError: dates that are none, reversed, or too far apart
        """
        self._check_may_look()
        company = self._checked_company(company_id)
        first, last = self._checked_dates(date_from, date_to)
        user_id = user_id or None
        published = self._published(company)
        collectors = self._collector_names(company)
        page = {
            "published": bool(published),
            "collectors": collectors,
            "debtors": self._debtors(company, user_id),
            "promises": self._promises_due(company, user_id),
        }
        if not published:
            return page
        page["published_text"] = self.env._("As published up to %s", format_date(self.env, published[1]))
        first, last = max(first, published[0]), min(last, published[1])
        if first > last:
            page["period_text"] = self.env._(
                "Nothing was published in this period. The figures run from %(first)s to %(last)s.",
                first=format_date(self.env, published[0]),
                last=format_date(self.env, published[1]),
            )
            return page
        question = Question(company, user_id, first, last)
        before = question._replace(**dict(zip(("first", "last"), self._period_before(first, last), strict=True)))
        promises = self._promise_results(question)
        return {
            **page,
            **self._figures(question, before if before.first >= published[0] else None, promises),
            "period_text": self._between(first, last),
            "channels": self._channels(question),
            "team": self._team(question, promises, collectors),
        }

    @api.model
    def compute_now(self):
        """Take the snapshots that are missing now, as the scheduled action does.

        :raises AccessError: the user is no collections manager
        """
        if not self._may_compute():
            raise AccessError(self.env._("The figures are computed by a collections manager."))
        # sudo: snapshots are written by the program alone, whoever asks for them
        self.env["collection.snapshot"].sudo()._cron_snapshot()

    # ---- what may be asked ----------------------------------------------------------------------------------------

    def _may_compute(self):
        return self.env.user.has_group("debt_collection.group_collection_manager")

    def _check_may_look(self):
        if not self._may_compute() and not self.env.user.has_group("debt_collection.group_collection_auditor"):
            raise AccessError(self.env._("The dashboard is for managers and auditors of collections."))

    def _checked_company(self, company_id):
        # sudo: only compared with the companies the user works in
        roots = self.env.companies.sudo().root_id
        company = self.env["res.company"].sudo().browse(company_id).exists().root_id
        if not company or company not in roots:
            raise AccessError(self.env._("You do not work in this company. Choose another one."))
        return company

    def _checked_dates(self, date_from, date_to):
        try:
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except ValueError:
            first = last = None
        if not first or not last:
            raise UserError(self.env._("Choose the first and the last day of the period."))
        if first > last:
            raise UserError(self.env._("The period ends before it begins. Choose a last day on or after the first."))
        if last >= first + relativedelta(months=LONGEST):
            raise UserError(self.env._("Choose a period of at most %s months.", LONGEST))
        return first, last

    def _periods(self):
        """Return [(code, label, first day, last day)]."""
        today = self.env["collection.case"]._today()
        month = start_of(today, "month")
        return [
            ("this_month", self.env._("This month"), month, today),
            ("last_month", self.env._("Last month"), month - relativedelta(months=1), month - timedelta(days=1)),
            ("last_3_months", self.env._("Last 3 months"), month - relativedelta(months=2), today),
            ("last_12_months", self.env._("Last 12 months"), month - relativedelta(months=11), today),
            ("this_year", self.env._("This year"), start_of(today, "year"), today),
        ]

    @api.model
    def _period_before(self, first, last):
        """Return the first and last day of the period that one is compared with.

        Whole months up to a day are compared with as many months before, up to the same day; more than half a year
        with the year before; other days with as many days before.
        """
        if first.day != 1:
            return first - (last - first) - timedelta(days=1), first - timedelta(days=1)
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        shift = relativedelta(months=12 if 6 < months <= 12 else months)
        whole = last == end_of(last, "month")
        return first - shift, end_of(last - shift, "month") if whole else last - shift

    # ---- words ----------------------------------------------------------------------------------------------------

    def _money(self, company, amount):
        return formatLang(self.env, amount, currency_obj=company.currency_id, rounding_unit="units")

    def _number(self, number):
        return formatLang(self.env, number, digits=0)

    def _percent(self, number):
        return self.env._("%s %%", formatLang(self.env, number, digits=1))

    def _short_date(self, day, skeleton):
        """Return a date in as few words as the language allows, such as "MMMd": Nov 22, 22 nov."""
        return format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(self.env).code))

    def _between(self, first, last):
        return self.env._("%(first)s – %(last)s", first=format_date(self.env, first), last=format_date(self.env, last))

    def _said(self, company, unit, value):
        """Return a value in words; a dash for what cannot be said."""
        if value is None:
            return "—"
        if unit == "money":
            return self._money(company, value)
        if unit == "percent":
            return self._percent(value)
        if unit == "days":
            return self.env._("%s days", formatLang(self.env, value, digits=1))
        return self._number(value)

    @api.model
    def _target(self, code, question=None, **values):
        """Return what `open_records` is to be asked: {code, date_from, date_to, user_id, key}."""
        target = {"code": code, "date_from": False, "date_to": False, "user_id": False, "key": False}
        if question:
            values = {
                "date_from": question.first, "date_to": question.last, "user_id": question.user_id or False, **values,
            }  # fmt: skip
        for name in ("date_from", "date_to"):
            if values.get(name):
                values[name] = values[name].isoformat()
        return {**target, **values}
