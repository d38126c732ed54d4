"""Until when, and why, a case or some of its items are left alone."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CollectionHold(models.TransientModel):
    _name = "collection.hold"
    _description = "Put a Case on Hold"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    item_ids = fields.Many2many(
        "collection.item",
        string="Only These Items",
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
        help="Empty: the whole case.",
    )
    until = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today() + timedelta(days=7))
    reason = fields.Char(required=True)

    @api.constrains("until")
    def _check_until(self):
        for wizard in self:
            if wizard.until <= self.env["collection.case"]._today():
                raise ValidationError(self.env._("A hold ends on a day to come."))

    def action_confirm(self):
        """Hold, exclude what is proposed, and say so in the log."""
        self.ensure_one()
        self.case_id.check_access("write" if not self.env.user.has_group("account.group_account_invoice") else "read")
        case = self.case_id.sudo()  # sudo: who may run batches may hold what is in them; access is checked above
        values = {"hold_until": self.until, "hold_reason": self.reason}
        (self.item_ids.sudo() or case).write(values)
        if not self.item_ids:
            case.action_ids.action_exclude()
        names = ", ".join(self.item_ids.mapped("name"))
        case._log_contact(
            channel="note",
            direction="internal",
            outcome="note",
            user_id=self.env.uid,
            summary=self.env._(
                "On hold until %(date)s: %(reason)s", date=format_date(self.env, self.until), reason=self.reason
            )
            + (f" ({names})" if names else ""),
        )
        case._reassess()
        return {"type": "ir.actions.act_window_close"}
