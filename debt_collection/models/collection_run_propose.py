"""Proposing a batch: at once where it is small, in the background where it is large, and so that it can be stopped.

How it works. The cases are taken in the order of their ids, some thousands in a transaction that is committed before
the next begins: what is proposed stays proposed, whatever happens. Who begins again goes on where it was, because a
case with an open action is not looked at again.
"""

import logging

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..batches import BATCH, TROUBLE, checkpoint, renew_statistics

_logger = logging.getLogger(__name__)

ATTEMPTS = 10

# what the planner joins by
STATISTICS = {
    "collection_action": ["company_id", "run_id", "case_id", "state", "channel"],
    "collection_action_line": ["action_id", "item_id", "level_id", "live"],
}


class CollectionRun(models.Model):
    _inherit = "collection.run"

    @api.model
    def _propose_today(self, company):
        """Propose the day's steps of a company in a batch of its own; approve those that run by themselves.

        :return: the batch, or an empty recordset when there is nothing to do
        """
        company = company.root_id
        begun = [("company_id", "=", company.id), ("automatic", "=", True), ("state", "=", "proposing")]
        run = self.search(begun, limit=1) or self.create(
            {"company_id": company.id, "automatic": True, "user_id": False}
        )
        run._propose_in_batches()
        run._drop_empty()
        return run.exists()

    def action_propose(self):
        """Propose what is due on the batch's date. Nothing is sent and no level changes; it may be repeated.

        In a script it is done when this returns, with a commit for each part of a large batch; from the screen a
        large batch is proposed in the background.
        :raises UserError: on the screen, when the batch is approved already
        """
        self.check_access("write")
        # sudo: whoever may run batches proposes for every case of the company, as the rules on batches allow
        for run in self.sudo():
            if run.state not in ("draft", "proposing", "proposed"):
                self._say(self.env._("%s is already approved. Make a new batch.", run.name))
            elif not request:
                run._propose_in_batches()
            elif (due := run._count_due()) <= BATCH:
                self.env["collection.action"]._propose_cases(run, 0, BATCH)
                run._finish_proposing()
            else:
                run.write({"state": "proposing", "paused": False, "propose_total": due})
                self._trigger_dispatch()
        self.invalidate_recordset()
        return True

    def action_pause(self):
        """Stop proposing or sending after the part that is being done; what is done stays done."""
        self.check_access("write")
        self.paused = True

    def action_resume(self):
        """Go on where it was stopped."""
        self.check_access("write")
        self.paused = False
        self._trigger_dispatch()

    @api.model
    def _propose_waiting(self):
        """Go on with the batches that are being proposed (the dispatch action calls it)."""
        for run in self.search([("state", "=", "proposing"), ("paused", "=", False)]):
            run._propose_in_batches()
            run._drop_empty()

    def _propose_in_batches(self):
        """Propose for all cases that are due, a part and a commit at a time. Several processes may do it at once.

        A part that fails because somebody else wrote the same rows is done again, some times; then it is left for the
        next run.
        :return: bool, whether all is done; else it was stopped, or the scheduled action's time is over
        """
        self.ensure_one()
        # a transaction of its own: what was done before in this one is not lost with a part
        left = checkpoint(self.env)
        after = failures = 0
        while left and failures < ATTEMPTS:
            try:
                if self.state != "proposing":
                    self.write({"state": "proposing", "propose_total": self._count_due()})
                    checkpoint(self.env)
                if self.paused:
                    break
                after = self.env["collection.action"]._propose_cases(self, after, BATCH)
                if after is None:
                    self._finish_proposing()
                    checkpoint(self.env)
                    return True
                left = checkpoint(self.env, BATCH)
                failures = 0
            except TROUBLE:
                failures += 1
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.info("Collections: somebody else wrote the same rows, a part of batch %s begins again", self.id)
        self._trigger_dispatch()
        return False

    def _finish_proposing(self):
        """Close the proposing of a batch; of an automatic one, approve what runs by itself."""
        self.ensure_one()
        actions = self.env["collection.action"]
        self.write({"state": "proposed", "paused": False})
        renew_statistics(self.env.cr, STATISTICS, self.propose_total)
        if not self.automatic:
            return
        by_itself = actions.search(
            [
                ("run_id", "=", self.id),
                ("state", "=", "proposed"),
                ("needs_look", "=", False),
                ("level_id.automatic", "=", True),
                ("case_id.strategy_id.automatic", "=", True),
            ]
        )
        if by_itself:
            by_itself._set_state("approved", scheduled_at=fields.Datetime.now())
            if not actions.search_count([("run_id", "=", self.id), ("state", "=", "proposed")], limit=1):
                self.state = "sending"
            self._trigger_dispatch()

    def _drop_empty(self):
        """Delete an automatic batch of which nothing came: the day had nothing to do."""
        if self.automatic and self.state == "proposed" and not self.action_count:
            self.unlink()

    def _count_due(self):
        """Return for how many cases this batch may have something to propose."""
        actions = self.env["collection.action"]
        actions._prepare_propose(self)
        [(number,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM collection_case c WHERE %s", actions._due_cases(self))
        )
        return number
