"""Payment plans on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_plan_grace_days = fields.Integer(
        related="collection_company_id.collection_plan_grace_days", readonly=False
    )
    collection_plan_missed_limit = fields.Integer(
        related="collection_company_id.collection_plan_missed_limit", readonly=False
    )
    collection_plan_reminder_days = fields.Integer(
        related="collection_company_id.collection_plan_reminder_days", readonly=False
    )
    collection_plan_product_id = fields.Many2one(
        related="collection_company_id.collection_plan_product_id", readonly=False
    )
