"""How a batch of statements leaves: slice by slice, each in a transaction of its own.

A slice is read, printed and put in the mail queue, and its lines say so, in one transaction: a crash leaves them
waiting, and nothing of them in the queue.
"""

import logging

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL

from ..batches import TROUBLE, checkpoint
from ..tools import sheets
from .collection_action_letter import SHEETS

# a server that was off on the first of the month still sends; one set up in the middle of it does not
FIRST_DAYS = 7
_logger = logging.getLogger(__name__)


class CollectionStatementRun(models.Model):
    _inherit = "collection.statement.run"

    @api.model
    def _cron_statements(self):
        """Begin what begins by itself, let a slice after the other leave, and see what became of the mails."""
        self._begin_automatic()
        if self.env["collection.statement.line"]._follow_mails():
            checkpoint(self.env, 0)
        for run in self.search([("state", "=", "running")], order="id"):
            left = 1.0
            while left and not run._stopped():
                sent = run._try_slice()
                left = checkpoint(self.env, sent, remaining=run._waiting())
                if not sent:
                    break

    def _try_slice(self):
        """Let the next slice leave; one that cannot stays waiting for the next time, and keeps no other batch."""
        try:
            with self.env.cr.savepoint():
                return self._send_slice()
        except TROUBLE:
            _logger.info("Collections: a slice of statements of batch %s waits for the next time", self.id)
        except Exception:
            _logger.exception("Collections: a slice of statements of batch %s could not leave", self.id)
        return 0

    @api.model
    def _begin_automatic(self):
        """Start the statements of last month where a company wants them by themselves, once a month."""
        today = self.env["collection.case"]._today()
        if today.day > FIRST_DAYS:
            return
        first = today.replace(day=1) - relativedelta(months=1)
        companies = self.env["res.company"]._collection_roots().filtered("collection_statement_monthly")
        for company in companies.filtered(lambda one: not one.collection_stopped):
            if self.search([("company_id", "=", company.id), ("date_from", "=", first), ("automatic", "=", True)]):
                continue
            run = self.create({"company_id": company.id, "month": first, "automatic": True})
            run.action_prepare()
            waiting = run.line_ids.filtered(lambda line: line.state == "draft")
            waiting.state = "waiting"
            run.state = "running" if waiting else "done"
            checkpoint(self.env, 0)

    def _stopped(self):
        """Tell whether the company has stopped all sending, now: it may have while the slices before left."""
        settings = self.company_id._collection_settings()
        settings.invalidate_recordset(["collection_stopped"])
        return settings.collection_stopped

    def _waiting(self):
        return self.env["collection.statement.line"].search_count([("run_id", "=", self.id), ("state", "=", "waiting")])

    def _send_slice(self):
        """Let the next slice of this batch leave; end the batch when none is left. Return how many it was."""
        self.ensure_one()
        self.env["collection.statement.line"].flush_model(["run_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM collection_statement_line
                 WHERE run_id = %s AND state = 'waiting'
              ORDER BY id
                 LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                self.id,
                SHEETS,
            )
        )
        lines = self.env["collection.statement.line"].browse(line_id for (line_id,) in rows)
        lines._send()
        if not self._waiting():
            self._finish("done")
        return len(lines)

    def _finish(self, state):
        """End this batch: put the letters into one file, in the order of their post."""
        self.ensure_one()
        printed = self.line_ids.filtered(lambda line: line.state == "printed" and line.pdf_id)
        if printed:
            name = self.env["collection.statement"]._file_name(self.company_id.name, self.date_to, "pdf")
            both_sides = self.company_id._collection_settings().collection_letter_both_sides
            # sudo: kept with the batch, whose rules it follows
            pdf = self.env["ir.attachment"].sudo()
            values = {
                "name": name,
                "raw": sheets.join([sheets.pages(line.pdf_id.raw) for line in printed.sorted("id")], both_sides),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
            self.write({"state": state, "pdf_id": pdf.create(values).id})
            return
        self.state = state
