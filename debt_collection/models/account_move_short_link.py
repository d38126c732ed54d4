"""The short form of the link to pay an invoice, for an SMS: it leads to the long one."""

import base64

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _collection_short_pay_url(self):
        """Return the absolute address that leads whoever has it to the payment page of this invoice."""
        self.ensure_one()
        return f"{self.get_base_url()}/pay/{self.id}/{self._collection_short_signature()}"

    def _collection_short_signature(self):
        """Return the first 96 bits of the signature of the long link, in characters that every SMS has."""
        return base64.urlsafe_b64encode(bytes.fromhex(self._collection_pay_signature())[:12]).decode()
