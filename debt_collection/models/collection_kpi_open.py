"""The records behind a KPI: the journal items, contacts, promises, disputes or write-offs it was reckoned from.

How it works. A domain on dates, never a list of ids, so that any figure can be opened: a journal item was open at the
end of a day when it is dated by then and is open still, or something of it was matched only afterwards.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .collection_case_numbers import REACHED
from .collection_kpi import DATED
from .collection_kpi_contacts import ATTEMPTS
from .collection_kpi_settled import AT_RISK_DAYS
from .collection_promise import JUDGED

READERS = ("debt_collection.group_collection_manager", "debt_collection.group_collection_auditor")
MONEY = ("journal_id.type", "in", ("bank", "cash", "credit"))
NO_MONEY = ("journal_id.type", "not in", ("bank", "cash", "credit"))


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def open_records(self, code, company_id, date_from, date_to, user_id=False, group_by=None, key=None):
        """Return the action that shows the records behind a KPI, for a manager or an auditor.

        :param code: see `_definitions`
        :param company_id: id of a company of the user
        :param date_from: first day of the period, a date or its text
        :param date_to: last day
        :param user_id: id of the collector whose debtors are shown; False for all
        :param group_by: as in `_compute`; only what belongs to the group `key`
        """
        company = self._check_may_read(self.env["res.company"].browse(company_id))
        user = self.env["res.users"].browse(user_id or ())
        period = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        return self._open(code, company, *period, user, group_by, key)

    @api.model
    def _check_may_read(self, company):
        """Return a company, or refuse who may not read its figures.

        :raises AccessError: for who is neither manager nor auditor, or is of another company
        """
        if not self.env.su and not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(self.env._("The figures are for collections managers and auditors."))
        # sudo: which companies belong together
        if company.sudo().root_id not in self.env.user.sudo().company_ids.root_id:
            raise AccessError(self.env._("The figures of this company are not yours to read."))
        return company

    @api.model
    def _open(self, code, company, date_from, date_to, user=None, group_by=None, key=None):
        """Return the window action on the records behind a KPI, as the user's own rights let them be seen.

        :param code: see `_definitions`
        :param company: res.company (its root is taken)
        :param date_from: datetime.date, the first day
        :param date_to: datetime.date, the last day
        :param user: res.users, only what belongs to the debtors this collector had on the last day; None or empty for
            all
        :param group_by: as in `_compute`; only what belongs to the group `key`, as it was on the last day
        :raises UserError: for who has no right to the records, with what to do
        """
        [label] = [row["label"] for row in self._definitions(company) if row["code"] == code]
        model, domain = self._records(code, company.root_id, date_from, date_to)
        if not self.env[model].has_access("read"):
            raise UserError(
                self.env._(
                    "Behind “%(label)s” are %(records)s, which you have no right to read. Ask an administrator for it.",
                    label=label,
                    records=self.env["ir.model"]._get(model).sudo().name,  # sudo: its name alone
                )
            )
        if user:
            group_by, key = "user_id", user.id
        if group_by:
            domain &= self._of_group(model, company.root_id, group_by, key, date_to)
        return {
            "type": "ir.actions.act_window",
            "name": label,
            "res_model": model,
            "domain": list(domain),
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
            "help": self.env._("Nothing in this period is behind this figure."),
        }

    @api.model
    def _records(self, code, company, date_from, date_to):
        """Return (model, Domain) of what is behind a KPI."""
        own = Domain("company_id", "=", company.id)
        match code:
            case "promise_kept_rate" | "promise_partial_rate":
                judged = self._domain_between("date_judged", date_from, date_to)
                return "collection.promise", own & judged & Domain("state", "in", JUDGED)
            case "bad_debt_to_sales":
                written_off = Domain("state", "in", ("posted", "reversed"))
                return "collection.write.off", own & written_off & self._domain_between("date", date_from, date_to)
            case "dispute_rate":
                unresolved = Domain("date_resolved", "=", False) | Domain("date_resolved", ">", date_to)
                return "collection.dispute", own & Domain("date_open", "<=", date_to) & unresolved
            case "cost" | "contacts" | "accounts_contacted" | "contact_rate" | "right_party_rate" | "response_rate":
                return "collection.contact", own & self._domain_contacts(code, company, date_from, date_to)
        return "account.move.line", self._domain_of_lines(company) & self._domain_ledger(
            code, company, date_from, date_to
        )

    @api.model
    def _domain_between(self, field, date_from, date_to):
        return Domain(field, ">=", date_from) & Domain(field, "<=", date_to)

    @api.model
    def _domain_ledger(self, code, company, date_from, date_to):
        """Return the Domain of the journal items behind a KPI of the ledger."""
        if code.startswith("roll_"):
            return self._domain_aged(company, date_to, int(code[5:]) + 1)
        within = self._domain_between("date", date_from, date_to)
        match code:
            case "best_possible_dso" | "percent_current":
                return self._domain_aged(company, date_to, 0)
            case "overdue" | "add":
                return self._domain_open(date_to) & Domain("balance", ">", 0) & self._domain_due("<", date_to)
            case "sales":
                return within & Domain("move_id.move_type", "in", ("out_invoice", "out_refund"))
            case "collected" | "cost_per_unit":
                return within & Domain(*MONEY)
            case "recovery_rate":
                matched = self._domain_matched(date_from, date_to, ("credit_move_id.journal_id.type", *MONEY[1:]))
                return self._domain_items() & matched & self._domain_due("<=", date_to)
            case "days_to_collect" | "days_to_collect_weighted" | "days_to_pay" | "days_to_pay_weighted":
                return (
                    self._domain_items()
                    & Domain("reconciled", "=", True)
                    & self._domain_matched(date_from, date_to)
                    & ~Domain("matched_credit_ids.max_date", ">", date_to)
                    & Domain("matched_credit_ids.credit_move_id.journal_id.type", *MONEY[1:])
                )
            case "at_risk_rate":
                wait = timedelta(days=AT_RISK_DAYS)
                billed = self._domain_between("move_id.invoice_date", date_from - wait, date_to - wait)
                return billed & Domain("move_id.move_type", "=", "out_invoice")
        # what is owed at the end: of the receivables themselves, DSO, effectiveness and turnover
        return self._domain_open(date_to)

    # ---- of journal items -----------------------------------------------------------------------------------------

    @api.model
    def _domain_of_lines(self, company):
        return (
            Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("partner_id", "!=", False)
            & Domain("company_id", "in", self.env["collection.ledger"]._branches(company).ids)
        )

    @api.model
    def _domain_open(self, at):
        """What was open at the end of a day: dated by then, and open still or matched only later."""
        return Domain("date", "<=", at) & (
            Domain("reconciled", "=", False)
            | Domain("matched_debit_ids.max_date", ">", at)
            | Domain("matched_credit_ids.max_date", ">", at)
        )

    @api.model
    def _domain_aged(self, company, at, number):
        """The debits that were open at the end of a day in a bucket, 0 for what was not due."""
        limits = (0, *company._collection_limits())
        domain = self._domain_open(at) & Domain("balance", ">", 0)
        if number < len(limits):
            domain &= self._domain_due(">=", at - timedelta(days=limits[number]))
        if number:
            domain &= self._domain_due("<", at - timedelta(days=limits[number - 1]))
        return domain

    @api.model
    def _domain_due(self, operator, on):
        return Domain("date_maturity", operator, on) | (
            Domain("date_maturity", "=", False) & Domain("date", operator, on)
        )

    @api.model
    def _domain_items(self):
        return Domain("balance", ">", 0) & Domain("no_followup", "=", False) & Domain(*NO_MONEY)

    @api.model
    def _domain_matched(self, date_from, date_to, *more):
        return Domain("matched_credit_ids", "any", [("max_date", ">=", date_from), ("max_date", "<=", date_to), *more])

    # ---- of the log -----------------------------------------------------------------------------------------------

    @api.model
    def _domain_contacts(self, code, company, date_from, date_to):
        zone = self._zone(company)
        domain = (
            Domain("date", ">=", self._moment(date_from, zone))
            & Domain("date", "<", self._moment(date_to + timedelta(days=1), zone))
            & Domain("channel", "!=", "note")
        )
        if code == "cost":
            return domain & Domain("cost", "!=", 0)
        domain &= Domain("direction", "=", "out")
        if code == "contact_rate":
            return domain & Domain("outcome", "in", ("third_party", *REACHED))
        if code == "right_party_rate":
            return domain & Domain("outcome", "in", REACHED)
        by_hand = Domain("outcome", "=", "note") & Domain("channel", "in", self.env["collection.channel"]._by_hand())
        return domain & (Domain("outcome", "in", ATTEMPTS) | by_hand)

    # ---- of a group -----------------------------------------------------------------------------------------------

    @api.model
    def _of_group(self, model, company, group_by, key, at):
        """Return the Domain of what belongs to a group; of collectors, strategies and levels, as it was on a day.

        :param key: of the group; None for those without one
        """
        if group_by == "channel":
            return Domain("channel", "=", key)
        partner = "partner_id.commercial_partner_id" if model == "account.move.line" else "case_id.debtor_id.partner_id"
        if group_by not in DATED:
            name = {"country_id": "country_id", "segment": "category_id"}[group_by]
            return Domain(f"{partner}.{name}", "=", key or False)
        column = SQL.identifier("assignment", group_by)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor.partner_id
                  FROM collection_assignment assignment
                  JOIN collection_debtor debtor ON debtor.id = assignment.debtor_id
                 WHERE assignment.company_id = %(company)s
                   AND assignment.date_from <= %(at)s
                   AND (assignment.date_to IS NULL OR assignment.date_to >= %(at)s)
                   AND debtor.partner_id IS NOT NULL
                   AND %(condition)s
                """,
                company=company.id,
                at=at,
                condition=SQL("%s = %s", column, key) if key else SQL("%s IS NOT NULL", column),
            )
        )
        return Domain(partner, "in" if key else "not in", [partner_id for (partner_id,) in rows])
