"""An instalment as the wizard shows it, before the plan is made."""

from odoo import fields, models


class CollectionPlanMakeLine(models.TransientModel):
    _name = "collection.plan.make.line"
    _description = "Instalment to Be Agreed"
    _order = "date, id"

    wizard_id = fields.Many2one("collection.plan.make", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
