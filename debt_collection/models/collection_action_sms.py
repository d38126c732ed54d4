"""The channel SMS: prepared for, not yet sent."""

from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_sms(self, actions):
        """SMS is prepared for: until it is set up, the action fails with that reason and a person decides."""
        actions._mark_failed(self.env._("SMS is not set up yet: choose another channel on the level."))
