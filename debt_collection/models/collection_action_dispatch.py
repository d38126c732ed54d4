"""Dispatch: take what is approved, look at the ledger again, and hand each action to its channel.

How it works. A batch is taken with FOR UPDATE SKIP LOCKED, in a transaction of its own that is committed before the
next: a worker that cannot take the lock leaves the row alone, a crash loses at most one batch of preparations and no
notice. An e-mail or an SMS is rendered and queued here; it leaves through `mail.mail._send` (see mail_mail.py) or
`sms.sms.send` (see sms_sms.py), where it is looked at once more. A letter is sent when its PDF exists, a call when
somebody has made it.

What stops a run (the scheduled action's time, the switch of the company, a database that went away) stops it between
two batches: the next one goes on where it was.
"""

import logging
from datetime import datetime, time, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..batches import TROUBLE, checkpoint
from .collection_action_look import Verdict

_logger = logging.getLogger(__name__)

BATCH = 100
# a PDF is made in one call for many letters; more than this in one file is unwieldy
LETTERS = 500
ATTEMPTS = 5
# the channels whose notices wait in a queue, and what lets them leave
QUEUES = {"email": "_deliver", "sms": "_deliver_sms"}


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _cron_dispatch(self):
        """Assess what changed, go on with what is being proposed, then dispatch every company (scheduled action, often
        and when triggered)."""
        companies = self.env["res.company"]._collection_roots()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=sum(self._count_waiting(company) for company in companies))
        for work in (self.env["collection.case"]._cron_assess_changed, self.env["collection.run"]._propose_waiting):
            try:
                work()
                progress()
            except Exception:
                # the ledger is looked at again before anything leaves, so that sending may go on
                _logger.exception("Collections: assessing or proposing failed")
                self.env.cr.rollback()
                self.env.invalidate_all()
        for company in companies:
            handled = 0
            try:
                handled = self._dispatch(company)
            except Exception:
                _logger.exception("Collections: dispatching for company %s failed", company.id)
                self.env.cr.rollback()
            if handled and not progress():
                # out of time: what remains is counted, so that the action is called again
                return
        # what is still waiting waits for something else: a mail server, another worker
        progress(remaining=0)

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
        handled = self._work_through(company)
        self._checkpoint()
        for wind_up in (
            self.env["collection.case"]._cron_assess_changed,
            partial(self.env["collection.run"]._close_finished, company),
        ):
            try:
                wind_up()
                self._checkpoint()
            except TROUBLE as error:
                # nothing is lost: the changes are back in their queue, the batch is looked at again
                self.env.cr.rollback()
                _logger.info("Collections: another worker is at it, the next run assesses what changed: %s", error)
        return handled

    def _dispatch_these(self):
        """Dispatch those of these actions that still wait to be, and deliver their e-mails: what a job of a queue does.

        Repeated, or beside another worker, it does nothing twice. Commits as it goes.
        :return: number of actions handled
        """
        return sum(
            self._work_through(company.with_env(self.env), actions.ids)
            for company, actions in self.grouped("company_id").items()
        )

    @api.model
    def _work_through(self, company, ids=None):
        """Prepare what is approved and due, a batch at a time, and deliver its e-mails and SMS before the next.

        :param ids: of the actions to work on; default all of the company
        :return: number of actions handled
        """
        self._attempt(lambda: self._settle_abandoned(company))
        self._attempt(lambda: self._settle_queue(company, ids))
        self._attempt(lambda: self._settle_sms(company, ids))
        # what an earlier run has left in the queues comes first
        away = set()
        handled, in_time = self._deliver_queues(company, ids, away)
        paper = self.env["collection.channel"]._on_paper()
        for channels, limit in (([c for c in self._channels() if c not in paper], BATCH), (paper, LETTERS)):
            prepare = partial(self._prepare, company, channels, limit, ids)
            while in_time and (batch := self._attempt(prepare)):
                handled += len(batch)
                queued = batch.filtered(lambda action: action.state == "queued" and action.channel in QUEUES).ids
                in_time = self._checkpoint(len(batch) - len(queued))
                if queued and in_time:
                    _delivered, in_time = self._deliver_queues(company, queued, away)
        if handled and in_time:
            # a hand with what another worker has prepared and not delivered yet
            handled += self._deliver_queues(company, ids, away)[0]
        return handled

    @api.model
    def _deliver_queues(self, company, ids, away):
        """Let what is queued leave, by each channel whose server is there.

        :param ids: of the actions to deliver; None for all of the company
        :param away: set of channels whose server was found away in this run; added to
        :return: (number handed over, the seconds left to the scheduled action)
        """
        handled, in_time = 0, self._checkpoint()
        for channel, deliver in QUEUES.items():
            if in_time and channel not in away:
                number, in_time, is_away = getattr(self, deliver)(company, ids)
                handled += number
                away |= {channel} if is_away else set()
        return handled, in_time

    @api.model
    def _prepare(self, company, channels, limit, ids=None):
        """Take a batch and hand it to its channels; return it, empty when nothing waits or sending is stopped."""
        if company._collection_settings().collection_stopped:
            return self.browse()
        batch = self._take(company, channels, limit, ids)
        if batch:
            batch._dispatch_batch()
        return batch

    @api.model
    def _attempt(self, function):
        """Call a function that writes, all or nothing: again in a new transaction when somebody else wrote the same.

        :return: what it returns; None when it failed every time and is left for the next run
        """
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    return function()
            except TROUBLE as error:
                _logger.info("Collections: somebody else wrote the same rows, the batch begins again: %s", error)
                self._checkpoint()
        _logger.warning("Collections: a batch met other writers %s times and is left for the next run", ATTEMPTS)
        return None

    @api.model
    def _channels(self):
        return [code for code, _label in self.env["collection.channel"]._selection()]

    @api.model
    def _checkpoint(self, processed=0):
        """Commit; return the seconds that are left to the scheduled action, 0: stop."""
        return checkpoint(self.env, processed)

    @api.model
    def _due(self, company):
        """Return the SQL condition on actions that are approved for a company and may be dispatched now."""
        today = self.env["collection.case"]._today()
        return SQL(
            """
            company_id = %s
            AND state IN ('approved', 'deferred')
            AND NOT EXISTS (SELECT FROM collection_run run WHERE run.id = run_id AND run.paused)
            -- what waits for a day waits for the day it is for the user, not for the server's clock; what waits for a
            -- moment, which is never midnight sharp, waits for that
            AND CASE WHEN state = 'approved' THEN coalesce(scheduled_at <= %s, true)
                     WHEN scheduled_at = date_trunc('day', scheduled_at) THEN scheduled_at < %s
                     ELSE scheduled_at <= %s
                END
            """,
            company.id,
            max(fields.Datetime.now(), datetime.combine(today, time.min)),
            datetime.combine(today + timedelta(days=1), time.min),
            self.env["collection.case"]._moment(),
        )

    @api.model
    def _count_waiting(self, company):
        """Return how many actions of a company dispatch has to see to: those due, and those in a queue."""
        if company._collection_settings().collection_stopped:
            return 0
        self.flush_model()
        [[number]] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM collection_action
                 WHERE %s OR (company_id = %s AND state = 'queued' AND channel = ANY(%s))
                """,
                self._due(company),
                company.id,
                list(QUEUES),
            )
        )
        return number

    @api.model
    def _take(self, company, channels, limit, ids=None):
        """Return a batch of actions to dispatch, locked until the next commit; those of one batch go together."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM collection_action
                 WHERE %s AND channel = ANY(%s) %s
              ORDER BY run_id, id
                 LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                self._due(company),
                channels,
                SQL("AND id = ANY(%s)", ids) if ids is not None else SQL(),
                limit,
            ),
            log_exceptions=False,
        )
        return self.browse(action_id for (action_id,) in self.env.cr.fetchall())

    def _dispatch_batch(self):
        """Look again at each action of a batch and hand those that stand to their channels."""
        verdicts = self._look_again()
        self._keep_to_the_cap(verdicts)
        for channel, actions in self._apply(verdicts).grouped("channel").items():
            getattr(self.browse(), f"_dispatch_{channel}")(actions)

    def _keep_to_the_cap(self, verdicts):
        """Put off until tomorrow what is more than the day's number of reminders.

        :param verdicts: {action: Verdict}, changed in place
        """
        room = self._room_today(self.company_id[:1])
        if room is None:
            return
        by_hand = self.env["collection.channel"]._by_hand()
        sending = self.filtered(lambda action: verdicts[action].kind == "send" and action.channel not in by_hand)
        tomorrow = self.env["collection.case"]._today() + timedelta(days=1)
        late = Verdict("defer", self.env._("The day's number of reminders is reached."), date=tomorrow)
        verdicts.update(dict.fromkeys(sending[room:], late))

    @api.model
    def _room_today(self, company):
        """Return how many more notices may leave today, None for any number. What people do by hand is not counted."""
        cap = company._collection_settings().collection_daily_cap
        if not cap:
            return None
        today = self.env["collection.case"]._today()
        used = self.search_count(
            [
                ("company_id", "=", company.id),
                ("channel", "not in", self.env["collection.channel"]._by_hand()),
                "|",
                ("state", "in", ("queued", "sending", "unknown")),
                "&",
                ("state", "=", "sent"),
                ("sent_on", "=", today),
            ]
        )
        return max(cap - used, 0)
