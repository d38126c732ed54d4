"""Buckets and days of the figures, on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_bucket_1 = fields.Integer(related="collection_company_id.collection_bucket_1", readonly=False)
    collection_bucket_2 = fields.Integer(related="collection_company_id.collection_bucket_2", readonly=False)
    collection_bucket_3 = fields.Integer(related="collection_company_id.collection_bucket_3", readonly=False)
    collection_bucket_4 = fields.Integer(related="collection_company_id.collection_bucket_4", readonly=False)
    collection_response_days = fields.Integer(related="collection_company_id.collection_response_days", readonly=False)
    collection_recovery_days = fields.Integer(related="collection_company_id.collection_recovery_days", readonly=False)
    collection_cei_by_month = fields.Boolean(related="collection_company_id.collection_cei_by_month", readonly=False)
