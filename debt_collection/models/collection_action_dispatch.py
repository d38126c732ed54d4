"""Dispatch: take what is approved, look at the ledger again, and hand each action to its channel.

How it works. Batches are taken with FOR UPDATE SKIP LOCKED, each in a transaction of its own that is committed before
the next: a worker that cannot take the lock leaves the row alone, a crash loses at most one batch of preparations and
no notice. An e-mail is rendered and queued here; it leaves through `mail.mail._send` (see mail_mail.py), where it is
looked at once more. A letter is sent when its PDF exists, a call when somebody has made it.
"""

import logging
from collections import namedtuple
from datetime import datetime, time, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.modules import module
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 100
# a PDF is made in one call for many letters; more than this in one file is unwieldy
LETTERS = 500

# kind: "send", "skip", "defer" (until `date`) or "look" (a person has to); rows: the open debits to be named
Verdict = namedtuple("Verdict", "kind reason level rows stepping total date", defaults=(None, (), (), 0, None))


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _cron_dispatch(self):
        """Assess what changed, then dispatch every company (scheduled action, often and when triggered)."""
        self.env["collection.case"]._cron_assess_changed()
        companies = self.env["res.company"]._collection_roots()
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                self._dispatch(company)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Collections: dispatching for company %s (%s) failed", company.id, company.name)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _dispatch(self, company, today=None):
        """Send what is approved and due for a company. Commits as it goes.

        :param company: res.company (its root is taken)
        :param today: datetime.date, for a simulation; default today
        :return: number of actions handled
        """
        company = company.root_id
        if today:
            self = self.with_context(collection_today=fields.Date.to_string(today))
            company = company.with_env(self.env)
        self._settle_abandoned(company)
        if company._collection_settings().collection_stopped:
            return 0
        handled = 0
        for channels, limit in (([c for c in self._channels() if c != "letter"], BATCH), (["letter"], LETTERS)):
            while batch := self._take(company, channels, limit):
                batch._dispatch_batch()
                handled += len(batch)
                self._checkpoint(len(batch))
        self._deliver(company)
        self.env["collection.case"]._cron_assess_changed()
        self.env["collection.run"]._close_finished(company)
        self._checkpoint()
        return handled

    @api.model
    def _channels(self):
        return [code for code, _label in self._fields["channel"].selection]

    @api.model
    def _checkpoint(self, processed=0):
        """Commit, and tell the scheduled action how far it is. Inside Odoo's tests, where commits are forbidden, flush."""
        if module.current_test:
            self.env.flush_all()
        else:
            self.env["ir.cron"]._commit_progress(processed)

    @api.model
    def _take(self, company, channels, limit):
        """Return a batch of actions to dispatch, locked until the next commit; those of one batch go together."""
        today = self.env["collection.case"]._today()
        moment = max(fields.Datetime.now(), datetime.combine(today, time.min))
        self.flush_model()
        for _attempt in range(5):
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        SQL(
                            """
                            SELECT id FROM collection_action
                             WHERE company_id = %s AND channel = ANY(%s)
                               AND state IN ('approved', 'deferred')
                               -- what waits for a day waits for the day it is for the user, not for the server's clock
                               AND CASE WHEN state = 'deferred' THEN scheduled_at < %s
                                        ELSE coalesce(scheduled_at <= %s, true) END
                          ORDER BY run_id, id
                             LIMIT %s
                               FOR UPDATE SKIP LOCKED
                            """,
                            company.id,
                            channels,
                            datetime.combine(today + timedelta(days=1), time.min),
                            moment,
                            limit,
                        ),
                        log_exceptions=False,
                    )
                    return self.browse(action_id for (action_id,) in self.env.cr.fetchall())
            except psycopg2.errors.SerializationFailure:
                # somebody else changed one of them after our transaction began: begin a new one and look again
                self._checkpoint()
        return self.browse()

    def _dispatch_batch(self):
        """Look again at each action of a batch and hand those that stand to their channels."""
        room = self._room_today(self.company_id[:1])
        standing = self.browse()
        for action, verdict in self._look_again().items():
            counted = standing.filtered(lambda a: a.channel != "call")
            if verdict.kind == "send" and action.channel != "call" and room is not None and len(counted) >= room:
                tomorrow = self.env["collection.case"]._today() + timedelta(days=1)
                verdict = Verdict("defer", self.env._("The day's number of reminders is reached."), date=tomorrow)
            if action._apply(verdict):
                standing |= action
        for channel, actions in standing.grouped("channel").items():
            getattr(self.browse(), f"_dispatch_{channel}")(actions)

    @api.model
    def _room_today(self, company):
        """Return how many more notices may leave today, or None for any number. Calls are made by people: not counted."""
        cap = company._collection_settings().collection_daily_cap
        if not cap:
            return None
        today = self.env["collection.case"]._today()
        used = self.search_count(
            [
                ("company_id", "=", company.id),
                ("channel", "!=", "call"),
                "|",
                ("state", "in", ("queued", "sending", "unknown")),
                "&",
                ("state", "=", "sent"),
                ("sent_on", "=", today),
            ]
        )
        return max(cap - used, 0)

    def _apply(self, verdict):
        """Write what a second look found; return whether the action goes on."""
        self.ensure_one()
        if verdict.kind == "send":
            self._refresh_lines(verdict)
            return True
        if verdict.kind == "defer":
            self._set_state("deferred", outcome=verdict.reason, scheduled_at=datetime.combine(verdict.date, time.min))
        elif verdict.kind == "look":
            self._set_state("proposed", outcome=verdict.reason, needs_look=True)
        else:
            self._set_state("skipped", outcome=verdict.reason)
            self._log("skipped", verdict.reason)
        return False

    # ---- the second look ------------------------------------------------------------------------------------------

    def _look_again(self):
        """Return {action: Verdict}, from the ledger and the rules as they are now.

        One statement for the positions and one for the open debits, whatever the number of actions.
        """
        today = self.env["collection.case"]._today()
        verdicts = {}
        for company, actions in self.grouped("company_id").items():
            positions = self.env["collection.ledger"]._positions(company, actions.partner_id, today)
            steps = self.env["collection.ledger"]._steps(company, actions.partner_id, today)
            for action in actions:
                partner = action.partner_id.id
                verdicts[action] = action._verdict(positions.get(partner), steps.get(partner, []), today)
        return {action: verdicts[action] for action in self}

    def _verdict(self, position, rows, today):
        """Return the Verdict on this action: does it still stand, for which items, in which tone?

        :param position: dict, the debtor's row of the ledger's `position`, or None
        :param rows: [dict], its rows of `step`
        """
        self.ensure_one()
        case = self.case_id
        if case.state != "open" or not position or position["claim"] + position["not_due_claim"] <= 0:
            return Verdict("skip", self.env._("Nothing is owed any more: paid or credited since it was proposed."))
        if rows and rows[0]["left_alone"]:
            return Verdict("skip", self.env._("Not followed up: %s", case.do_not_follow_up_reason or ""))
        if case.hold_until and case.hold_until > today:
            return Verdict("skip", self.env._("On hold until %s.", _date(case.hold_until)))
        claimable = [row for row in rows if row["claim"] > 0 and not row["no_followup"] and not row["held"]]
        # what was posted since the last assessment has no item yet
        by_item = {row["item_id"]: row for row in claimable if row["item_id"]}
        stepping = {}
        for line in self.line_ids:
            row = by_item.get(line.item_id.id)
            if row and line.level_id and line.level_id._still_due(row, line, today):
                stepping[line.item_id.id] = line.level_id
        named = [row for row in claimable if row["date_due"] < today or row["item_id"] in stepping]
        total = sum(row["claim"] for row in named)
        stepping = {item: level for item, level in stepping.items() if level.min_amount <= total}
        if not stepping:
            return Verdict("skip", self.env._("What it was about has been settled since it was proposed."))
        if total <= position["excess_credit"]:
            return Verdict("skip", self.env._("A credit in another currency covers what is owed."))
        if position["foreign_credit"] and not self.approved_by_id:
            return Verdict("look", self.env._("A credit is open in another currency: look before sending."))
        # an item that had a level before and is still unpaid keeps the tone up; once it is settled the tone comes down
        had = self.env["collection.level"].browse(
            row["level_id"] for row in named if row["level_id"] and row["level_delay"] >= 0
        )
        level = max(
            [*stepping.values(), *had.filtered(lambda level: level.min_amount <= total)],
            key=lambda level: level.delay_days,
        )
        if self.body and level != self.level_id:
            return Verdict("look", self.env._("What is owed has changed since the text was written: read it again."))
        row = claimable[0]
        # the other channel of a notice that left today is the same notice
        same_notice = any(by_item[item]["level_id"] == received.id for item, received in stepping.items())
        if row["last_notice_date"] and not same_notice:
            free = row["last_notice_date"] + timedelta(days=row["min_gap_days"])
            if free > today:
                return Verdict(
                    "defer",
                    self.env._("Contacted on %s: the days between two contacts are not over.", _date(row["last_notice_date"])),
                    date=free,
                )
        return Verdict("send", None, level, named, stepping, total)

    def _refresh_lines(self, verdict):
        """Make the lines what the notice says now: amounts, days, items settled or new since it was proposed."""
        self.ensure_one()
        today = self.env["collection.case"]._today()
        lines = {line.item_id.id: line for line in self.line_ids if line.item_id}
        gone = self.line_ids.filtered(lambda line: line.item_id.id not in {row["item_id"] for row in verdict.rows})
        gone.unlink()
        for row in verdict.rows:
            level = verdict.stepping.get(row["item_id"])
            vals = {
                "level_id": level.id if level else False,
                "name": row["move_name"],
                "date_invoice": row["date_invoice"],
                "date_due": row["date_due"],
                "currency_id": row["currency_id"],
                "amount_original": row["original_currency"],
                "amount_currency": row["residual_currency"],
                "amount_claim": row["claim_currency"],
                "amount_residual": row["residual"],
                "days_overdue": (today - row["date_due"]).days,
            }
            line = lines.get(row["item_id"])
            if line:
                line.write(vals)
            else:
                vals.update(action_id=self.id, item_id=row["item_id"], channel=self.channel, round=row["round"])
                self.env["collection.action.line"].create(vals)
        if self.level_id != verdict.level or self.currency_id.compare_amounts(self.amount, verdict.total):
            self.write({"level_id": verdict.level.id, "amount": verdict.total})

    # ---- channels -------------------------------------------------------------------------------------------------

    @api.model
    def _dispatch_email(self, actions):
        """Render the e-mails and put them in the queue; one that does not render fails alone."""
        for action in actions:
            try:
                with self.env.cr.savepoint():
                    mail_values = action._mail_values()
                    # sudo: the mail is made for the notice, not in the name of the user's own rights on mails
                    mail = self.env["mail.mail"].sudo().create(mail_values)
            except Exception as error:
                _logger.warning("Collections: notice %s does not render", action.id, exc_info=True)
                action._mark_failed(self.env._("The text could not be made: %s", _first_line(error)))
                continue
            action._set_state("queued", mail_id=mail.id, outcome=False)

    @api.model
    def _dispatch_sms(self, actions):
        """SMS is prepared for: until it is set up, the action fails with that reason and a person decides."""
        actions._mark_failed(self.env._("SMS is not set up yet: choose another channel on the level."))

    @api.model
    def _dispatch_call(self, actions):
        """Schedule a call for the collector; the action is sent when the call was made."""
        activity_type = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        for action in actions:
            case = action.case_id
            company = action.company_id._collection_settings()
            user = case.user_id or company.collection_user_id or action.approved_by_id or self.env.user
            # sudo: the call may be somebody else's to make; a collector's calls are in the list, not a mail each
            activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
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
            action._set_state("queued", activity_id=activity.id, outcome=self.env._("Call scheduled for %s.", user.name))
            action._log("scheduled", self.env._("Call scheduled for %s.", user.name))

    @api.model
    def _deliver(self, company):
        """Let the queued e-mails of a company leave, a slice at a time."""
        queued = self.search(
            [("company_id", "=", company.id), ("state", "=", "queued"), ("channel", "=", "email")], order="id"
        )
        self._settle_queue(queued)
        queued = queued.filtered(lambda action: action.state == "queued")
        self._checkpoint()
        for start in range(0, len(queued), BATCH):
            # sudo: see _dispatch_email
            mails = queued[start : start + BATCH].mail_id.sudo().exists().filtered(lambda mail: mail.state == "outgoing")
            mails.send(auto_commit=not module.current_test)
            self._checkpoint()
            self.env.invalidate_all()

    @api.model
    def _settle_queue(self, queued):
        """End the queued actions whose mail somebody cancelled or deleted."""
        for action in queued:
            state = action.mail_id.sudo().exists().state  # sudo: see _dispatch_email
            if not state or state == "cancel":
                action._set_state("cancelled", outcome=self.env._("The e-mail was cancelled in the mail queue."))
            elif state == "exception":
                action._mark_failed(action.mail_id.sudo().failure_reason or self.env._("The mail server refused it."))

    @api.model
    def _settle_abandoned(self, company):
        """Mark as unknown what was being sent by a worker that is gone: the mail is cancelled, never sent again by itself.

        Who sends holds a lock on the mail's row; where we can take it, nobody is working on it.
        """
        sending = self.search([("company_id", "=", company.id), ("state", "=", "sending")])
        if not sending:
            return
        self.env.cr.execute(
            "SELECT id FROM mail_mail WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED", [sending.mail_id.ids or [0]]
        )
        free = {mail_id for (mail_id,) in self.env.cr.fetchall()}
        for action in sending:
            if not action.mail_id or action.mail_id.id in free:
                action.mail_id.sudo().cancel()  # sudo: see _dispatch_email
                action._mark_unknown(self.env._("The worker that was sending it is gone: it may or may not have left."))
        self._checkpoint()

    # ---- outcomes -------------------------------------------------------------------------------------------------

    def _mark_sent(self, summary, outcome="sent", addresses=None, texts=None):
        """Note that these notices left: the levels of their items count from today.

        :param summary: str, for the log
        :param addresses: {action id: address used}
        :param texts: {action id: the words that went out}
        """
        self._count(summary)
        for action in self:
            action._log(
                outcome, summary, address=(addresses or {}).get(action.id), text=(texts or {}).get(action.id)
            )

    def _mark_called(self, summary):
        """Note that these calls were made; the entry in the log is the caller's."""
        self._count(summary)

    def _count(self, summary):
        """Let the levels of the items of these actions count from today."""
        today = self.env["collection.case"]._today()
        self._set_state("sent", sent_at=fields.Datetime.now(), sent_on=today, outcome=summary)
        items = self.sudo()  # sudo: what a notice means to its items follows from its sending, whoever sent it
        for line in items.line_ids.filtered("level_id"):
            item = line.item_id
            if item and (not item.level_id or item.level_id.delay_days <= line.level_id.delay_days):
                item.write({"level_id": line.level_id.id, "level_date": today})
        items.case_id.debtor_id.last_notice_date = today
        self.env["collection.change"]._note(self)

    def _mark_failed(self, reason):
        """Note that these notices did not leave, and why. No level counts; the step can be proposed again."""
        for action in self:
            action._set_state("failed", outcome=reason)
            action._log("failed", reason)
            action.case_id.message_post(body=self.env._("%(action)s failed: %(reason)s", action=action.display_name, reason=reason))

    def _mark_unknown(self, reason):
        """Note that nobody knows whether these notices left; a person settles it."""
        for action in self:
            action._set_state("unknown", outcome=reason)
            action._log("unknown", reason)


def _first_line(error):
    """Return the first line of an error's message, or its class when it has none."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _date(value):
    return fields.Date.to_string(value)
