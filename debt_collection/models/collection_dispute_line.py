"""What of an item is disputed."""

from odoo import fields, models


class CollectionDisputeLine(models.Model):
    _name = "collection.dispute.line"
    _description = "Disputed Item"
    _log_access = False

    dispute_id = fields.Many2one("collection.dispute", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    amount = fields.Monetary(required=True, help="The disputed part of what is open of the item, in its currency.")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    live = fields.Boolean(default=True, help="The dispute is open: this part is neither reminded of nor claimed.")

    _live = models.Index("(item_id) WHERE live")
