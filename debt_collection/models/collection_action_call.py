"""The channel call: an activity for the collector; the action counts as sent when somebody has called."""

from markupsafe import Markup
from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_call(self, actions):
        """Schedule a call for the collector; the action is sent when the call was made."""
        activity_type = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        for action in actions:
            case = action.case_id
            company = action.company_id._collection_settings()
            user = case.user_id or company.collection_user_id or action.approved_by_id or self.env.user
            # sudo: the call may be somebody else's to make; a collector's calls are in the list, not a mail each
            activity = (
                self.env["mail.activity"]
                .sudo()
                .with_context(mail_activity_quick_update=True)
                .create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("collection.case"),
                        "res_id": case.id,
                        "activity_type_id": activity_type.id if activity_type else False,
                        "summary": action.level_id.name,
                        "note": action._call_note(),
                        "date_deadline": self.env["collection.case"]._today(),
                        "user_id": user.id,
                    }
                )
            )
            action._set_state(
                "queued", activity_id=activity.id, outcome=self.env._("Call scheduled for %s.", user.name)
            )
            action._log("scheduled", self.env._("Call scheduled for %s.", user.name))

    def _call_note(self):
        """Return the HTML a caller sees on the activity: script, what is owed, where to call."""
        self.ensure_one()
        partner = self.partner_id.sudo()  # sudo: see _address
        phone = self._address().phone or partner.phone
        items = [
            self.env._(
                "%(number)s: %(amount)s, %(days)s days late",
                number=line.name,
                amount=line.currency_id.format(line.amount_claim),
                days=line.days_overdue,
            )
            for line in self.line_ids
        ]
        return (
            Markup("<p>%s %s</p>") % (self.env._("Phone:"), phone or self.env._("no number known"))
            + (self._in_language().level_id.call_script or Markup())
            + Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % item for item in items)
        )
