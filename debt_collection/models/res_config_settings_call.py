"""Calls on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_call_cost = fields.Monetary(
        related="collection_company_id.collection_call_cost",
        readonly=False,
        currency_field="collection_currency_id",
    )
