"""The settings of write-offs."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_bad_debt_account_id = fields.Many2one(
        related="collection_company_id.collection_bad_debt_account_id", readonly=False
    )
    collection_write_off_journal_id = fields.Many2one(
        related="collection_company_id.collection_write_off_journal_id", readonly=False
    )
    collection_write_off_limit = fields.Monetary(
        related="collection_company_id.collection_write_off_limit",
        readonly=False,
        currency_field="collection_currency_id",
    )
    collection_small_balance = fields.Monetary(
        related="collection_company_id.collection_small_balance",
        readonly=False,
        currency_field="collection_currency_id",
    )
