"""The settings page of Collections."""

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_company_id = fields.Many2one("res.company", compute="_compute_collection_company_id")
    collection_strategy_id = fields.Many2one(related="collection_company_id.collection_strategy_id", readonly=False)
    collection_user_id = fields.Many2one(related="collection_company_id.collection_user_id", readonly=False)
    collection_stopped = fields.Boolean(related="collection_company_id.collection_stopped", readonly=False)
    collection_daily_cap = fields.Integer(related="collection_company_id.collection_daily_cap", readonly=False)
    collection_excluded_count = fields.Integer(compute="_compute_collection_excluded")
    collection_excluded_amount = fields.Monetary(
        compute="_compute_collection_excluded", currency_field="collection_currency_id"
    )
    collection_currency_id = fields.Many2one(related="collection_company_id.currency_id", string="Collections Currency")
    collection_sender_warning = fields.Char(compute="_compute_collection_company_id")
    collection_rtl_warning = fields.Char(compute="_compute_collection_rtl_warning")

    @api.depends("company_id")
    def _compute_collection_company_id(self):
        for settings in self:
            settings.collection_company_id = settings.company_id.root_id
            settings.collection_sender_warning = settings.company_id._collection_settings()._collection_sender_warning()

    @api.depends("company_id")
    def _compute_collection_excluded(self):
        for settings in self:
            number, amount = self.env["collection.ledger"]._excluded(settings.company_id)
            settings.collection_excluded_count = number
            settings.collection_excluded_amount = amount

    def _compute_collection_rtl_warning(self):
        reports = self.env["ir.actions.report"]
        for settings in self:
            settings.collection_rtl_warning = (
                False if reports._collection_prints_rtl() else reports._collection_rtl_advice()
            )

    def action_collection_excluded(self):
        """Show the open receivable lines that are left out of follow-up, with a button to include them."""
        return self.env["ir.actions.act_window"]._for_xml_id("debt_collection.account_move_line_action_excluded")
