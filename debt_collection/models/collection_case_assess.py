"""Bring cases in line with the ledger: open, refresh, close. A few statements, whatever the number of debtors.

How it works. The open debits and the positions of the debtors in question are put aside in two temporary tables;
then debtors, cases and items are inserted, updated only where something differs, and closed; last, each open case
learns from the strategy what comes next, when, and why.
"""

import logging

import psycopg2
from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _cron_assess(self):
        """Assess every company, then propose the day's steps (scheduled action, daily)."""
        companies = self.env["res.company"]._collection_roots()
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                self._assess_and_propose(company)
            except Exception:
                # one company's trouble is not another's; the log says which
                self.env.cr.rollback()
                _logger.exception("Collections: assessing company %s (%s) failed", company.id, company.name)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _assess_and_propose(self, company):
        """Do a company's day; again when somebody else has just proposed or assessed the same debtors."""
        for attempt in range(3):
            try:
                self._assess(company)
                self.env["ir.cron"]._commit_progress()
                self.env["collection.run"]._propose_today(company)
                return
            except (psycopg2.errors.SerializationFailure, psycopg2.errors.UniqueViolation):
                self.env.cr.rollback()
                if attempt == 2:
                    raise

    @api.model
    def _cron_assess_changed(self):
        """Assess the debtors whose ledger changed since the last time, from the queue table."""
        for company, partners in self.env["collection.change"]._take().items():
            self._assess(company, partners=partners)

    @api.model
    def _assess(self, company, partners=None, today=None):
        """Open, refresh and close the cases of a company from what the ledger says.

        :param company: res.company (its root is taken)
        :param partners: res.partner to restrict to (their commercial entities are taken); None for every debtor
        :param today: datetime.date; default today
        :return: dict with the number of cases `opened`, `closed` and `updated`
        """
        company = company.root_id
        today = today or self._today()
        partners = self.env["collection.ledger"]._commercial(partners)
        self.env["collection.ledger"]._prepare()
        self._put_aside(company, partners, today)
        self._insert_debtors(company)
        result = {
            "updated": self._refresh_cases(company, today),
            "closed": self._close_cases(company, partners, today),
            "opened": self._open_cases(company, today),
        }
        self._refresh_items(company, partners, today)
        result["updated"] += self._refresh_next_step(company, today)
        self.env.cr.execute("DROP TABLE collection_tmp_debt, collection_tmp_credit, collection_tmp_position")
        self.env.invalidate_all()
        return result

    @api.model
    def _put_aside(self, company, partners, today):
        """Fill collection_tmp_debt and collection_tmp_position, with what each debtor's case should be."""
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS collection_tmp_debt, collection_tmp_credit, collection_tmp_position")
        ledger = self.env["collection.ledger"]
        settings = company._collection_settings()
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_debt ON COMMIT DROP AS WITH %s SELECT * FROM debt
                """,
                ledger._ctes(company, partners),
            )
        )
        cr.execute(
            SQL(
                "CREATE TEMP TABLE collection_tmp_credit ON COMMIT DROP AS WITH %s SELECT * FROM credit",
                ledger._ctes(company, partners),
            )
        )
        # a position's case: claim > 0 past due is a case; nothing overdue but something within the strategy's note
        # before the due date is a case in stage courtesy
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_position ON COMMIT DROP AS
                WITH credit AS (SELECT * FROM collection_tmp_credit), %(position)s,
                lead AS (
                    SELECT strategy_id, -min(delay_days) AS days
                      FROM collection_level
                     WHERE delay_days <= 0 AND active
                  GROUP BY strategy_id
                )
                SELECT position.*,
                       debtor.id AS debtor_id,
                       strategy.id AS strategy_id,
                       coalesce(debtor.user_id, %(collector)s) AS user_id,
                       position.claim > 0 AS is_overdue,
                       position.claim > 0 AND position.claim >= coalesce(strategy.min_amount, 0) AS opens,
                       position.claim = 0
                           AND position.not_due_claim > 0
                           AND position.not_due_claim >= coalesce(strategy.min_amount, 0)
                           AND position.next_due_date <= %(today)s + coalesce(lead.days, -1)
                           AND NOT coalesce(debtor.do_not_follow_up, false) AS is_courtesy
                  FROM position
             LEFT JOIN collection_debtor debtor
                    ON debtor.company_id = %(company)s AND debtor.partner_id = position.partner_id
             LEFT JOIN collection_strategy strategy ON strategy.id = coalesce(debtor.strategy_id, %(strategy)s)
             LEFT JOIN lead ON lead.strategy_id = strategy.id
                """,
                position=ledger._position_cte(today, source="collection_tmp_debt"),
                company=company.id,
                collector=settings.collection_user_id.id or None,
                strategy=settings.collection_strategy_id.id or None,
                today=today,
            )
        )
        if partners is None:
            cr.execute("ANALYZE collection_tmp_debt; ANALYZE collection_tmp_position")

    @api.model
    def _insert_debtors(self, company):
        """Make debtors of the partners whose position calls for a case."""
        self.env.cr.execute(
            SQL(
                """
                WITH added AS (
                    INSERT INTO collection_debtor (company_id, partner_id, name, create_uid, write_uid,
                                                   create_date, write_date, broken_promise_count, payday)
                    SELECT %(company)s, position.partner_id, coalesce(partner.complete_name, partner.name, '?'),
                           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 0, 0
                      FROM collection_tmp_position position
                      JOIN res_partner partner ON partner.id = position.partner_id
                     WHERE position.debtor_id IS NULL AND (position.opens OR position.is_courtesy)
                  ORDER BY position.partner_id
                        ON CONFLICT (company_id, partner_id) DO NOTHING
                 RETURNING id, partner_id
                )
                UPDATE collection_tmp_position position
                   SET debtor_id = added.id
                  FROM added
                 WHERE added.partner_id = position.partner_id
                """,
                company=company.id,
                uid=self.env.uid,
            )
        )

    @api.model
    def _case_columns(self, company, today):
        """Return [(column, SQL of its value from `position`)] of what assess owns on a case."""
        days = SQL("(%s - position.oldest_due_date)", today)
        bucket = SQL(
            """CASE WHEN position.oldest_due_date IS NULL THEN 'not_due'
                    WHEN %(days)s <= 30 THEN '1_30' WHEN %(days)s <= 60 THEN '31_60'
                    WHEN %(days)s <= 90 THEN '61_90' WHEN %(days)s <= 120 THEN '91_120'
                    ELSE 'over_120' END""",
            days=days,
        )
        return [
            ("partner_id", SQL("position.partner_id")),
            ("strategy_id", SQL("position.strategy_id")),
            ("currency_id", SQL("%s", company.currency_id.id)),
            ("amount_due", SQL("position.due")),
            ("amount_overdue", SQL("position.overdue")),
            ("amount_credit", SQL("position.credit")),
            ("amount_claim", SQL("position.claim")),
            ("foreign_credit", SQL("position.foreign_credit")),
            ("oldest_due_date", SQL("position.oldest_due_date")),
            ("bucket", bucket),
        ]

    @api.model
    def _refresh_cases(self, company, today):
        """Write the ledger's figures on the open cases that differ from them; return how many did."""
        columns = self._case_columns(company, today)
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case c
                   SET %(assignments)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM collection_tmp_position position
                 WHERE c.debtor_id = position.debtor_id
                   AND c.state = 'open'
                   AND (%(current)s) IS DISTINCT FROM (%(new)s)
                """,
                assignments=SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns),
                current=SQL(", ").join(SQL.identifier("c", name) for name, _value in columns),
                new=SQL(", ").join(value for _name, value in columns),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _close_cases(self, company, partners, today):
        """Close the open cases whose debtor has nothing to collect any more; return how many."""
        scope = SQL() if partners is None else SQL("AND c.partner_id = ANY(%s)", partners.ids)
        self.env.cr.execute(
            SQL(
                """
                WITH ending AS (
                    SELECT c.id, c.debtor_id,
                           CASE WHEN partner.commercial_partner_id != partner.id THEN 'moved'
                                WHEN position.partner_id IS NULL OR position.due = 0 THEN 'paid'
                                WHEN position.overdue > 0 THEN 'covered'
                                WHEN EXISTS (SELECT FROM collection_tmp_debt debt
                                              WHERE debt.partner_id = position.partner_id
                                                AND debt.date_due < %(today)s AND debt.no_followup) THEN 'excluded'
                                ELSE 'paid'
                           END AS close_reason
                      FROM collection_case c
                 LEFT JOIN res_partner partner ON partner.id = c.partner_id
                 LEFT JOIN collection_tmp_position position ON position.debtor_id = c.debtor_id
                     WHERE c.company_id = %(company)s
                       AND c.state = 'open'
                       AND NOT coalesce(position.is_overdue, false)
                       AND NOT (c.stage = 'courtesy' AND coalesce(position.is_courtesy, false))
                       %(scope)s
                )
                UPDATE collection_case c
                   SET state = 'closed', stage = 'closed', close_reason = ending.close_reason,
                       date_close = %(today)s, next_level_id = NULL, next_action_date = NULL, reason = NULL,
                       hold_until = NULL, hold_reason = NULL,
                       amount_due = coalesce(position.due, 0), amount_overdue = coalesce(position.overdue, 0),
                       amount_credit = coalesce(position.credit, 0), amount_claim = 0,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM ending
             LEFT JOIN collection_tmp_position position ON position.debtor_id = ending.debtor_id
                 WHERE c.id = ending.id
             RETURNING c.id
                """,
                company=company.id,
                today=today,
                scope=scope,
            )
        )
        closed = [case_id for (case_id,) in self.env.cr.fetchall()]
        if closed:
            # what was about to be sent for them is not sent any more; a mail already queued is looked at again
            self.env["collection.action"]._cancel_open(
                closed, self.env._("The case has closed: there is nothing left to collect.")
            )
        return len(closed)

    @api.model
    def _open_cases(self, company, today):
        """Open a case for each debtor that has none and should; return how many."""
        columns = self._case_columns(company, today)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_case (company_id, debtor_id, user_id, state, stage, date_open, amount_disputed,
                                             create_uid, write_uid, create_date, write_date, %(names)s)
                SELECT %(company)s, position.debtor_id, position.user_id, 'open',
                       CASE WHEN position.opens THEN 'new' ELSE 'courtesy' END, %(today)s, 0,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(values)s
                  FROM collection_tmp_position position
                 WHERE position.debtor_id IS NOT NULL
                   AND (position.opens OR position.is_courtesy)
                   AND NOT EXISTS (SELECT FROM collection_case c
                                    WHERE c.debtor_id = position.debtor_id AND c.state = 'open')
                    ON CONFLICT (debtor_id) WHERE state = 'open' DO NOTHING
                """,
                names=SQL(", ").join(SQL.identifier(name) for name, _value in columns),
                values=SQL(", ").join(value for _name, value in columns),
                company=company.id,
                today=today,
                uid=self.env.uid,
            )
        )
        return self.env.cr.rowcount
