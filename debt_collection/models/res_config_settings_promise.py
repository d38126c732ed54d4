"""Promises on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_promise_tolerance = fields.Integer(
        related="collection_company_id.collection_promise_tolerance", readonly=False
    )
    collection_max_broken_promises = fields.Integer(
        related="collection_company_id.collection_max_broken_promises", readonly=False
    )
    collection_bounce_product_id = fields.Many2one(
        related="collection_company_id.collection_bounce_product_id", readonly=False
    )
    collection_bounce_fee = fields.Monetary(
        related="collection_company_id.collection_bounce_fee",
        readonly=False,
        currency_field="collection_currency_id",
    )
