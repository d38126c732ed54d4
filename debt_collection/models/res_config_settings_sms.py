"""SMS on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_sms_cost = fields.Float(
        related="collection_company_id.collection_sms_cost", readonly=False, digits=(16, 4)
    )
