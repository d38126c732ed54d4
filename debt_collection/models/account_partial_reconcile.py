"""Payments, credit notes and their undoing are noted for assessment."""

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Note the debtors of what was reconciled."""
        partials = super().create(vals_list)
        self.env["collection.change"]._note(partials.debit_move_id)
        return partials

    def unlink(self):
        """Note the debtors of what is unreconciled."""
        lines = self.debit_move_id
        self.env["collection.change"]._note(lines)
        return super().unlink()
