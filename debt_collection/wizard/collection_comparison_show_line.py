"""One group of a comparison: how many cases, how many paid, how much, and how sure that is."""

from odoo import api, fields, models


class CollectionComparisonShowLine(models.TransientModel):
    _name = "collection.comparison.show.line"
    _description = "Group of a Comparison"

    show_id = fields.Many2one("collection.comparison.show", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="show_id.currency_id")
    key = fields.Char()
    name = fields.Char()
    cases = fields.Integer(help="Cases that had their first contact of this kind in the period.")
    paid = fields.Integer(help="Cases that paid anything of what the contact claimed.")
    too_recent = fields.Integer(help="Cases left out: the days after their contact have not all passed.")
    claimed = fields.Monetary()
    recovered = fields.Monetary()
    share = fields.Float(string="Share of Cases")
    share_low = fields.Float()
    share_high = fields.Float()
    share_text = fields.Char(string="Between (95 %)", compute="_compute_texts")
    amount_share = fields.Float(string="Share of Amount")
    amount_low = fields.Float()
    amount_high = fields.Float()
    has_amount_interval = fields.Boolean()
    amount_text = fields.Char(string="And Between (95 %)", compute="_compute_texts")

    @api.depends("cases", "share_low", "share_high", "amount_low", "amount_high", "has_amount_interval")
    def _compute_texts(self):
        for line in self:
            line.share_text = line._between(line.share_low, line.share_high) if line.cases else "—"
            line.amount_text = line._between(line.amount_low, line.amount_high) if line.has_amount_interval else "—"

    def _between(self, low, high):
        return self.env._("%(low)s–%(high)s %%", low=f"{100 * low:.0f}", high=f"{100 * high:.0f}")

    def _row(self):
        """Return the row of the workbook; shares in per cent, nothing where there is none."""
        share = [100 * value if self.cases else None for value in (self.share, self.share_low, self.share_high)]
        interval = [100 * value if self.has_amount_interval else None for value in (self.amount_low, self.amount_high)]
        amount = 100 * self.amount_share if self.cases else None
        return [
            self.name, self.cases, self.paid, *share, self.claimed, self.recovered, amount, *interval, self.too_recent,
        ]  # fmt: skip

    def action_open_cases(self):
        """Open the cases that were counted in this row."""
        self.ensure_one()
        self.show_id._check_may_read()
        # sudo: which cases were counted; what is shown of them follows the user's own rights
        comparison = self.env["collection.comparison"].sudo()
        case_ids = comparison._case_ids(*self.show_id._arguments(), self.key)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "collection.case",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", case_ids)],
        }
