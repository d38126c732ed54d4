"""An item of a case, and how much of it is disputed."""

from odoo import api, fields, models


class CollectionDisputeRaiseLine(models.TransientModel):
    _name = "collection.dispute.raise.line"
    _description = "Item to Dispute"

    wizard_id = fields.Many2one("collection.dispute.raise", required=True, ondelete="cascade")
    item_id = fields.Many2one("collection.item", required=True, ondelete="cascade", readonly=True)
    date_due = fields.Date(related="item_id.date_due")
    currency_id = fields.Many2one(related="item_id.currency_id")
    amount_disputable = fields.Monetary(string="Open", readonly=True, help="What is open and not disputed yet.")
    disputed = fields.Boolean()
    amount = fields.Monetary(
        string="Disputed Amount", compute="_compute_amount", store=True, readonly=False, help="The whole, or a part."
    )

    @api.depends("disputed")
    def _compute_amount(self):
        for line in self:
            line.amount = line.amount_disputable if line.disputed else 0.0
