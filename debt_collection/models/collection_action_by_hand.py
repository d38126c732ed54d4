"""What people do by hand (calls, messages by link, visits): scheduled as activities, done when somebody says so."""

from odoo import api, fields, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    is_by_hand = fields.Boolean(compute="_compute_is_by_hand")

    @api.depends("channel")
    def _compute_is_by_hand(self):
        by_hand = self.env["collection.channel"]._by_hand()
        for action in self:
            action.is_by_hand = action.channel in by_hand

    def _schedule_by_hand(self, activity_type, notes):
        """Give these actions to the collectors as activities, made in one go; they are sent when somebody did them.

        :param activity_type: external id of a mail.activity.type
        :param notes: {action: the HTML its collector sees on the activity}
        """
        if not self:
            return
        activity_type = self.env.ref(activity_type, raise_if_not_found=False)
        case_model = self.env["ir.model"]._get_id("collection.case")
        today = self.env["collection.case"]._today()
        callers = {action: action._caller() for action in self}
        # sudo: it may be somebody else's to do; what a collector has to do is in the list, not a mail each
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activities = activities.create(
            [
                {
                    "res_model_id": case_model,
                    "res_id": action.case_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "summary": action.level_id.name,
                    "note": notes[action],
                    "date_deadline": today,
                    "user_id": callers[action].id,
                }
                for action in self
            ]
        )
        for action, activity in zip(self, activities, strict=True):
            action.sudo().activity_id = activity  # sudo: as states are written, see _set_state
        for (user, channel), actions in self.grouped(lambda action: (callers[action], action.channel)).items():
            scheduled = self._scheduled_text(channel, user)
            actions._set_state("queued", outcome=scheduled)
            actions._log("scheduled", scheduled)

    @api.model
    def _scheduled_text(self, channel, user):
        """Return what the log says of an action given to a user."""
        texts = {
            "call": self.env._("Call scheduled for %s.", user.name),
            "whatsapp": self.env._("WhatsApp message scheduled for %s.", user.name),
            "social": self.env._("Message on a social network scheduled for %s.", user.name),
            "visit": self.env._("Visit scheduled for %s.", user.name),
        }
        return texts.get(channel) or self.env._("Scheduled for %s.", user.name)

    def _caller(self):
        """Return the user who does this: the collector, the company's default collector, or who approved it."""
        self.ensure_one()
        company = self.company_id._collection_settings()
        return self.case_id.user_id or company.collection_user_id or self.approved_by_id or self.env.user

    def _claim_lines(self):
        """Return, for each item this action names, the sentence a collector reads."""
        self.ensure_one()
        return [
            self.env._(
                "%(number)s: %(amount)s, %(days)s days late",
                number=line.name,
                amount=line.currency_id.format(line.amount_claim),
                days=line.days_overdue,
            )
            for line in self.line_ids
        ]

    def action_do_by_hand(self):
        """Open what the collector needs to do this one: the call, the message with its link, the result of a visit."""
        self.ensure_one()
        self.check_access("write")
        if reason := self._look_before_doing():
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "title": self.env._("Nothing to do any more"),
                    "message": reason,
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        wizards = {
            "call": "debt_collection.collection_log_call_action",
            "whatsapp": "debt_collection.collection_hand_message_action",
            "social": "debt_collection.collection_hand_message_action",
            "visit": "debt_collection.collection_log_visit_action",
        }
        action = self.case_id._wizard(wizards[self.channel])
        action["context"]["default_action_id"] = self.id
        return action

    # ---- what came of it ------------------------------------------------------------------------------------------

    def _mark_done_by_hand(self, label, **entry):
        """Note that this action was done by the current user: its level counts, its activity is done.

        :param label: str, what came of it
        :param entry: values of the entry in the contact log, besides case, action and summary; none: the caller's
            own entry says it
        """
        self.ensure_one()
        activity = self.activity_id
        # sudo: whoever works on the case settles what is scheduled for it, a colleague's activity, too
        self.sudo().activity_id = False
        self._mark_called(label)
        if entry:
            self.case_id._log_contact(
                action_id=self.id, amount=self.amount, **{"channel": self.channel, "direction": "out", **entry}
            )
        activity.sudo().action_done()

    def _mark_undone_by_hand(self, reason):
        """Note that this action could not be done, and why; its activity goes, the fallback of its level takes over."""
        self.ensure_one()
        activity = self.activity_id
        self.sudo().activity_id = False  # sudo: see _mark_done_by_hand
        self._mark_failed(reason)
        activity.sudo().unlink()

    @api.model
    def _mark_done_from_activity(self, feedback):
        """Note that these actions were done, as somebody said by marking their activities as done.

        :param feedback: str, what that one wrote; or False
        """
        texts = {
            "call": self.env._("The call was made."),
            "whatsapp": self.env._("The WhatsApp message was sent."),
            "social": self.env._("The message on a social network was sent."),
            "visit": self.env._("The debtor was visited."),
        }
        for channel, actions in self.grouped("channel").items():
            done = self.env._("It was done.")
            actions._mark_sent(
                feedback or texts.get(channel, done), outcome="visited" if channel == "visit" else "note"
            )

    # ---- looked at again ------------------------------------------------------------------------------------------

    def _look_before_doing(self):
        """Look at the ledger again before a person acts: what it says becomes true of this action.

        :return: why there is nothing to do any more, and the action is not queued any more; or None
        """
        self.ensure_one()
        action = self.sudo()  # sudo: what the ledger says is written, whoever looks; see _apply
        verdict = action._look_again()[action]
        if verdict.kind == "send":
            action._apply({action: verdict})
        if verdict.kind != "skip":
            return None
        activity = action.activity_id
        action.activity_id = False
        action._apply({action: verdict})
        activity.unlink()
        return verdict.reason

    @api.model
    def _cancel_open(self, case_ids, reason):
        """The call-backs agreed go with what is open for these cases."""
        # sudo: the activities of whichever collector
        cases = self.env["collection.case"].sudo().search([("id", "in", case_ids), ("call_at", "!=", False)])
        activities = cases.call_activity_id
        cases._forget_call_back()
        activities.unlink()
        return super()._cancel_open(case_ids, reason)
