"""Send a message by a link: WhatsApp, or the debtor's profile on a social network; logged once it was sent."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionHandMessage(models.TransientModel):
    _name = "collection.hand.message"
    _description = "Message Sent by Hand"
    _inherit = ["collection.contact.check"]

    action_id = fields.Many2one("collection.action", required=True, ondelete="cascade", readonly=True)
    channel = fields.Selection(related="action_id.channel")
    address = fields.Char(
        string="To", compute="_compute_address", store=True, readonly=False, help="A number, or a profile's address."
    )
    text = fields.Text(compute="_compute_text", store=True, readonly=False)
    failure = fields.Char(string="Why It Was Not Sent")

    @api.depends("action_id")
    def _compute_address(self):
        for wizard in self:
            action = wizard.action_id
            addresses = action._whatsapp_numbers() if action.channel == "whatsapp" else action._social_profiles()
            wizard.address = addresses.get(action)

    @api.depends("action_id")
    def _compute_text(self):
        for wizard in self:
            wizard.text = wizard.action_id._message_texts().get(wizard.action_id)

    def _contact_channel(self):
        return self.channel

    def action_open_link(self):
        """Open WhatsApp with the message, or the profile on which to paste it; nothing is logged yet."""
        self._check_waiting()
        return {"type": "ir.actions.act_url", "url": self._link(), "target": "new"}

    def _link(self):
        """Return the link to the message or the profile.

        :raises UserError: says what is wrong with the number or the address
        """
        if self.channel == "whatsapp":
            number = self.env["collection.action"]._international(self.address or "", self.case_id.partner_id)
            if not number:
                raise UserError(self.env._("Enter the number with its country code, as in +33 6 12 34 56 78."))
            return self.env["collection.action"]._whatsapp_link(number, self.text or "")
        if not (self.address or "").startswith(("https://", "http://")):
            raise UserError(self.env._("Enter the address of the profile; it begins with https://."))
        return self.address

    def action_sent(self):
        """Note that the message was sent as it stands here: the level counts from today."""
        self._check_waiting()
        self._link()
        if not (self.text or "").strip():
            raise UserError(self.env._("Enter what was sent: it is kept in the log."))
        self._keep_to_the_rules()
        label = (
            self.env._("WhatsApp message sent.")
            if self.channel == "whatsapp"
            else self.env._("Message sent on a social network.")
        )
        self.action_id._mark_done_by_hand(label, outcome="sent", summary=label, address=self.address, text=self.text)
        return {"type": "ir.actions.act_window_close"}

    def action_not_sent(self):
        """Note that it could not be sent, and why; what the level has as fallback takes over."""
        self._check_waiting()
        if not (self.failure or "").strip():
            raise UserError(self.env._("Say why it was not sent, such as: not on WhatsApp."))
        self.action_id._mark_undone_by_hand(self.failure)
        return {"type": "ir.actions.act_window_close"}

    def _check_waiting(self):
        self.ensure_one()
        self.case_id.check_access("write")
        if self.action_id.case_id != self.case_id or self.action_id.state != "queued":
            raise UserError(self.env._("This message is not waiting to be sent any more: look at the case."))
