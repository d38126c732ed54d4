"""Until when, and why, a debtor is not followed up at all."""

from odoo import fields, models
from odoo.tools import format_date


class CollectionDoNotFollowUp(models.TransientModel):
    _name = "collection.do.not.follow.up"
    _description = "Do Not Follow Up"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    until = fields.Date(help="Empty: for good.")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Leave the debtor alone, exclude what is proposed, and say so in the log."""
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        case.debtor_id.write(
            {"do_not_follow_up": True, "do_not_follow_up_until": self.until, "do_not_follow_up_reason": self.reason}
        )
        case.action_ids.action_exclude()
        case._log_contact(
            channel="note",
            direction="internal",
            outcome="note",
            summary=self.env._(
                "Not followed up before %(date)s: %(reason)s",
                date=format_date(self.env, self.until),
                reason=self.reason,
            )
            if self.until
            else self.env._("Not followed up: %(reason)s", reason=self.reason),
        )
        return {"type": "ir.actions.act_window_close"}
