"""An item that is paid by a plan."""

from odoo import fields, models


class CollectionPlanItem(models.Model):
    _name = "collection.plan.item"
    _description = "Item in a Payment Plan"
    _log_access = False

    plan_id = fields.Many2one("collection.plan", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    date_due = fields.Date(related="item_id.date_due")
    amount = fields.Monetary(required=True, help="What was open of the item when the plan was made.")
    amount_open = fields.Monetary(related="item_id.amount_currency", string="Open Now")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    live = fields.Boolean(
        default=False, help="The plan is active: the item is paid by its instalments, and not reminded of."
    )

    _one_live = models.UniqueIndex("(item_id) WHERE live", "An item is in one active plan at a time.")
