"""The documents of the contact log are kept as they were: their attachments are neither changed nor deleted."""

from odoo import api, models
from odoo.exceptions import UserError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        """Refuse to change a document of the contact log; moving it to another storage writes what it is."""
        kept = self._kept_by_the_log()
        if any(attachment[name] != value for attachment in kept for name, value in vals.items()):
            raise UserError(self.env._("This document belongs to the contact log: it stays as it was."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_of_the_log(self):
        if self._kept_by_the_log():
            raise UserError(self.env._("This document belongs to the contact log: it cannot be deleted."))

    def _kept_by_the_log(self):
        """Return those of these attachments that are documents of the contact log."""
        # sudo: which model they belong to, and whether the log keeps them
        ours = self.sudo().filtered(lambda attachment: attachment.res_model == "collection.contact")
        if not ours:
            return ours
        return self.env["collection.contact.document"].sudo().search([("attachment_id", "in", ours.ids)]).attachment_id
