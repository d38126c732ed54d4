"""The records behind each figure of the dashboard.

What was owed on a past day is found by accounting dates: the lines of that day that are open still, or were matched by
a reconciliation of a later date (see collection_ledger_past.py). Their open amount is shown as it is today.
"""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .collection_kpi_open import MONEY
from .collection_promise import JUDGED

OPEN_ITEMS = ("receivables", "dso", "cei", "add")


class CollectionDashboard(models.AbstractModel):
    _inherit = "collection.dashboard"

    @api.model
    def open_records(self, code, company_id, date_from=None, date_to=None, user_id=None, key=None):
        """Return the window action with the records behind a figure.

        :param code: of a tile, or bucket, promises_due, cases or debtor
        :param company_id: id of a company the user works in
        :param date_from: the first day of the figure, where it has a period
        :param date_to: its last day
        :param user_id: id of a collector, or None for all
        :param key: the bucket, channel, debtor's case or kind of promise
        :raises AccessError: as for `get_data`
        :raises UserError: there is no such figure, or its dates are none
        """
        self._check_may_look()
        company = self._checked_company(company_id)
        if code in ("promises_due", "cases", "debtor"):
            return getattr(self, f"_open_{code}")(company, user_id or None, key)
        first, last = self._checked_dates(date_from, date_to)
        if code in (*OPEN_ITEMS, "overdue", "percent_current", "bucket"):
            return self._open_items(code, company, last, user_id or None, key)
        opens = {
            "collected": self._open_collected,
            "promise_kept_rate": self._open_judged_promises,
            "response_rate": self._open_contacts,
            "disputed": self._open_disputes,
        }.get(code)
        if not opens:
            raise UserError(self.env._("This figure has no records to show."))
        return opens(company, first, last, user_id or None, key)

    def _window(self, name, model, domain, views=("list", "kanban", "form"), **more):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "domain": list(domain),
            "views": [(False, view) for view in views],
            "target": "current",
            "context": {},
            **more,
        }

    # ---- journal items --------------------------------------------------------------------------------------------

    def _open_items(self, code, company, at, user_id, key):
        """Open what was owed at the end of a day; who may not read the accounts sees the cases."""
        if not self.env["account.move.line"].has_access("read"):
            return self._open_cases(company, user_id, key)
        domain = self._receivable(company, user_id, at, at) & Domain("date", "<=", at)
        if at < self.env["collection.case"]._today():
            domain &= (
                Domain("reconciled", "=", False)
                | Domain("matched_debit_ids.max_date", ">", at)
                | Domain("matched_credit_ids.max_date", ">", at)
            )
        else:
            domain &= Domain("reconciled", "=", False)
        name = self.env._("Owed on %s", format_date(self.env, at))
        if code == "overdue":
            name = self.env._("Overdue on %s", format_date(self.env, at))
            domain &= Domain("balance", ">", 0) & Domain("date_maturity", "<", at)
        elif code in ("percent_current", "bucket"):
            labels = dict(company._collection_buckets())
            key = key if key in labels else "not_due"
            name = self.env._("%(bucket)s on %(date)s", bucket=labels[key], date=format_date(self.env, at))
            domain &= Domain("balance", ">", 0) & self._in_bucket(company, key, at)
        return self._lines(name, domain)

    def _open_collected(self, company, first, last, user_id, _key):
        """Open the money received, and what went back."""
        if not self.env["account.move.line"].has_access("read"):
            raise UserError(self.env._("Payments are shown to those who may read the accounts. Ask for that access."))
        domain = (
            self._receivable(company, user_id, first, last)
            & Domain(*MONEY)
            & Domain("date", ">=", first)
            & Domain("date", "<=", last)
        )
        name = self.env._("Collected, %s", self._between(first, last))
        return self._lines(name, domain, collection_received=True)

    def _lines(self, name, domain, **context):
        view = self.env.ref("debt_collection.collection_dashboard_line_view_list")
        search = self.env.ref("debt_collection.account_move_line_view_search_excluded")
        return self._window(
            name,
            "account.move.line",
            [leaf if isinstance(leaf, str) else self._plain(leaf) for leaf in domain],
            views=(),
        ) | {"views": [(view.id, "list"), (False, "form")], "search_view_id": [search.id], "context": context}

    @api.model
    def _plain(self, leaf):
        """Return a condition of a domain as JSON can hold it: dates as text."""
        field, operator, value = leaf
        return [field, operator, value.isoformat() if hasattr(value, "isoformat") else value]

    def _receivable(self, company, user_id, first, last):
        """Return the domain of a company's receivable lines, of the debtors a collector had in a period."""
        domain = (
            Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("company_id", "child_of", company.id)
            & Domain("partner_id", "!=", False)
        )
        if user_id:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT debtor.partner_id
                      FROM collection_assignment assignment
                      JOIN collection_debtor debtor ON debtor.id = assignment.debtor_id
                     WHERE assignment.company_id = %s AND assignment.user_id = %s
                       AND assignment.date_from <= %s AND (assignment.date_to IS NULL OR assignment.date_to >= %s)
                       AND debtor.partner_id IS NOT NULL
                    """,
                    company.id,
                    user_id,
                    last,
                    first,
                )
            )
            domain &= Domain("partner_id.commercial_partner_id", "in", [partner_id for (partner_id,) in rows])
        return domain

    def _in_bucket(self, company, key, at):
        """Return the domain of lines that were so many days past due on a day."""
        if key == "not_due":
            return Domain("date_maturity", ">=", at)
        number, limits = int(key[1:]), (0, *company._collection_limits())
        domain = Domain("date_maturity", "<", at - timedelta(days=limits[number - 1]))
        if number < len(limits):
            domain &= Domain("date_maturity", ">=", at - timedelta(days=limits[number]))
        return domain

    # ---- our own records ------------------------------------------------------------------------------------------

    def _open_cases(self, company, user_id, key):
        domain = [("company_id", "=", company.id), ("stage", "!=", "courtesy"), ("state", "=", "open")]
        if user_id or key == "nobody":
            domain.append(("user_id", "=", user_id or False))
        return self._window(self.env._("Open cases"), "collection.case", domain)

    def _open_debtor(self, company, _user_id, key):
        case = self.env["collection.case"].search([("id", "=", key), ("company_id", "=", company.id)])
        if not case:
            raise UserError(self.env._("This case is no longer there. Press “Refresh”."))
        return self._window(case.display_name, "collection.case", [], views=("form",), res_id=case.id)

    def _open_promises_due(self, company, user_id, key):
        today = self.env["collection.case"]._today()
        week = self._week_end(today)
        days = {
            "late": [("date", "<", today.isoformat())],
            "today": [("date", "=", today.isoformat())],
            "week": [("date", ">", today.isoformat()), ("date", "<=", week.isoformat())],
            "later": [("date", ">", max(today, week).isoformat())],
        }.get(key, [])
        mine = [("case_id.user_id", "=", user_id)] if user_id else []
        domain = [("company_id", "=", company.id), ("state", "in", ("open", "to_match")), *days, *mine]
        return self._window(self.env._("Promises due"), "collection.promise", domain)

    def _open_judged_promises(self, company, first, last, user_id, _key):
        domain = [
            ("company_id", "=", company.id), ("date_judged", ">=", first.isoformat()),
            ("date_judged", "<=", last.isoformat()), ("state", "in", JUDGED),
        ]  # fmt: skip
        if user_id:
            domain.append(("case_id.user_id", "=", user_id))
        name = self.env._("Promises for %s", self._between(first, last))
        return self._window(name, "collection.promise", domain, context={"search_default_group_state": 1})

    def _open_contacts(self, company, first, last, user_id, key):
        domain = [
            ("company_id", "=", company.id), ("direction", "=", "out"), ("date", ">=", f"{first} 00:00:00"),
            ("date", "<=", f"{last} 23:59:59"), ("outcome", "not in", ("scheduled", "skipped", "override")),
            ("channel", "=", key) if key else ("channel", "!=", "note"),
        ]  # fmt: skip
        if user_id:
            domain.append(("case_id.user_id", "=", user_id))
        name = self.env._("Contacts, %s", self._between(first, last))
        context = {} if key else {"search_default_group_channel": 1}
        return self._window(name, "collection.contact", domain, context=context)

    def _open_disputes(self, company, _first, last, user_id, _key):
        day = last.isoformat()
        domain = [
            ("company_id", "=", company.id), ("date_open", "<=", day),
            "|", ("state", "=", "open"), ("date_resolved", ">", day),
        ]  # fmt: skip
        if user_id:
            domain.append(("case_id.user_id", "=", user_id))
        name = self.env._("Disputed on %s", format_date(self.env, last))
        return self._window(name, "collection.dispute", domain)
