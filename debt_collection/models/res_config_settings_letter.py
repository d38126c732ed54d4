"""Letters on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_letter_order = fields.Selection(related="collection_company_id.collection_letter_order", readonly=False)
    collection_letter_list = fields.Boolean(related="collection_company_id.collection_letter_list", readonly=False)
    collection_letter_separators = fields.Boolean(
        related="collection_company_id.collection_letter_separators", readonly=False
    )
    collection_letter_both_sides = fields.Boolean(
        related="collection_company_id.collection_letter_both_sides", readonly=False
    )
    collection_letter_cost = fields.Monetary(
        related="collection_company_id.collection_letter_cost",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_registered_cost = fields.Monetary(
        related="collection_company_id.collection_registered_cost",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_registered_url = fields.Char(related="collection_company_id.collection_registered_url", readonly=False)
