"""A draft invoice says when its customer is in collections; confirming it may take a manager (a setting)."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.depends("state", "move_type", "partner_id", "company_id")
    def _compute_partner_credit_warning(self):
        """Add who is in collections to Odoo's own warning about the credit limit."""
        result = super()._compute_partner_credit_warning()
        for move in self._sold():
            if warning := self.env["collection.credit"]._warnings(move):
                move.partner_credit_warning = "\n".join(filter(None, (move.partner_credit_warning, warning)))
        return result

    def action_post(self):
        """Ask a manager, when a person confirms an invoice of a customer in collections and the company wants it."""
        credit = self.env["collection.credit"]
        if credit._pressed(self._name, "action_post") and (question := credit._question(self._sold())):
            return question
        return super().action_post()

    def action_validate_moves_with_confirmation(self):
        """Leave invoices of customers in collections to a manager, when a person confirms many at once from a list."""
        credit = self.env["collection.credit"]
        if credit._clicked("/web/action/run", "/web/dataset/call_button"):
            credit._refuse(self._sold())
        return super().action_validate_moves_with_confirmation()

    def _sold(self):
        """Return the draft invoices to customers among these."""
        return self.filtered(lambda move: move.state == "draft" and move.move_type == "out_invoice")
