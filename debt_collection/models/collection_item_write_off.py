"""What of an item would be written off."""

from odoo import models


class CollectionItem(models.Model):
    _inherit = "collection.item"

    def _to_give_up(self):
        """Return what is open of the item in its currency, less the debtor's unapplied credits."""
        return self.amount_currency if self.no_followup else self.amount_claim
