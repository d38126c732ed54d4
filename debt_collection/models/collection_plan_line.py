"""An instalment of a payment plan."""

from odoo import fields, models


class CollectionPlanLine(models.Model):
    _name = "collection.plan.line"
    _description = "Instalment of a Payment Plan"
    _order = "plan_id, date, id"
    _log_access = False

    plan_id = fields.Many2one("collection.plan", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("partial", "Partly paid"), ("paid", "Paid"), ("missed", "Missed")],
        default="open",
        required=True,
        readonly=True,
    )
