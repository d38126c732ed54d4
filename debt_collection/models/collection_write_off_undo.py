"""A write-off that does not come to be: refused by the second person, or cancelled by who asked for it."""

from odoo import models
from odoo.exceptions import UserError


class CollectionWriteOff(models.Model):
    _inherit = "collection.write.off"

    def action_refuse(self):
        """Ask why it is refused."""
        return self._undo_wizard("refuse", self.env._("Refuse"))

    def action_cancel(self):
        """Ask why it is cancelled."""
        return self._undo_wizard("cancel", self.env._("Cancel"))

    def action_reverse(self):
        """Ask why it is reversed, and from when."""
        return self._undo_wizard("reverse", self.env._("Reverse"))

    def _undo_wizard(self, operation, title):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_write_off_undo_action")
        action["context"] = {"default_write_off_id": self.id, "default_operation": operation}
        action["name"] = action["display_name"] = title
        return action

    def _check_may_cancel(self):
        """Let who works on the case, who asked for it or who approves cancel what is not written off yet."""
        if not self._is_approver(self.env.user):
            self.check_access("read")
            self.case_id.check_access("write")

    def _refuse(self, why):
        """Refuse what waits for approval; tell who asked."""
        self.ensure_one()
        if self.state != "waiting":
            raise UserError(self.env._("%s does not wait for an approval any more.", self.name))
        self._end("refused", self.env._("%(what)s refused: %(why)s", what=self._words(), why=why))
        self.message_post(
            body=self.env._("Refused: %s", why),
            partner_ids=self.requester_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _cancel(self, why):
        """Take back what was asked for or agreed, before anything is written off."""
        self.ensure_one()
        if self.state not in ("waiting", "awaiting"):
            raise UserError(self.env._("%s is decided already. What is written off can be reversed.", self.name))
        self._end("cancelled", self.env._("%(what)s cancelled: %(why)s", what=self._words(), why=why))
        self._reassess()
