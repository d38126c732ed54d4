"""The call queue: one debtor after another on one screen, with what is needed to call and to log what came of it."""

from datetime import datetime, time, timedelta

import pytz
from odoo import Command, api, fields, models
from odoo.tools import format_list

# of how many debtors at the head of the queue the contact rules are asked, to begin with one who may be called now
LOOK_AHEAD = 50
# how long a debtor on somebody's screen does not come up on a colleague's
SHOWN = timedelta(minutes=15)
# what is asked anew for each debtor
ANSWERS = (
    "direction",
    "outcome",
    "date",
    "duration",
    "notes",
    "forbid_number",
    "next_step",
    "next_date",
    "promise_date",
    "dispute_item_ids",
    "dispute_amount",
    "dispute_reason_id",
    "call_back_at",
    "call_back_zone",
    "override_reason",
)


class CollectionCallQueue(models.TransientModel):
    _name = "collection.call.queue"
    _description = "Call Queue"
    _inherit = ["collection.log.call"]
    _transient_max_hours = 12

    # none once nobody is left to call
    case_id = fields.Many2one(required=False)
    outcome = fields.Selection(required=False, default=False)
    dispute_item_ids = fields.Many2many(relation="collection_call_queue_dispute_rel")
    skipped_ids = fields.Many2many("collection.case", "collection_call_queue_skipped_rel", readonly=True)
    progress = fields.Char(readonly=True)
    number_ids = fields.One2many("collection.call.number", "queue_id", readonly=True)
    item_ids = fields.One2many(related="case_id.open_item_ids", string="What Is Owed")
    totals = fields.Char(string="To Collect", compute="_compute_shown", help="Overdue after credits, per currency.")
    days_overdue = fields.Integer(related="case_id.days_overdue")
    broken_promise_count = fields.Integer(related="case_id.broken_promise_count")
    promise_id = fields.Many2one(related="case_id.promise_id")
    promise_state = fields.Selection(related="case_id.promise_state")
    reason = fields.Char(related="case_id.reason")
    contact_ids = fields.Many2many("collection.contact", compute="_compute_shown", string="Last Contacts")
    script = fields.Html(compute="_compute_shown")
    call_back_due = fields.Datetime(related="case_id.call_at")

    def _compute_display_name(self):
        for queue in self:
            queue.display_name = self.env._("Calls")

    @api.depends("case_id")
    def _compute_shown(self):
        for queue in self:
            case = queue.case_id
            overdue = case.open_item_ids.filtered(lambda item: item.status in ("overdue", "promised"))
            totals = [
                currency.format(sum(items.mapped("amount_claim")))
                for currency, items in overdue.grouped("currency_id").items()
            ]
            queue.totals = format_list(self.env, totals) if totals else False
            queue.contact_ids = case._last_contacts() if case else False
            queue.script = case._call_script() if case else False

    @api.model
    def action_open(self):
        """Open the queue of the current user at the debtor to call next."""
        queue = self.create({})
        queue._show_next()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": queue.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_log_and_next(self):
        """Log what came of the call and show the next debtor; a wrong number is followed by the debtor's next one."""
        self.ensure_one()
        case, again = self.case_id, self.outcome == "wrong_number"
        self.action_confirm()
        again = again and case._best_number("call") and (case.call_activity_id or case._call_action())
        self._show_next(case if again else None)

    def action_no_answer_and_next(self):
        """Log that nobody answered, and show the next debtor."""
        self.outcome = "no_answer"
        self.action_log_and_next()

    def action_skip(self):
        """Show the next debtor; this one comes up again after the others."""
        self.skipped_ids |= self.case_id
        self._show_next()

    def action_refresh(self):
        """Look again whether somebody is to be called."""
        self._show_next()

    def action_open_case(self):
        """Open the case of the debtor that is shown."""
        return self.case_id.get_formview_action()

    def _show_next(self, case=None):
        """Show a case, by default the next one to call, with nothing answered yet.

        :param case: collection.case, or None
        """
        self.ensure_one()
        waiting = self.env["collection.case"]._call_queue() - self._shown_to_colleagues()
        self.skipped_ids &= waiting
        if self.skipped_ids == waiting:
            self.skipped_ids = False
        if not case:
            case, dropped = self._next_to_call(waiting - self.skipped_ids)
            waiting -= dropped
        self._clear()
        self.write(
            {
                "case_id": case.id,
                "progress": self._progress(len(self.skipped_ids & waiting) + 1, len(waiting)),
                "number_ids": [
                    Command.create(
                        {"name": number.number, "owner": number.owner, "note": number.note, "usable": number.usable}
                    )
                    for number in (case._numbers("call")[case] if case else ())
                ],
            }
        )

    def _clear(self):
        """Forget the debtor shown and what was answered; what follows from the debtor is computed anew."""
        self.write(
            {
                **dict.fromkeys(ANSWERS, False),
                **self.default_get(list(ANSWERS)),
                "dispute_item_ids": [Command.clear()],
                "case_id": False,
                "number_ids": [Command.clear()],
            }
        )

    @api.model
    def _next_to_call(self, cases):
        """Return the case to call next, and those for which there is nothing to call about any more.

        Who may be called now comes before who may not, as far as the queue is looked at.
        :param cases: collection.case in the order of the queue
        :return: (collection.case or none, collection.case)
        """
        head = cases[:LOOK_AHEAD]
        # sudo: rules hold for whoever calls
        allowed = self.env["collection.contact.rule"].sudo()._next_allowed(head, "call")
        dropped = cases.browse()
        for case in [*head.filtered(lambda case: not allowed[case][1]), *cases]:
            action = case not in dropped and case._call_action()
            if not action and not case.call_activity_id:
                continue
            if action and action._look_before_doing() and not case.call_activity_id:
                dropped |= case
                continue
            return case, dropped
        return cases.browse(), dropped

    @api.model
    def _shown_to_colleagues(self):
        """Return the cases that are on a colleague's screen: nobody is called by two at a time."""
        # sudo: which cases alone, so that they are left to who has them
        return (
            self.sudo()
            .search(
                [
                    ("case_id", "!=", False),
                    ("create_uid", "!=", self.env.uid),
                    ("write_date", ">", fields.Datetime.now() - SHOWN),
                ]
            )
            .case_id.sudo(self.env.su)
        )

    @api.model
    def _progress(self, position, waiting):
        """Return how far the user is: which of how many are waiting, and how many calls were made today."""
        midnight = self.env.tz.localize(
            datetime.combine(pytz.utc.localize(fields.Datetime.now()).astimezone(self.env.tz).date(), time.min)
        )
        done = self.env["collection.contact"].search_count(
            [
                ("channel", "=", "call"),
                ("direction", "=", "out"),
                ("user_id", "=", self.env.uid),
                ("date", ">=", midnight.astimezone(pytz.utc).replace(tzinfo=None)),
                ("outcome", "in", [code for code, _label in self._fields["outcome"].selection]),
                ("corrects_id", "=", False),
            ]
        )
        if not waiting:
            return self.env._("%s done today", done)
        return self.env._(
            "%(position)s of %(waiting)s, %(done)s done today", position=position, waiting=waiting, done=done
        )
