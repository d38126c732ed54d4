"""A quotation says when its customer is in collections; confirming it may take a manager (a setting)."""

from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.depends("state")
    def _compute_partner_credit_warning(self):
        """Add who is in collections to Odoo's own warning about the credit limit."""
        result = super()._compute_partner_credit_warning()
        for order in self._quotations():
            if warning := self.env["collection.credit"]._warnings(order):
                order.partner_credit_warning = "\n".join(filter(None, (order.partner_credit_warning, warning)))
        return result

    def action_confirm(self):
        """Ask a manager, when a person confirms an order of a customer in collections and the company wants it."""
        credit = self.env["collection.credit"]
        if credit._pressed(self._name, "action_confirm") and (question := credit._question(self._quotations())):
            return question
        return super().action_confirm()

    def _quotations(self):
        """Return those among these that are still to be confirmed."""
        return self.filtered(lambda order: order.state in ("draft", "sent"))
