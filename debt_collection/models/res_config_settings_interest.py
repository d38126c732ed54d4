"""The settings of late-payment interest."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_interest = fields.Boolean(related="collection_company_id.collection_interest", readonly=False)
    collection_interest_scheme_id = fields.Many2one(
        related="collection_company_id.collection_interest_scheme_id", readonly=False
    )
    collection_interest_country_scheme_ids = fields.Many2many(
        related="collection_company_id.collection_interest_country_scheme_ids", readonly=False
    )
    collection_interest_product_id = fields.Many2one(
        related="collection_company_id.collection_interest_product_id", readonly=False
    )
    collection_interest_account_id = fields.Many2one(
        related="collection_company_id.collection_interest_account_id", readonly=False
    )
    collection_interest_tax_ids = fields.Many2many(
        related="collection_company_id.collection_interest_tax_ids", readonly=False
    )
