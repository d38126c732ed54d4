"""Payments, credit notes and their undoing are noted for assessment."""

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Note the debtors of what was reconciled."""
        partials = super().create(vals_list)
        partials.debit_move_id._note_collections()
        return partials

    def unlink(self):
        """Note the debtors of what is unreconciled."""
        lines = self.debit_move_id
        lines._note_collections()
        return super().unlink()
