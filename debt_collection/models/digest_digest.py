"""Collections in Odoo's digest: collected, overdue, promises kept, contacts."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .collection_kpi_contacts import ATTEMPTS


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_collection_collected = fields.Boolean("Money Collected")
    kpi_collection_collected_value = fields.Monetary(compute="_compute_kpi_collection_collected_value")
    kpi_collection_overdue = fields.Boolean("Overdue Receivables")
    kpi_collection_overdue_value = fields.Monetary(compute="_compute_kpi_collection_overdue_value")
    kpi_collection_promises = fields.Boolean("Promises Kept")
    kpi_collection_promises_value = fields.Integer(compute="_compute_kpi_collection_promises_value")
    kpi_collection_contacts = fields.Boolean("Debtors Contacted")
    kpi_collection_contacts_value = fields.Integer(compute="_compute_kpi_collection_contacts_value")

    def _check_collections_access(self):
        """Have Odoo leave the figures out of the mail of a user who may not see every account.

        :raises AccessError:
        """
        if not any(map(self.env.user.has_group, self.env["collection.report.schedule"]._group_ids())):
            raise AccessError(self.env._("The figures of the collections are left out: no access to all accounts."))

    def _check_digest_company(self, company):
        """Refuse the figures of a company that the user does not work in.

        :raises AccessError:
        """
        if company not in self.env.user.company_ids.root_id:
            raise AccessError(self.env._("The figures of the collections are left out: not a company of yours."))

    def _fill_per_company(self, name, figure):
        """Fill a figure of each digest.

        :param figure: function of a root company that returns it
        """
        self._check_collections_access()
        values = {}
        for digest in self:
            company = (digest.company_id or self.env.company).root_id
            self._check_digest_company(company)
            if company not in values:
                values[company] = figure(company)
            digest[name] = values[company]

    def _compute_kpi_collection_collected_value(self):
        start, end, _companies = self._get_kpi_compute_parameters()

        def collected(company):
            # sudo: a total of the company, for who may see it: checked by the caller
            lines = self.env["account.move.line"].sudo()
            [(balance,)] = lines._read_group(
                [
                    ("company_id", "in", self._of_company(company)),
                    ("date", ">", start),
                    ("date", "<=", end),
                    ("parent_state", "=", "posted"),
                    ("account_type", "=", "asset_receivable"),
                    ("partner_id", "!=", False),
                    ("journal_id.type", "in", ("bank", "cash", "credit")),
                ],
                aggregates=["balance:sum"],
            )
            return -balance

        self._fill_per_company("kpi_collection_collected_value", collected)

    def _compute_kpi_collection_overdue_value(self):
        _start, end, _companies = self._get_kpi_compute_parameters()
        at = fields.Date.to_date(end)
        self._fill_per_company("kpi_collection_overdue_value", lambda company: self._overdue_at(company, at))

    @api.model
    def _overdue_at(self, company, at):
        """Return what was past due at the end of a day, before credits: as published, or else from the ledger."""
        # sudo: a total of the company, for who may see it
        published = (
            self.env["collection.snapshot"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id), ("date", "=", at)],
                aggregates=["__count", "b1:sum", "b2:sum", "b3:sum", "b4:sum", "b5:sum"],
            )
        )
        [(number, *buckets)] = published
        if number:
            return sum(buckets)
        ledger = self.env["collection.ledger"].sudo()
        ledger._prepare()
        [(amount,)] = self.env.execute_query(
            SQL(
                "WITH %s SELECT coalesce(sum(residual), 0) FROM past_line WHERE is_debit AND date_due < %s",
                ledger._past_line_cte(company, at),
                at,
            )
        )
        return amount

    def _compute_kpi_collection_promises_value(self):
        start, end, _companies = self._get_kpi_compute_parameters()

        def kept(company):
            # sudo: a number of the company
            return (
                self.env["collection.promise"]
                .sudo()
                .search_count(
                    [
                        ("company_id", "=", company.id),
                        ("state", "=", "kept"),
                        ("date", ">", start),
                        ("date", "<=", end),
                    ]
                )
            )

        self._fill_per_company("kpi_collection_promises_value", kept)

    def _compute_kpi_collection_contacts_value(self):
        start, end, _companies = self._get_kpi_compute_parameters()

        def contacted(company):
            # sudo: a number of the company
            [(number,)] = (
                self.env["collection.contact"]
                .sudo()
                ._read_group(
                    [
                        ("company_id", "=", company.id),
                        ("direction", "=", "out"),
                        ("outcome", "in", ATTEMPTS),
                        ("date", ">=", start),
                        ("date", "<", end),
                    ],
                    aggregates=["partner_ref:count_distinct"],
                )
            )
            return number

        self._fill_per_company("kpi_collection_contacts_value", contacted)

    @api.model
    def _of_company(self, company):
        return self.env["collection.ledger"]._branches(company).ids

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu_id = self.env.ref("debt_collection.menu_collections").id
        for name, action in (
            ("collected", "collection_case_action_all"),
            ("overdue", "collection_case_action_all"),
            ("promises", "collection_promise_action"),
            ("contacts", "collection_contact_action"),
        ):
            actions[f"kpi_collection_{name}"] = f"debt_collection.{action}?menu_id={menu_id}"
        return actions
