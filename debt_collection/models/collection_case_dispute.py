"""Disputes on the case: the way to raise one."""

from odoo import models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def action_dispute(self):
        """Ask what the debtor objects to and why."""
        return self._wizard("debt_collection.collection_dispute_raise_action")
