"""A payment registered from a case brings its user back to that case, in line with the ledger."""

from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def action_create_payments(self):
        """Let the case the payment was registered from follow at once (context `collection_case_id`)."""
        result = super().action_create_payments()
        self.env["collection.case"].browse(self.env.context.get("collection_case_id")).exists()._reassess()
        return result
