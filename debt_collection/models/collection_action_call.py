"""The channel call: an activity for the collector; the action counts as sent when somebody has called."""

from markupsafe import Markup
from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_call(self, actions):
        """Schedule calls for the collectors; an action is sent when the call was made.

        Where every number of a debtor is wrong or not wanted the call fails; where none is known, a person finds one.
        """
        numbers = actions.case_id._numbers("call")
        hopeless = actions.filtered(lambda action: numbers[action.case_id] and not numbers[action.case_id][0].usable)
        if hopeless:
            hopeless._mark_failed(self.env._("Every number known is wrong, or is not to be called."))
        actions -= hopeless
        actions._schedule_by_hand("mail.mail_activity_data_call", actions._call_notes())

    def _call_note(self):
        """Return the HTML a caller sees on the activity; see `_call_notes`."""
        self.ensure_one()
        return self._call_notes()[self]

    def _call_notes(self):
        """Return {action: the HTML its caller sees on the activity}: script, what is owed, where to call."""
        notes = {}
        numbers = self.case_id._numbers("call")
        for action, address in self._addresses().items():
            best = [number.number for number in numbers[action.case_id] if number.usable][:1]
            notes[action] = (
                Markup("<p>%s %s</p>") % (self.env._("Phone:"), *(best or [self.env._("no number known")]))
                + (action._in_language(action._language(address)).level_id.call_script or Markup())
                + Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % item for item in action._claim_lines())
            )
        return notes
