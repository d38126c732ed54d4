"""What was scheduled for a person and was done, or given up, settles its action; a call-back is over with it."""

from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """What was done by hand counts as sent."""
        self._collection_call_backs()._forget_call_back()
        actions = self._collection_by_hand()
        actions.activity_id = False
        actions._mark_done_from_activity(feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def unlink(self):
        """What was given up is cancelled; nothing counts."""
        self._collection_call_backs()._forget_call_back()
        for action in self._collection_by_hand():
            reason = (
                self.env._("The call was cancelled by %s.", self.env.user.name)
                if action.channel == "call"
                else self.env._("Cancelled by %s.", self.env.user.name)
            )
            action._set_state("cancelled", outcome=reason)
            action._log("skipped", reason)
        return super().unlink()

    def _collection_by_hand(self):
        if not self.ids or "collection.case" not in self.mapped("res_model"):
            return self.env["collection.action"]
        # sudo: the activity's owner settles it, whatever his rights on actions
        return self.env["collection.action"].sudo().search([("activity_id", "in", self.ids), ("state", "=", "queued")])

    def _collection_call_backs(self):
        if not self.ids or "collection.case" not in self.mapped("res_model"):
            return self.env["collection.case"]
        # sudo: as above
        return self.env["collection.case"].sudo().search([("call_activity_id", "in", self.ids)])
