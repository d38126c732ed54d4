"""An open item that a credit could pay."""

from odoo import api, fields, models


class CollectionUnappliedApplyLine(models.TransientModel):
    _name = "collection.unapplied.apply.line"
    _description = "Item a Credit Could Pay"
    _order = "date_due, id"

    wizard_id = fields.Many2one("collection.unapplied.apply", required=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(related="move_line_id.move_name", related_sudo=False, string="Number")
    # stored, for the order
    date_due = fields.Date(
        related="move_line_id.date_maturity", related_sudo=False, string="Due Date", store=True, compute_sudo=False
    )
    currency_id = fields.Many2one(related="move_line_id.currency_id", related_sudo=False)
    amount = fields.Monetary(related="move_line_id.amount_residual_currency", related_sudo=False, string="Open")
    mark = fields.Selection(
        [
            ("disputed", "Disputed"),
            ("planned", "In a plan"),
            ("promised", "Promised"),
            ("no_followup", "Not followed up"),
        ],
        readonly=True,
        help="Not ticked by itself: something is agreed on it with the debtor.",
    )
    ticked = fields.Boolean(string="Pay")
    applied = fields.Monetary(compute="_compute_applied", help="What the credit pays of it, the oldest first.")

    @api.depends("wizard_id.line_ids.ticked", "wizard_id.credit_id")
    def _compute_applied(self):
        for wizard, lines in self.grouped("wizard_id").items():
            remaining = -wizard.credit_id.amount_residual_currency
            shares = {}
            for line in wizard.line_ids.filtered("ticked"):
                shares[line] = min(line.amount, max(remaining, 0.0))
                remaining -= line.amount
            for line in lines:
                line.applied = shares.get(line, 0.0)
