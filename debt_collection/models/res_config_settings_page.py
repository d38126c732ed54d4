"""The debtor's page on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_page = fields.Boolean(related="collection_company_id.collection_page", readonly=False)
    collection_page_days = fields.Integer(related="collection_company_id.collection_page_days", readonly=False)
    collection_page_period = fields.Integer(related="collection_company_id.collection_page_period", readonly=False)
    collection_page_promises = fields.Integer(related="collection_company_id.collection_page_promises", readonly=False)
    collection_page_promise_days = fields.Integer(
        related="collection_company_id.collection_page_promise_days", readonly=False
    )
    collection_page_plans = fields.Integer(related="collection_company_id.collection_page_plans", readonly=False)
    collection_page_plan_number = fields.Integer(
        related="collection_company_id.collection_page_plan_number", readonly=False
    )
    collection_page_plan_amount = fields.Monetary(
        related="collection_company_id.collection_page_plan_amount",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_page_plan_minimum = fields.Monetary(
        related="collection_company_id.collection_page_plan_minimum",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_page_disputes = fields.Integer(related="collection_company_id.collection_page_disputes", readonly=False)
