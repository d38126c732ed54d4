"""Disputes on the case: the way to raise one, and what assess has to know of them first."""

from odoo import api, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def action_dispute(self):
        """Ask what the debtor objects to and why."""
        return self._wizard("debt_collection.collection_dispute_raise_action")

    @api.model
    def _assess_debtors(self, company, partner_ids, today):
        """Have the credit notes of accepted disputes looked at before anything is claimed."""
        self.env["collection.dispute"]._end_accepted(company, partner_ids)
        return super()._assess_debtors(company, partner_ids, today)
