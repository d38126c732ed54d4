"""What of an item a promise covers."""

from odoo import fields, models


class CollectionPromiseLine(models.Model):
    _name = "collection.promise.line"
    _description = "Promised Item"
    _log_access = False

    promise_id = fields.Many2one("collection.promise", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    amount = fields.Monetary(required=True, help="The part of the promise that falls on this item.")
    currency_id = fields.Many2one(related="promise_id.currency_id")
    live = fields.Boolean(default=True, help="The promise is open or waits to be matched: the item is not reminded of.")

    _one_open = models.UniqueIndex("(item_id) WHERE live", "An item is in one open promise at a time.")
