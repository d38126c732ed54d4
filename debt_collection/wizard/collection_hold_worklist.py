"""Who puts a case on hold has handled it for the day."""

from odoo import models


class CollectionHold(models.TransientModel):
    _inherit = "collection.hold"

    def action_confirm(self):
        """Hold, and take the case off today's list, of some items or all."""
        result = super().action_confirm()
        self.case_id._note_worked()
        return result
