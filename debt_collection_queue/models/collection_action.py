"""Dispatch by jobs: a job for some hundred reminders of a batch, one for all its letters, which are one PDF.

The scheduled action looks what waits and makes the jobs; whatever was not sent by one waits still, and gets another at
its next call. The parts are ranges of ids, so that a part has the same key however much of it is done.
"""

import time

from odoo import api, models
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.tools import SQL

PART = 500
# a job is a request to a server, which ends those that take too long (limit_time_real)
SECONDS = 60


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _cron_dispatch(self):
        """Assess what changed; hand what is to be proposed and sent to jobs, unless nobody does them."""
        self = self.with_context(collection_jobs=self.env["queue.job"]._collection_runs())
        return super()._cron_dispatch()

    @api.model
    def _work_through(self, company, ids=None):
        if ids is not None or not self.env.context.get("collection_jobs") or self._may_pass_the_cap(company):
            return super()._work_through(company, ids)
        # what a job left that is gone, and mails that failed or were cancelled: no job looks for those
        self._attempt(lambda: self._settle_abandoned(company))
        self._attempt(lambda: self._settle_queue(company))
        self._hand_over_dispatching(company)
        self._checkpoint()
        return 0

    @api.model
    def _may_pass_the_cap(self, company):
        """Return whether more waits than may leave today: jobs beside each other would count past that number."""
        room = self._room_today(company)
        return room is not None and self._count_waiting(company) > room

    @api.model
    def _hand_over_dispatching(self, company):
        """Make a job for each part of what waits that has none yet."""
        if company._collection_settings().collection_stopped:
            return
        jobs, size = self.env["queue.job"], self.env["queue.job"]._collection_part("dispatch", PART)
        known = set(jobs._collection_unfinished(jobs._collection_key("dispatch", "")).mapped("identity_key"))
        for run_id, letters, part, number in self._waiting_parts(company, size):
            key = jobs._collection_key("dispatch", company.id, run_id or 0, "letters" if letters else f"{size}*{part}")
            if key in known:
                continue
            run = self.env["collection.run"].browse(run_id)
            self.with_delay(
                identity_key=key,
                description=self.env._(
                    "Dispatch %(number)s reminders of %(batch)s", number=number, batch=run.name or company.name
                ),
            )._dispatch_part(company, run, letters, None if letters else [part * size, (part + 1) * size])

    @api.model
    def _waiting_parts(self, company, size):
        """Return [(run id, whether letters, number of the part, number of actions)] of what is due or in the queue."""
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH waiting AS (
                    SELECT id, run_id, channel = 'letter' AS letters FROM collection_action WHERE %(due)s
                 UNION ALL
                    SELECT action.id, action.run_id, false
                      FROM collection_action action
                      JOIN mail_mail mail ON mail.id = action.mail_id AND mail.state = 'outgoing'
                     WHERE action.company_id = %(company)s AND action.state = 'queued' AND action.channel = 'email'
                       AND NOT EXISTS (SELECT FROM collection_run run WHERE run.id = action.run_id AND run.paused)
                )
                SELECT run_id, letters, CASE WHEN letters THEN 0 ELSE id / %(size)s END AS part, count(*)
                  FROM waiting
              GROUP BY 1, 2, 3
              ORDER BY 1, 2, 3
                """,
                due=self._due(company),
                company=company.id,
                size=size,
            )
        )

    @api.model
    def _dispatch_part(self, company, run, letters, ids):
        """Dispatch what still waits of a part of a batch (a job; repeated, it sends nothing twice).

        :param ids: [first, behind the last] of the actions; None for all of the batch
        """
        until = time.monotonic() + SECONDS
        actions = self.with_context(collection_until=until).search(
            [
                ("company_id", "=", company.id),
                ("run_id", "=", run.id),
                ("channel", "=" if letters else "!=", "letter"),
                ("state", "in", ("approved", "deferred", "queued")),
                *([("id", ">=", ids[0]), ("id", "<", ids[1])] if ids else []),
            ]
        )
        handled = actions._dispatch_these()
        if handled and time.monotonic() >= until:
            raise RetryableJobError("The time of a job is over; it goes on.", seconds=1, ignore_retry=True)
        jobs = self.env["queue.job"]
        if handled and not jobs._collection_unfinished(jobs._collection_key("dispatch", ""), ("pending", "enqueued")):
            # the last: the scheduled action assesses whom it was about and closes the batch
            self.env["collection.run"]._trigger_dispatch()

    @api.model
    def _checkpoint(self, processed=0):
        """Commit; the seconds left are the job's, in a job."""
        left = super()._checkpoint(processed)
        until = self.env.context.get("collection_until")
        return left if until is None else max(min(left, until - time.monotonic()), 0)
