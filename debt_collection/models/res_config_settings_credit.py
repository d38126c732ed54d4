"""The settings of Collections about selling to who does not pay."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_credit_level_id = fields.Many2one(
        related="collection_company_id.collection_credit_level_id", readonly=False
    )
    collection_credit_amount = fields.Monetary(
        related="collection_company_id.collection_credit_amount",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_credit_block = fields.Boolean(related="collection_company_id.collection_credit_block", readonly=False)
