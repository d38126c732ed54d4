"""What is evidence is kept as it was: documents of the contact log, signed agreements, what debtors have sent."""

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
        """Return those of these attachments that are evidence; of plans and disputes, to all but the flow itself."""
        # sudo: which model they belong to, and whether they are kept
        by_model = self.sudo().grouped("res_model")
        kept = self.sudo().browse()
        if logged := by_model.get("collection.contact"):
            documents = self.env["collection.contact.document"].sudo()
            kept |= documents.search([("attachment_id", "in", logged.ids)]).attachment_id
        if self.env.su:
            return kept
        if of_plans := by_model.get("collection.plan"):
            plans = self.env["collection.plan"].sudo()
            kept |= plans.search([("agreement_id", "in", of_plans.ids)]).agreement_id
            kept |= of_plans.filtered(lambda attachment: attachment.res_field == "signature")
        if of_disputes := by_model.get("collection.dispute"):
            # a file of nobody of ours came from the debtor
            kept |= of_disputes.filtered(lambda attachment: attachment.create_uid.share)
        return kept
