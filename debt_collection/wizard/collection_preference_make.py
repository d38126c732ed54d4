"""By which channel, or at which address, a debtor wants to be reached or must not be."""

from odoo import fields, models
from odoo.exceptions import ValidationError


class CollectionPreferenceMake(models.TransientModel):
    _name = "collection.preference.make"
    _description = "Say How to Reach a Debtor"

    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade")
    kind = fields.Selection(
        lambda self: self.env["collection.channel.preference"]._fields["kind"]._description_selection(self.env),
        required=True,
        default="forbidden",
    )
    channel = fields.Selection(
        lambda self: self.env["collection.channel"]._selection(), help="Empty: every channel that uses the address."
    )
    address = fields.Char(string="E-mail or Number", help="Empty: whatever the address.")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Note it and say so in the log; what waits to be sent that way is not, the next channel takes over.

        :raises ValidationError: with neither channel nor address, or without a reason
        """
        self.ensure_one()
        self.debtor_id._check_may_set_channels()
        address = (self.address or "").strip()
        if not self.channel and not address:
            raise ValidationError(self.env._("Choose a channel, an address or number, or both."))
        if not self.reason.strip():
            raise ValidationError(self.env._("Say why: who told you, and when."))
        preferences = self.env["collection.channel.preference"]
        preference = preferences._note(
            self.debtor_id, self.kind, self.reason, channel=self.channel, address=address or False
        )
        outcome = {"forbidden": "opt_out", "preferred": "opt_in", "invalid": "note"}[self.kind]
        preference._log(outcome, preference._words())
        return {"type": "ir.actions.act_window_close"}
