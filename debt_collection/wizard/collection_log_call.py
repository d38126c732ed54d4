"""Log a call: who was reached, what was said, what comes next."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionLogCall(models.TransientModel):
    _name = "collection.log.call"
    _description = "Log a Call"
    _inherit = ["collection.promise.terms"]

    corrects_id = fields.Many2one("collection.contact", readonly=True)
    action_id = fields.Many2one("collection.action", compute="_compute_action_id", string="Scheduled Call")
    direction = fields.Selection([("out", "We called"), ("in", "They called")], default="out", required=True)
    outcome = fields.Selection(
        [
            ("reached", "Reached the person who decides"),
            ("third_party", "Reached someone else"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
            ("promise", "Promises to pay"),
            ("dispute", "Objects"),
            ("refuses", "Refuses"),
            ("call_back", "Call back"),
            ("note", "Note, not a call"),
        ],
        required=True,
        default="reached",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False)
    notes = fields.Text(help="What was said, in your words. It is kept and cannot be changed afterwards.")
    next_step = fields.Char(help="Scheduled for you as an activity on the case.")
    next_date = fields.Date(string="On")

    @api.depends("case_id")
    def _compute_phone(self):
        for wizard in self:
            wizard.phone = wizard.case_id.partner_phone

    @api.depends("case_id")
    def _compute_action_id(self):
        for wizard in self:
            wizard.action_id = wizard.case_id.action_ids.filtered(
                lambda action: action.channel == "call" and action.state == "queued"
            )[:1]

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date > fields.Datetime.now():
                raise ValidationError(self.env._("A call is logged once it was made: the date is in the future."))

    def _settles(self):
        """Tell whether the scheduled call is made by this one: an attempt nobody answered leaves it to be made."""
        return (
            self.direction == "out"
            and not self.corrects_id
            and self.outcome not in ("no_answer", "wrong_number", "call_back", "note")
        )

    def _makes_promise(self):
        """Tell whether a promise was made in this call; without a date it is only noted that one was."""
        return self.outcome == "promise" and not self.corrects_id and bool(self.promise_date)

    def _make_promise(self):
        return self.env["collection.promise"]._make(
            self.case_id, self.promise_item_ids, self.promise_amount, self.promise_date, origin="call"
        )

    def action_confirm(self):
        """Append the call to the log; a scheduled call of the case is settled by it when somebody was reached."""
        self.ensure_one()
        self.case_id.check_access("write")
        case, action = self.case_id, self.action_id
        label = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        if self._makes_promise():
            label = self._make_promise()._summary()
        case._log_contact(
            channel="note" if self.outcome == "note" else "call",
            direction="internal" if self.outcome == "note" else self.direction,
            outcome=self.outcome,
            date=self.date,
            address=self.outcome != "note" and self.phone,
            summary=f"{label}: {self.notes.splitlines()[0]}" if self.notes else label,
            text=self.notes,
            corrects_id=self.corrects_id.id,
            action_id=self._settles() and action.id,
        )
        case.message_post(body=Markup("%s<br/>%s") % (label, self.notes or ""))
        if action and self._settles():
            activity = action.activity_id
            action.activity_id = False
            action._mark_called(label)
            activity.sudo().action_done()  # sudo: the scheduled call may be a colleague's; it was made
        if self.next_step:
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.next_date or self.env["collection.case"]._today(),
                summary=self.next_step,
                user_id=self.env.uid,
            )
        return {"type": "ir.actions.act_window_close"}
