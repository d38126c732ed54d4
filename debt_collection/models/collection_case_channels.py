"""How the debtor of a case is reached."""

from odoo import fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    preference_ids = fields.One2many(related="debtor_id.preference_ids", string="Channels")

    def action_add_preference(self):
        """Ask by which channel or address the debtor wants to be reached, or must not be."""
        self.ensure_one()
        return self.debtor_id.action_add_preference()
