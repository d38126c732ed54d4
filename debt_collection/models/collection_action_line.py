"""What an action says of one item, as it was when the action went out."""

from odoo import fields, models

from ..fields import BareMany2one


class CollectionActionLine(models.Model):
    _name = "collection.action.line"
    _description = "Collection Action Line"
    _order = "date_due, id"
    _log_access = False

    action_id = fields.Many2one("collection.action", required=True, ondelete="cascade", index=True)
    item_id = BareMany2one("collection.item")
    level_id = BareMany2one(
        "collection.level",
        help="The level the item receives with this notice. Empty: named in it because it is open, nothing more.",
    )
    channel = fields.Char(required=True)
    round = fields.Integer(required=True, default=1)
    live = fields.Boolean(default=True, help="The action is open, or it left: the item has this level.")
    name = fields.Char(string="Number")
    date_invoice = fields.Date(string="Invoice Date")
    date_due = fields.Date(string="Due Date")
    currency_id = BareMany2one("res.currency")
    amount_original = fields.Monetary(string="Original")
    amount_currency = fields.Monetary(string="Open")
    amount_claim = fields.Monetary(string="Claimed", help="What is open, less the credits taken off it.")
    company_currency_id = fields.Many2one(related="action_id.currency_id", string="Company Currency")
    amount_residual = fields.Monetary(string="Open (Company Currency)", currency_field="company_currency_id")
    days_overdue = fields.Integer(string="Days Late")

    # an item receives a level once per channel and round: what a second worker or a second run tries, fails here
    _once = models.UniqueIndex(
        "(item_id, level_id, channel, round) WHERE live AND item_id IS NOT NULL AND level_id IS NOT NULL",
        "This item already has a notice of this level by this channel.",
    )
