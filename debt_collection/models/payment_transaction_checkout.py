"""A transaction that was begun on a debtor's page settles what was chosen there."""

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """Enter the payment on the account of what was chosen, and reconcile it as it was chosen."""
        self.ensure_one()
        checkout = self._collection_checkout()
        if checkout and (account := checkout._account()):
            extra_create_values.setdefault("destination_account_id", account.id)
        if not checkout:
            return super()._create_payment(**extra_create_values)
        # entered at once, also where payments wait for the bank: it settles what was chosen by its journal items
        payment = super(PaymentTransaction, self.with_context(force_payment_move=True))._create_payment(
            **extra_create_values
        )
        checkout._settle(payment)
        return payment

    def _collection_checkout(self):
        """Return what was chosen to be paid with this transaction, or with that of which it captures a part."""
        checkouts = self.env["collection.checkout"].sudo()  # sudo: whoever may enter the payment settles what it pays
        # a refund pays nothing
        if self.operation == "refund":
            return checkouts
        return checkouts.search([("transaction_id", "in", (self | self.source_transaction_id).ids)], limit=1)
