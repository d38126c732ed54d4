"""The scheduled action: each day that has passed is taken once, and the days before the first afterwards.

How it works. What is left to do is seen from what there is, so that whatever was interrupted goes on: the days since
the last one, then, month by month into the past, those before the first, until 24 months before it or until the
ledger begins. Each step is a transaction.
"""

import logging
from datetime import timedelta
from functools import partial

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL

from ..batches import TROUBLE, checkpoint

MONTHS = 24
_logger = logging.getLogger(__name__)


class CollectionSnapshot(models.Model):
    _inherit = "collection.snapshot"

    @api.model
    def _cron_snapshot(self):
        """Publish the days that have passed, of every root company, and go on with those before the first."""
        today = self.env["collection.case"]._today()
        # everybody's yesterday comes before anybody's past
        steps = [
            (company, step)
            for due in (self._due, self._due_before)
            for company in self.env["res.company"]._collection_roots()
            for step in due(company, today)
        ]
        failed = self.env["res.company"]
        for number, (company, step) in enumerate(steps, start=1):
            if company not in failed and not self._done(company, step):
                failed |= company
            left = sum(company not in failed for company, _step in steps[number:])
            if not checkpoint(self.env, 1, remaining=left):
                return

    @api.model
    def _done(self, company, step):
        """Do a step; tell whether it was done. Otherwise nothing of it is written, and the next run does it."""
        try:
            with self.env.cr.savepoint():
                step()
        except TROUBLE:
            _logger.info("Collections: the figures of company %s are taken by the next run", company.id)
            # not a day later: it would have a day's entries more in it
            self.env.ref("debt_collection.ir_cron_snapshot").sudo()._trigger()
            return False
        except Exception:
            # another company's figures do not wait for this one's
            _logger.exception("Collections: the figures of company %s could not be taken", company.id)
            return False
        return True

    @api.model
    def _due(self, company, today):
        """Return what is to be done for a company on a day, in order, as functions without arguments."""
        first, last, _installed = self._span(company)
        yesterday = today - timedelta(days=1)
        start = last + timedelta(days=1) if first else yesterday
        days = (start + timedelta(days=number) for number in range((yesterday - start).days + 1))
        return [
            partial(self.env["collection.assignment"]._follow, company, today),
            *(partial(self._take, company, day) for day in days),
            partial(self.env["collection.snapshot.contact"]._take, company, today),
        ]

    @api.model
    def _due_before(self, company, today):
        """Return how the days before the first are to be computed, a month at a time, the latest first."""
        first, _last, installed = self._span(company)
        yesterday = today - timedelta(days=1)
        oldest = first or yesterday
        start = (installed or yesterday).replace(day=1) - relativedelta(months=MONTHS)
        if oldest > start:
            start = max(start, self._ledger_start(company) or oldest)
        steps = []
        while oldest > start:
            last = oldest - timedelta(days=1)
            oldest = last.replace(day=1)
            steps.append(partial(self._backfill, company, oldest, last))
        return steps

    @api.model
    def _ledger_start(self, company):
        """Return the first day of the month in which a company's receivables begin; None where there are none."""
        self.env["collection.ledger"]._prepare()
        [(start,)] = self.env.execute_query(
            SQL(
                """
                SELECT date_trunc('month', min(line.date))::date
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.company_id = ANY(%s)
                """,
                self.env["collection.ledger"]._branches(company).ids,
            )
        )
        return start

    @api.model
    def _span(self, company):
        """Return the first day there is of a company, the last, and the first that was taken in time; None: none."""
        self.flush_model()
        [span] = self.env.execute_query(
            SQL(
                """
                SELECT min(date), max(date), min(date) FILTER (WHERE NOT backfilled)
                  FROM collection_snapshot
                 WHERE company_id = %s
                """,
                company.id,
            )
        )
        return span
