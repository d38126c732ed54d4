"""What a debtor has said of how to be reached: preferred, refused; by channel, by address or number."""

from odoo import models
from odoo.exceptions import AccessError


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _refuses(self, channel, contact=None):
        """Return why this debtor must not or cannot be reached by a channel (at a contact's address): a
        collection.channel.preference, or none.

        :param channel: code of a channel
        :param contact: res.partner whose address would be used; without one only what holds for every address counts
        """
        key = contact and contact._collections_key(channel)
        return self.preference_ids.filtered(
            lambda preference: (
                preference.kind != "preferred"
                and preference.channel in (False, channel)
                and (not preference.address_key or (contact and preference.address_key == key))
            )
        )[:1]

    def _prefers(self, channel, contact):
        """Tell whether this debtor has named a contact's address as the one to use for a channel."""
        key = contact._collections_key(channel)
        return bool(key) and any(
            preference.kind == "preferred" and preference.channel in (False, channel) and preference.address_key == key
            for preference in self.preference_ids
        )

    def _check_may_set_channels(self):
        """Check that the user may say how this debtor is reached: whoever works on one of its cases.

        :raises AccessError:
        """
        self.ensure_one()
        if self.case_ids:
            self.case_ids._check_may_work()
        elif not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may say how to reach a debtor who has no case."))

    def action_add_preference(self):
        """Ask by which channel or address this debtor wants to be reached, or must not be."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_preference_make_action")
        action["context"] = {"default_debtor_id": self.id}
        return action
