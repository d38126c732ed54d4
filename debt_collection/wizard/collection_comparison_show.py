"""The screen of the comparison: what is compared, over which days, the table and what can be told from it."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.workbook import workbook


class CollectionComparisonShow(models.TransientModel):
    _name = "collection.comparison.show"
    _description = "Comparison"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related="company_id.currency_id")
    subject = fields.Selection(
        lambda self: self.env["collection.comparison"]._subjects(), string="Compare", required=True, default="strategy"
    )
    date_from = fields.Date(
        string="First Contact From",
        required=True,
        default=lambda self: self.env["collection.case"]._today() - timedelta(days=180),
    )
    date_to = fields.Date(
        string="First Contact Until", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    days = fields.Integer(
        string="Recovered Within (Days)",
        required=True,
        compute="_compute_days",
        store=True,
        readonly=False,
        precompute=True,
        help="A payment counts from the day of the contact until this many days after it.",
    )
    line_ids = fields.One2many("collection.comparison.show.line", "show_id", readonly=True)
    told = fields.Text(readonly=True)
    too_recent = fields.Integer(readonly=True)

    @api.depends("company_id")
    def _compute_display_name(self):
        for show in self:
            show.display_name = self.env._("Comparison")

    @api.depends("company_id")
    def _compute_days(self):
        for show in self:
            show.days = show.company_id._collection_settings().collection_recovery_days

    @api.constrains("days")
    def _check_days(self):
        for show in self:
            if show.days < 1:
                raise ValidationError(self.env._("A recovery takes at least a day."))

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for show in self:
            if show.date_from > show.date_to:
                raise ValidationError(self.env._("The period ends before it begins: change one of the dates."))

    @api.model
    def _open(self):
        """Return the action that shows the strategies of half a year; from the menu."""
        return self.create({}).action_compare()

    def _check_may_read(self):
        user = self.env.user
        if not any(map(user.has_group, self._group_ids())):
            raise AccessError(self.env._("Only a collections manager or auditor may compare."))
        if not self.company_id.root_id <= self.env.companies.root_id:
            raise AccessError(self.env._("Choose a company you work in."))

    @api.model
    def _group_ids(self):
        return ("debt_collection.group_collection_manager", "debt_collection.group_collection_auditor")

    def _arguments(self):
        today = self.env["collection.case"]._today()
        return self.company_id, self.subject, self.date_from, self.date_to, self.days, today

    def action_compare(self):
        """Measure anew and show the result."""
        self.ensure_one()
        self._check_may_read()
        # sudo: managers and auditors see every case of the company, checked above
        comparison = self.env["collection.comparison"].sudo()
        rows = comparison._measure(*self._arguments())
        self.write(
            {
                "line_ids": [Command.clear(), *(Command.create(self._prepare_line(row)) for row in rows)],
                "told": "\n".join(comparison._sentences(rows)),
                "too_recent": sum(row["too_recent"] for row in rows),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Comparison"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _prepare_line(self, row):
        share, amount = row["share_interval"] or (0, 0), row["amount_interval"] or (0, 0)
        return {
            "key": row["key"],
            "name": row["name"],
            "cases": row["cases"],
            "paid": row["paid"],
            "too_recent": row["too_recent"],
            "claimed": row["claimed"],
            "recovered": row["recovered"],
            "share": row["share"] or 0,
            "share_low": share[0],
            "share_high": share[1],
            "amount_share": row["amount_share"] or 0,
            "amount_low": amount[0],
            "amount_high": amount[1],
            "has_amount_interval": row["amount_interval"] is not None,
        }

    def action_download(self):
        """Download the table and what can be told from it as a workbook.

        :raises UserError: when nothing was compared yet
        """
        self.ensure_one()
        self._check_may_read()
        if not self.line_ids:
            raise UserError(self.env._("There is nothing to download: no contact of this period."))
        env = self.env
        subject = dict(env["collection.comparison"]._subjects())[self.subject]
        columns = [
            (subject, "text"),
            (env._("Cases"), "number"),
            (env._("Cases that paid"), "number"),
            (env._("Share of cases"), "percent"),
            (env._("At least (95 %)"), "percent"),
            (env._("At most (95 %)"), "percent"),
            (env._("Claimed"), "money"),
            (env._("Recovered"), "money"),
            (env._("Share of amount"), "percent"),
            (env._("At least (95 %)"), "percent"),
            (env._("At most (95 %)"), "percent"),
            (env._("Too recent"), "number"),
        ]
        told = [[line] for line in [*(self.told or "").splitlines(), *self._notes()]]
        content = workbook(
            [(subject, columns, [line._row() for line in self.line_ids]), (env._("In words"), [("", "text")], told)],
            rtl=env["res.lang"]._get_data(code=env.lang or "en_US").direction == "rtl",
        )
        return env["collection.download"]._offer(f"{env._('Comparison')}.xlsx", content)

    def _notes(self):
        """Return how the figures are to be read."""
        return [
            self.env._(
                "First contacts from %(date_from)s until %(date_to)s; recovered within %(days)s days, in %(currency)s.",
                date_from=self.date_from,
                date_to=self.date_to,
                days=self.days,
                currency=self.currency_id.name,
            ),
            self.env._(
                "The groups were not drawn at random: they may differ in other ways, such as age, amount or country."
            ),
        ]
