"""Proposing a large batch by jobs: a job for each part of the cases, then one for what they left, which closes it.

The scheduled action hands a batch over once; it takes it back when the jobs are gone and the batch is still open,
because one of them failed or the batch was stopped. All of them may work at once: a case is taken by one of them.
"""

from odoo import fields, models
from odoo.addons.debt_collection.batches import BATCH, TROUBLE, checkpoint
from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.tools import SQL


class CollectionRun(models.Model):
    _inherit = "collection.run"

    handed_over = fields.Boolean(readonly=True, copy=False, help="Jobs were made of its proposing.")

    def action_resume(self):
        """Go on where it was stopped, by new jobs: the old ones did nothing meanwhile."""
        self.handed_over = False
        return super().action_resume()

    def _propose_in_batches(self):
        """Hand a large batch to jobs where a scheduled action is to propose it; else propose it here."""
        self.ensure_one()
        if not self.env.context.get("collection_jobs"):
            return super()._propose_in_batches()
        jobs = self.env["queue.job"]
        if jobs._collection_unfinished(jobs._collection_key("propose", self.id, "")):
            return False
        parts = [] if self.handed_over else self._case_parts(jobs._collection_part("propose", BATCH))
        if len(parts) < 2:
            return super()._propose_in_batches()
        self._hand_over_proposing(parts)
        return False

    def _hand_over_proposing(self, parts):
        """Make the jobs.

        :param parts: [(id of the first case, id of the last case, number of cases)]
        """
        self.write(
            {"state": "proposing", "handed_over": True, "propose_total": sum(number for _first, _last, number in parts)}
        )
        key = self.env["queue.job"]._collection_key
        jobs = [
            self.delayable(
                identity_key=key("propose", self.id, first, last),
                description=self.env._(
                    "Propose %(batch)s, cases %(first)s to %(last)s", batch=self.name, first=first, last=last
                ),
            )._propose_part(first, last)
            for first, last, _number in parts
        ]
        rest = self.delayable(
            # a key of its own: one that still waits for a part that failed is another
            identity_key=key("propose", self.id, "rest", fields.Datetime.now()),
            description=self.env._("Propose %(batch)s, what is left", batch=self.name),
        )
        group(*jobs).on_done(rest._propose_rest()).delay()
        checkpoint(self.env)

    def _case_parts(self, size):
        """Return [(first case's id, last case's id, number of cases)] of what there is to look at, in parts."""
        actions = self.env["collection.action"]
        actions._prepare_propose(self)
        return self.env.execute_query(
            SQL(
                """
                WITH due AS (
                    SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS place FROM collection_case c WHERE %s
                )
                SELECT min(id), max(id), count(*) FROM due GROUP BY place / %s ORDER BY 1
                """,
                actions._due_cases(self),
                size,
            )
        )

    def _propose_part(self, first, last):
        """Propose for the cases from one id to another (a job; repeated, it finds nothing left to do)."""
        run, after = self.exists(), first - 1
        try:
            while run.state == "proposing" and not run.paused and after is not None:
                after = self.env["collection.action"]._propose_cases(run, after, BATCH, last)
                checkpoint(self.env)
        except TROUBLE as error:
            raise RetryableJobError("Somebody else wrote the same rows.", seconds=5) from error

    def _propose_rest(self):
        """Propose for what the parts have left, and close the proposing (the last job)."""
        if self.exists().state == "proposing":
            self._propose_in_batches()

    def _finish_proposing(self):
        self.handed_over = False
        return super()._finish_proposing()
