"""A scheduled call that was made, or given up, settles its action."""

from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call that was made counts as sent."""
        actions = self._collection_calls()
        actions.activity_id = False
        for action in actions:
            action._mark_sent(feedback or self.env._("The call was made."), outcome="note")
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def unlink(self):
        """A call that was given up is cancelled; nothing counts."""
        for action in self._collection_calls():
            reason = self.env._("The call was cancelled by %s.", self.env.user.name)
            action._set_state("cancelled", outcome=reason)
            action._log("skipped", reason)
        return super().unlink()

    def _collection_calls(self):
        if not self.ids or "collection.case" not in self.mapped("res_model"):
            return self.env["collection.action"]
        # sudo: the activity's owner settles it, whatever his rights on actions
        return self.env["collection.action"].sudo().search([("activity_id", "in", self.ids), ("state", "=", "queued")])
