"""Log a call: who was reached, what was said, what comes next."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class CollectionLogCall(models.TransientModel):
    _name = "collection.log.call"
    _description = "Log a Call"
    _inherit = ["collection.promise.terms", "collection.contact.check"]

    corrects_id = fields.Many2one("collection.contact", readonly=True)
    action_id = fields.Many2one("collection.action", compute="_compute_action_id", string="Scheduled Call")
    direction = fields.Selection([("out", "We called"), ("in", "They called")], default="out", required=True)
    outcome = fields.Selection(
        [
            ("reached", "Reached the person who decides"),
            ("promise", "Promises to pay"),
            ("dispute", "Objects"),
            ("refuses", "Refuses"),
            ("opt_out", "Does not want calls"),
            ("call_back", "Call back"),
            ("third_party", "Reached someone else"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
            ("note", "Note, not a call"),
        ],
        required=True,
        default="reached",
    )
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False)
    duration = fields.Integer(string="Minutes", help="How long the call took; its cost is kept in the log.")
    notes = fields.Text(help="What was said, in your words. It is kept and cannot be changed afterwards.")
    forbid_number = fields.Boolean(string="Do Not Call This Number Again")
    next_step = fields.Char(help="Scheduled for you as an activity on the case.")
    next_date = fields.Date(string="On")

    _duration_positive = models.Constraint("CHECK(duration >= 0)", "A call does not take less than no time.")

    @api.depends("case_id")
    def _compute_phone(self):
        for wizard in self:
            best = wizard.case_id._best_number("call") if wizard.case_id else None
            wizard.phone = best.number if best else False

    @api.depends("case_id")
    def _compute_action_id(self):
        for wizard in self:
            wizard.action_id = wizard.case_id._call_action() if wizard.case_id else False

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date > fields.Datetime.now():
                raise ValidationError(self.env._("A call is logged once it was made: the date is in the future."))

    def _contact_channel(self):
        """A call of ours is a contact; one of theirs, a note and a correction are none."""
        return "call" if self._is_our_call() else None

    def _contact_rule_depends(self):
        return [*super()._contact_rule_depends(), "direction", "outcome", "corrects_id"]

    def _is_our_call(self):
        return self.direction == "out" and self.outcome != "note" and not self.corrects_id

    def _settles(self):
        """Tell whether the scheduled call is made by this one: an attempt nobody answered leaves it to be made."""
        return self._is_our_call() and self.outcome not in ("no_answer", "wrong_number", "call_back")

    def _makes_promise(self):
        """Tell whether a promise was made in this call; without a date it is only noted that one was."""
        return self.outcome == "promise" and not self.corrects_id and bool(self.promise_date)

    def _make_promise(self):
        return self.env["collection.promise"]._make(
            self.case_id, self.promise_item_ids, self.promise_amount, self.promise_date, origin="call"
        )

    def action_confirm(self):
        """Append the call to the log, with what came of it: a promise, a dispute, a call back, a number that is wrong.

        A scheduled call of the case is settled by it when somebody was reached.
        """
        self.ensure_one()
        self.case_id.check_access("write")
        self._check_outcome()
        self._keep_to_the_rules()
        case, action = self.case_id, self.action_id
        label = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        if self._makes_promise():
            label = self._make_promise()._summary()
        summary = f"{label}: {self.notes.splitlines()[0]}" if (self.notes or "").strip() else label
        case._log_contact(
            channel="note" if self.outcome == "note" else "call",
            direction="internal" if self.outcome == "note" else self.direction,
            outcome=self.outcome,
            date=self.date,
            address=self.outcome != "note" and self.phone,
            summary=summary,
            text=self.notes,
            cost=self._cost(),
            corrects_id=self.corrects_id.id,
            action_id=self._settles() and action.id,
        )
        case.message_post(body=Markup("%s<br/>%s") % (label, self.notes or ""))
        if action and self._settles():
            action._mark_done_by_hand(label)
        if not self.corrects_id:
            self._note_numbers()
            self._raise_dispute()
            self._plan_next_call()
        if self.next_step:
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.next_date or self.env["collection.case"]._today(),
                summary=self.next_step,
                user_id=self.env.uid,
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_outcome(self):
        """Refuse what does not say what came of the call."""
        if not self.outcome:
            raise UserError(self.env._("Choose what came of the call."))
        if (self.outcome == "wrong_number" or self.forbid_number) and not self._key():
            raise UserError(self.env._("Enter which number it is about."))

    def _key(self):
        return self.env["collection.channel.preference"]._key(self.phone)

    def _cost(self):
        """Return what the minutes of this call cost, in the company's currency."""
        hour = self.case_id.company_id._collection_settings().collection_call_cost
        return 0.0 if self.outcome == "note" else hour * self.duration / 60

    def _note_numbers(self):
        """Note what the call taught of the number; a scheduled call that can be made no more fails."""
        note = self.env["collection.channel.preference"]._note
        debtor = self.case_id.debtor_id
        day = format_date(self.env, fields.Datetime.context_timestamp(self, self.date).date())
        if self.outcome == "wrong_number" and self.direction == "out":
            reason = self.env._("Wrong number, found in a call on %s", day)
            # whoever has it is not to get messages of any kind
            note(debtor, "invalid", reason, address=self.phone, origin="call")
        if self.outcome == "opt_out":
            reason = self.env._("Asked in a call on %s not to be called", day)
            note(debtor, "forbidden", reason, channel="call", origin="call")
        if self.forbid_number and self.outcome != "note":
            reason = self.env._("Asked in a call on %s not to be called at this number", day)
            note(debtor, "forbidden", reason, channel="call", address=self.phone, origin="call")
        action = self.action_id.filtered(lambda action: action.state == "queued")
        if action and self.case_id._numbers_are_used_up():
            action._mark_undone_by_hand(self.env._("No number is left at which the debtor can be called."))
