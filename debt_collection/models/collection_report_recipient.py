"""Who receives a periodic report, at which address and in which language."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class CollectionReportRecipient(models.Model):
    _name = "collection.report.recipient"
    _description = "Recipient of a Periodic Report"
    _order = "id"

    schedule_id = fields.Many2one("collection.report.schedule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="schedule_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="cascade", help="A user or anybody else.")
    email = fields.Char(compute="_compute_from_partner", store=True, readonly=False, precompute=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        compute="_compute_from_partner",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("partner_id", "email")
    def _compute_display_name(self):
        for recipient in self:
            recipient.display_name = recipient.partner_id.name or recipient.email

    @api.depends("partner_id")
    def _compute_from_partner(self):
        for recipient in self:
            partner = recipient.partner_id
            recipient.email = partner.email or recipient.email
            recipient.lang = recipient.lang or partner.lang or self.env.user.lang or "en_US"

    @api.constrains("email", "partner_id", "schedule_id")
    def _check_may_read(self):
        for recipient in self:
            if not email_normalize(recipient.email or ""):
                raise ValidationError(
                    self.env._("%s has no e-mail address to send a report to.", recipient.display_name or "?")
                )
            if not recipient._may_receive():
                raise ValidationError(
                    self.env._(
                        "%s is a user who may not see these accounts: choose somebody else, or give the rights first.",
                        recipient.display_name,
                    )
                )

    def write(self, vals):
        """A recipient is not moved to the report of a company that the user does not work in."""
        result = super().write(vals)
        # Odoo asks before a record is written, not what it has become
        self.check_access("write")
        return result

    def _may_receive(self):
        """Tell whether the report may be sent: to somebody outside, or to a user who may see the accounts anyway."""
        self.ensure_one()
        # sudo: whether it is a user, and with which rights
        users = self.env["res.users"].sudo().with_context(active_test=False)
        partner_users = users.search(
            ["|", ("partner_id", "=", self.partner_id.id), ("email_normalized", "=", email_normalize(self.email or ""))]
        )
        return not partner_users or self.schedule_id._may_read(partner_users)
