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

    @api.constrains("reason")
    def _check_reason(self):
        for wizard in self:
            if not wizard.reason.strip():
                raise ValidationError(self.env._("Say why: the reason of a hold is kept in the log."))

    @api.constrains("case_id", "item_ids")
    def _check_items(self):
        for wizard in self:
            case = wizard.case_id.sudo()  # sudo: the state alone
            if case.state != "open":
                raise ValidationError(self.env._("The case is closed: there is nothing to hold."))
            for item in wizard.item_ids.sudo():  # sudo: only whether they are open, and of this case
                if item.case_id != case:
                    raise ValidationError(self.env._("%s belongs to another case.", item.name))
                if not item.is_open:
                    raise ValidationError(self.env._("%s is settled: there is nothing to hold.", item.name))

    def action_confirm(self):
        """Hold, exclude what is proposed, and say so in the log."""
        self.ensure_one()
        self.case_id._check_may_work()
        case = self.case_id.sudo()  # sudo: who may run batches may hold what is in them; access is checked above
        items = self.item_ids.sudo()
        values = {"hold_until": self.until, "hold_reason": self.reason}
        (items or case).write(values)
        # what would be sent for other items, too, drops the held ones when it leaves
        case.action_ids.filtered(lambda action: not items or action.line_ids.item_id <= items).action_exclude()
        words = {"date": format_date(self.env, self.until), "reason": self.reason}
        case._log_contact(
            channel="note",
            direction="internal",
            outcome="note",
            user_id=self.env.uid,
            summary=self.env._(
                "On hold until %(date)s: %(reason)s (%(items)s)", items=", ".join(items.mapped("name")), **words
            )
            if items
            else self.env._("On hold until %(date)s: %(reason)s", **words),
        )
        case._reassess()
        return {"type": "ir.actions.act_window_close"}
