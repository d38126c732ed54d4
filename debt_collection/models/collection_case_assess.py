"""Bring cases in line with the ledger: open, refresh, close. A few statements, whatever the number of debtors.

How it works. Who has to be assessed at all is found first (see collection_case_stale.py). Their open lines are put
aside in a temporary table, and from these, in a second one, a row per debtor with all that its case should say: what
is owed, what comes next, when, and why (see collection_case_position.py). Then debtors, cases and items are inserted,
updated only where something differs, and closed. The day's work goes in batches that are committed one by one: a
crash loses one of them, and the next run goes on from the queue.
"""

import logging
from collections import Counter

import psycopg2
from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, split_every

from ..batches import BATCH, TROUBLE, checkpoint, renew_statistics

_logger = logging.getLogger(__name__)

# what the planner joins by
STATISTICS = {
    "collection_debtor": ["company_id", "partner_id"],
    "collection_case": ["company_id", "debtor_id", "partner_id", "user_id", "state", "stage", "next_action_date"],
    "collection_item": ["case_id", "move_line_id", "is_open"],
}


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _cron_assess(self):
        """Assess every company, then do the rest of the day's work for each (scheduled action, daily).

        When the scheduled action's time is over it goes on, at its next call, with who still waits.
        """
        companies = self.env["res.company"]._collection_roots()
        self._each_company(companies, self.env["collection.change"]._note_stale)
        self._assess_waiting(self._checkpoint)
        self._settle()
        if not self.env["collection.change"]._waiting():
            self._each_company(companies, self._work_of_the_day)

    @api.model
    def _work_of_the_day(self, company):
        """Remind of instalments, ask after late disputes, and propose the day's steps."""
        today = self._today()
        self.env["collection.plan"]._remind(company, today)
        self.env["collection.dispute"]._daily(company, today)
        self.env["collection.run"]._propose_today(company)

    @api.model
    def _settle(self):
        """Write off what is left of the settlements whose share is paid, once assessing has judged their promises."""
        companies = self.env["res.company"]._collection_roots()
        self._each_company(
            companies, lambda company: self.env["collection.write.off"]._settle(company, None, self._today())
        )

    @api.model
    def _each_company(self, companies, work):
        """Do something for each company and commit: one company's trouble is not another's; the log says which."""
        for company in companies:
            try:
                work(company)
                self._checkpoint()
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.exception("Collections: the day of company %s (%s) failed", company.id, company.name)

    @api.model
    def _cron_assess_changed(self):
        """Assess the debtors whose ledger changed since the last time, from the queue table. Commits as it goes."""
        if self._assess_waiting(self.env["collection.action"]._checkpoint):
            self._settle()

    @api.model
    def _assess_waiting(self, checkpoint):
        """Assess who waits in the queue, a batch and a commit at a time. Any number of processes may do it at once.

        A batch that cannot be done (somebody else wrote the same rows) stays in the queue.
        :param checkpoint: function of a number of debtors that commits and returns the seconds left
        :return: number of debtors assessed
        """
        assessed = opened = failures = 0
        while failures < 3:
            try:
                taken = self.env["collection.change"]._take(BATCH)
                number = sum(map(len, taken.values()))
                for company, partner_ids in taken.items():
                    if partner_ids:
                        opened += self._assess_debtors(company, partner_ids, self._today())["opened"]
                left = checkpoint(number)
            except TROUBLE:
                failures += 1
                _logger.info("Collections: a batch of debtors is assessed again later", exc_info=True)
                self.env.cr.rollback()
                self.env.invalidate_all()
                continue
            failures = 0
            assessed += number
            # nothing waits, others have all that waits, or the scheduled action's time is over
            if not number or not left:
                break
        renew_statistics(self.env.cr, STATISTICS, opened)
        return assessed

    @api.model
    def _assess(self, company, partners=None, today=None):
        """Open, refresh and close the cases of a company from what the ledger says. In one transaction.

        :param company: res.company (its root is taken)
        :param partners: res.partner to restrict to (their commercial entities are taken); None for every debtor whom
            the ledger, the rules or the day have changed since they were last assessed
        :param today: datetime.date; default today
        :return: dict with the number of cases `opened`, `closed` and `updated`
        """
        company = company.root_id
        today = today or self._today()
        if partners is None:
            self._close_forsaken(company, today)
            partner_ids = self._stale(company, today)
        else:
            partner_ids = self.env["collection.ledger"]._commercial_ids(partners)
        result = Counter(opened=0, closed=0, updated=0)
        for batch in split_every(BATCH, partner_ids):
            try:
                result.update(self._assess_debtors(company, list(batch), today))
            except psycopg2.errors.UniqueViolation as error:
                # another process has just opened the same case: a person's click is done again by Odoo
                raise ConcurrencyError(str(error)) from error
        renew_statistics(self.env.cr, STATISTICS, result["opened"])
        return dict(result)

    @api.model
    def _close_forsaken(self, company, today):
        """Close the open cases whose contact was deleted: nobody is left to owe anything."""
        forsaken = self.search([("company_id", "=", company.id), ("state", "=", "open"), ("partner_id", "=", False)])
        if forsaken:
            forsaken.write({"state": "closed", "stage": "closed", "close_reason": "moved", "date_close": today})
            self._cancel_actions(forsaken.ids)

    @api.model
    def _assess_debtors(self, company, partner_ids, today):
        """Assess some debtors of a company: a few statements, whatever their number.

        :param partner_ids: ids of commercial entities
        :return: as `_assess`
        """
        self.env["collection.ledger"]._prepare()
        promised = self._see_to_agreements(company, partner_ids, today)
        self._put_lines_aside(company, partner_ids)
        self._refresh_orphans(company, partner_ids)
        self._put_positions_aside(company, partner_ids, today)
        self._refresh_debtors(today)
        result = {
            "closed": self._close_cases(today),
            "updated": self._refresh_cases(company),
        }
        result["opened"] = self._open_cases(company, today)
        self._refresh_items(company)
        if promised:
            self._take_promises_along()
        self.env.invalidate_all()
        return result

    @api.model
    def _put_lines_aside(self, company, partner_ids):
        """Fill collection_tmp_line: the open lines of some debtors, with the items that chase them."""
        cr = self.env.cr
        # compiling costs more than these statements take
        cr.execute("SET LOCAL jit = off; DROP TABLE IF EXISTS collection_tmp_line, collection_tmp_position")
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_line ON COMMIT DROP AS
                WITH %(ledger)s, %(chased)s
                SELECT * FROM chased
                """,
                ledger=self.env["collection.ledger"]._ctes(company, partner_ids),
                chased=self.env["collection.ledger"]._chased_cte(SQL("true")),
            )
        )
        # of one debtor as of thousands: the planner takes an unknown table for a large one, and reads all cases for it
        cr.execute("ANALYZE collection_tmp_line (line_id, partner_id, move_id, item_id, item_case_id, is_debit)")

    @api.model
    def _refresh_debtors(self, today):
        """Note on the debtors what they were assessed by, and when they were last contacted."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_debtor debtor
                   SET ledger_digest = position.ledger_digest, assessed_on = %(today)s,
                       reassess_on = position.reassess_on,
                       -- who is moved under another contact was contacted all the same: the days between two
                       -- contacts go along
                       last_notice_date = greatest(debtor.last_notice_date, position.last_notice_date)
                  FROM collection_tmp_position position
                 WHERE position.debtor_id IS NOT NULL
                   AND debtor.id = position.debtor_id
                   AND ((debtor.ledger_digest, debtor.assessed_on, debtor.reassess_on, debtor.last_notice_date)
                        IS DISTINCT FROM
                        (position.ledger_digest, %(today)s, position.reassess_on,
                         greatest(debtor.last_notice_date, position.last_notice_date)))
                """,
                today=today,
            )
        )

    @api.model
    def _case_columns(self, company):
        """Return [(column, SQL of its value from `position`)] of what assess owns on a case."""
        return [
            ("partner_id", SQL("position.partner_id")),
            ("strategy_id", SQL("position.strategy_id")),
            ("currency_id", SQL("%s", company.currency_id.id)),
            ("amount_due", SQL("position.due")),
            ("amount_overdue", SQL("position.overdue")),
            ("amount_credit", SQL("position.credit")),
            ("amount_disputed", SQL("position.disputed")),
            ("promise_broken", SQL("position.promise_broken")),
            ("amount_claim", SQL("position.claim")),
            ("foreign_credit", SQL("position.foreign_credit")),
            ("oldest_due_date", SQL("position.oldest_due_date")),
            ("bucket", SQL("position.bucket")),
            ("level_id", SQL("position.level_id")),
            ("stage", SQL("position.stage")),
            ("next_level_id", SQL("position.next_level_id")),
            ("next_action_date", SQL("position.next_action_date")),
            ("reason", SQL("position.reason")),
            ("hold_until", SQL("position.hold_until")),
            ("hold_reason", SQL("position.hold_reason")),
        ]

    @api.model
    def _refresh_cases(self, company):
        """Write what the ledger and the strategy say on the open cases that differ; return how many did."""
        columns = self._case_columns(company)
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case c
                   SET %(assignments)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM collection_tmp_position position
                 WHERE position.case_id IS NOT NULL
                   AND c.id = position.case_id
                   AND (%(current)s) IS DISTINCT FROM (%(new)s)
                """,
                assignments=SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns),
                current=SQL(", ").join(SQL.identifier("c", name) for name, _value in columns),
                new=SQL(", ").join(value for _name, value in columns),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _close_cases(self, today):
        """Close the open cases whose debtor has nothing to collect any more; return how many."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case c
                   SET state = 'closed', stage = 'closed',
                       close_reason = CASE WHEN partner.commercial_partner_id != partner.id THEN 'moved'
                                           WHEN position.close_reason = 'paid' AND %(given_up)s THEN 'written_off'
                                           ELSE position.close_reason END,
                       date_close = %(today)s, next_level_id = NULL, next_action_date = NULL, reason = NULL,
                       hold_until = NULL, hold_reason = NULL,
                       amount_due = position.due, amount_overdue = position.overdue,
                       amount_credit = position.credit, amount_disputed = position.disputed, amount_claim = 0,
                       promise_broken = false,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM collection_tmp_position position
             LEFT JOIN res_partner partner ON partner.id = position.partner_id
                 WHERE position.ending_case_id IS NOT NULL
                   AND c.id = position.ending_case_id
             RETURNING c.id
                """,
                today=today,
                given_up=SQL(
                    """
                    EXISTS (SELECT
                              FROM collection_item item
                              JOIN collection_write_off_line line ON line.item_id = item.id
                              JOIN collection_write_off write_off ON write_off.id = line.write_off_id
                             WHERE item.case_id = c.id AND write_off.state = 'posted')
                    """
                ),
            )
        )
        closed = [case_id for (case_id,) in self.env.cr.fetchall()]
        if closed:
            self._cancel_actions(closed)
        return len(closed)

    @api.model
    def _cancel_actions(self, case_ids):
        """Cancel what was about to be sent for cases that have closed; a mail already queued is looked at again."""
        self.env["collection.action"]._cancel_open(
            case_ids, self.env._("The case has closed: there is nothing left to collect.")
        )

    @api.model
    def _checkpoint(self, processed=0):
        """Commit, with what waits as what remains; return the seconds that are left to the scheduled action."""
        return checkpoint(self.env, processed, self.env["collection.change"]._waiting())
