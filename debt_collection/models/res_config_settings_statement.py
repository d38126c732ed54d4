"""Monthly statements, on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_statement_monthly = fields.Boolean(
        related="collection_company_id.collection_statement_monthly", readonly=False
    )
