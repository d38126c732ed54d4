"""The channel social network: the debtor's profile is opened, and the message pasted there by a person."""

from odoo import api, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _reach_conditions(self):
        """Whoever has a profile can be reached on a social network."""
        profile = SQL("coalesce(a.collection_social_url, '') != ''")
        return {**super()._reach_conditions(), "profile": profile}

    @api.model
    def _dispatch_social(self, actions):
        """Schedule the messages for the collectors; one without a profile fails."""
        profiles = actions._social_profiles()
        unreachable = actions.filtered(lambda action: not profiles[action])
        if unreachable:
            unreachable._mark_failed(self.env._("The contact has no profile on a social network."))
        (actions - unreachable)._schedule_messages("debt_collection.activity_type_social", profiles)

    def _social_profiles(self):
        """Return {action: the address of the profile it goes to, or False}."""
        return {action: address.collection_social_url for action, address in self._addresses().items()}
