"""The link by which a debtor pays an invoice online: signed, not stored, so that making one writes nothing."""

from odoo import models
from odoo.tools import hmac


class AccountMove(models.Model):
    _inherit = "account.move"

    def _collection_pay_url(self):
        """Return the absolute address that leads whoever has it to the payment page of this invoice."""
        self.ensure_one()
        return f"{self.get_base_url()}/collections/pay/{self.id}/{self._collection_pay_signature()}"

    def _collection_pay_signature(self):
        """Return what only this database can have written about this invoice."""
        self.ensure_one()
        # sudo: for the secret of the database, which does not leave the signature
        return hmac(self.env(su=True), "debt_collection-pay", (self.id, self.company_id.id))
