"""What of an item is disputed."""

from odoo import api, fields, models


class CollectionDisputeLine(models.Model):
    _name = "collection.dispute.line"
    _description = "Disputed Item"
    _log_access = False

    dispute_id = fields.Many2one("collection.dispute", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    date_due = fields.Date(related="item_id.date_due")
    amount = fields.Monetary(required=True, help="The disputed part of what is open of the item, in its currency.")
    amount_open = fields.Monetary(
        string="Still Open", compute="_compute_amount_open", help="What of the disputed part is not paid or credited."
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    live = fields.Boolean(
        default=True,
        help="This part is neither reminded of nor claimed: the dispute is open, or it was accepted and the credit "
        "note that takes the amount off is still a draft.",
    )

    _live = models.Index("(item_id) WHERE live")

    @api.depends("item_id.amount_currency", "amount")
    def _compute_amount_open(self):
        for line in self:
            # sudo: what is open of the item, for whoever may see that it is disputed
            line.amount_open = min(line.amount, line.sudo().item_id._amount_open())
