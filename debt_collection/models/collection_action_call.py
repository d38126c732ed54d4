"""The channel call: an activity for the collector; the action counts as sent when somebody has called."""

from markupsafe import Markup
from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_call(self, actions):
        """Schedule calls for the collectors; an action is sent when the call was made."""
        activity_type = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        case_model = self.env["ir.model"]._get_id("collection.case")
        today = self.env["collection.case"]._today()
        callers = {action: action._caller() for action in actions}
        # sudo: the call may be somebody else's to make; a collector's calls are in the list, not a mail each
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activities = activities.create(
            [
                {
                    "res_model_id": case_model,
                    "res_id": action.case_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "summary": action.level_id.name,
                    "note": note,
                    "date_deadline": today,
                    "user_id": callers[action].id,
                }
                for action, note in actions._call_notes().items()
            ]
        )
        for action, activity in zip(actions, activities, strict=True):
            action.sudo().activity_id = activity  # sudo: as states are written, see _set_state
        for user, calls in actions.grouped(callers.get).items():
            scheduled = self.env._("Call scheduled for %s.", user.name)
            calls._set_state("queued", outcome=scheduled)
            calls._log("scheduled", scheduled)

    def _caller(self):
        """Return the user who makes this call: the collector, the company's default collector, or who approved it."""
        self.ensure_one()
        company = self.company_id._collection_settings()
        return self.case_id.user_id or company.collection_user_id or self.approved_by_id or self.env.user

    def _call_note(self):
        """Return the HTML a caller sees on the activity; see `_call_notes`."""
        self.ensure_one()
        return self._call_notes()[self]

    def _call_notes(self):
        """Return {action: the HTML its caller sees on the activity}: script, what is owed, where to call."""
        notes = {}
        for action, address in self._addresses().items():
            phone = address.phone or action.partner_id.sudo().phone  # sudo: see _addresses
            items = [
                self.env._(
                    "%(number)s: %(amount)s, %(days)s days late",
                    number=line.name,
                    amount=line.currency_id.format(line.amount_claim),
                    days=line.days_overdue,
                )
                for line in action.line_ids
            ]
            notes[action] = (
                Markup("<p>%s %s</p>") % (self.env._("Phone:"), phone or self.env._("no number known"))
                + (action._in_language(action._language(address)).level_id.call_script or Markup())
                + Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % item for item in items)
            )
        return notes
