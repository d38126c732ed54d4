"""What of an item a promise covers."""

from odoo import fields, models


class CollectionPromiseLine(models.Model):
    _name = "collection.promise.line"
    _description = "Promised Item"
    _log_access = False

    promise_id = fields.Many2one("collection.promise", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    amount = fields.Monetary(required=True, help="The part of the promise that falls on this item.")
    # what it stood at when it was promised: what has happened since is told by the difference
    amount_open = fields.Monetary(string="Was Open")
    amount_paid_before = fields.Monetary(help="Payments of that same day that were reconciled already.")
    # where the item stood when the promise broke, should the judgement be taken back
    level_id = fields.Many2one("collection.level", string="Level When Broken")
    level_date = fields.Date(string="Sent On When Broken")
    currency_id = fields.Many2one(related="promise_id.currency_id")
    live = fields.Boolean(default=True, help="The promise is open or waits to be matched: the item is not reminded of.")

    _one_open = models.UniqueIndex("(item_id) WHERE live", "An item is in one open promise at a time.")
