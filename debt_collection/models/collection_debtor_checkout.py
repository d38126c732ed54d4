"""What a debtor has paid online, or is paying, goes along when its contact is merged into another."""

from odoo import models


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _take_over(self, source):
        """Take the source's payments."""
        self.env["collection.checkout"].search([("debtor_id", "=", source.id)]).debtor_id = self
        return super()._take_over(source)
