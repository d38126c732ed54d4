"""Bring cases in line with the ledger: open, refresh, close. A few statements, whatever the number of debtors.

How it works. The open debits and the positions of the debtors in question are put aside in two temporary tables;
then debtors, cases and items are inserted, updated only where something differs, and closed; last, each open case
learns from the strategy what comes next, when, and why.
"""

import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# set by a person or by a commitment; assess leaves them alone
STAGES_OF_OTHERS = ("promised", "plan", "disputed", "agency", "legal")


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _cron_assess(self):
        """Assess every company, then propose the day's steps (scheduled action, daily)."""
        companies = self.env["res.company"]._collection_roots()
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                self._assess(company)
                self.env["ir.cron"]._commit_progress()
                self.env["collection.run"]._propose_today(company)
            except Exception:
                # one company's trouble is not another's; the log says which
                self.env.cr.rollback()
                _logger.exception("Collections: assessing company %s (%s) failed", company.id, company.name)
            self.env["ir.cron"]._commit_progress(1)

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
        self.env["collection.channel"].flush_model()
        self._put_aside(company, partners, today)
        self._insert_debtors(company, today)
        result = {
            "updated": self._refresh_cases(company, today),
            "closed": self._close_cases(company, partners, today),
            "opened": self._open_cases(company, today),
        }
        self._refresh_items(company, partners, today)
        result["updated"] += self._refresh_next_step(company, partners, today)
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
                     WHERE delay_days < 0 AND active
                  GROUP BY strategy_id
                )
                SELECT position.*,
                       debtor.id AS debtor_id,
                       strategy.id AS strategy_id,
                       coalesce(debtor.user_id, %(collector)s) AS user_id,
                       coalesce(debtor.do_not_follow_up, false) AS do_not_follow_up,
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
    def _insert_debtors(self, company, today):
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
                    SELECT c.id,
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
                ),
                closing AS (
                    UPDATE collection_case c
                       SET state = 'closed', stage = 'closed', close_reason = ending.close_reason,
                           date_close = %(today)s, next_level_id = NULL, next_action_date = NULL, reason = NULL,
                           hold_until = NULL, hold_reason = NULL,
                           amount_due = coalesce(position.due, 0), amount_overdue = coalesce(position.overdue, 0),
                           amount_credit = coalesce(position.credit, 0), amount_claim = 0,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM ending
                 LEFT JOIN collection_case old ON old.id = ending.id
                 LEFT JOIN collection_tmp_position position ON position.debtor_id = old.debtor_id
                     WHERE c.id = ending.id
                 RETURNING c.id, ending.close_reason
                )
                SELECT id, close_reason FROM closing
                """,
                company=company.id,
                today=today,
                scope=scope,
            )
        )
        closed = [case_id for case_id, _reason in self.env.cr.fetchall()]
        if closed:
            # what was about to be sent for them is not sent any more; a mail already queued is looked at again
            self.env["collection.action"]._cancel_open(closed, self.env._("Nothing is overdue any more."))
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

    @api.model
    def _refresh_items(self, company, partners, today):
        """Give each open debit of a debtor with an open case its item; end those that are settled or gone."""
        cr = self.env.cr
        scope = (
            SQL()
            if partners is None
            else SQL("AND debtor_id IN (SELECT id FROM collection_debtor WHERE partner_id = ANY(%s))", partners.ids)
        )
        # re-posting an invoice may replace its lines: the item, and so its level, passes to the move's remaining
        # lines, lowest level first; what was sent for it stays sent
        cr.execute(
            SQL(
                """
                WITH orphan AS (
                    SELECT item.id, item.move_id,
                           row_number() OVER (PARTITION BY item.move_id
                                                  ORDER BY coalesce(level.delay_days, -1000), item.id) AS rank
                      FROM collection_item item
                 LEFT JOIN collection_level level ON level.id = item.level_id
                     WHERE item.move_line_id IS NULL AND item.move_id IS NOT NULL
                ),
                fresh AS (
                    SELECT debt.line_id, debt.move_id,
                           row_number() OVER (PARTITION BY debt.move_id ORDER BY debt.date_due, debt.line_id) AS rank
                      FROM collection_tmp_debt debt
                     WHERE debt.move_id IN (SELECT move_id FROM orphan)
                       AND NOT EXISTS (SELECT FROM collection_item item WHERE item.move_line_id = debt.line_id)
                )
                UPDATE collection_item item
                   SET move_line_id = fresh.line_id
                  FROM orphan
                  JOIN fresh ON fresh.move_id = orphan.move_id AND fresh.rank = orphan.rank
                 WHERE item.id = orphan.id
             RETURNING item.move_id
                """
            )
        )
        replaced_moves = [move_id for (move_id,) in cr.fetchall()]
        # re-posting may as well keep a line's id and split its amount
        cr.execute(
            """
            SELECT DISTINCT debt.move_id
              FROM collection_tmp_debt debt
              JOIN collection_item item ON item.move_line_id = debt.line_id
             WHERE item.amount_original IS DISTINCT FROM debt.original_currency
            """
        )
        replaced_moves += [move_id for (move_id,) in cr.fetchall()]
        # who is moved under another contact was contacted all the same: the days between two contacts go along
        cr.execute(
            """
            UPDATE collection_debtor debtor
               SET last_notice_date = moved.last_notice_date
              FROM (SELECT position.debtor_id, max(before.last_notice_date) AS last_notice_date
                      FROM collection_tmp_debt debt
                      JOIN collection_tmp_position position ON position.partner_id = debt.partner_id
                      JOIN collection_item item ON item.move_line_id = debt.line_id
                      JOIN collection_debtor before ON before.id = item.debtor_id
                     WHERE item.debtor_id != position.debtor_id
                  GROUP BY position.debtor_id) moved
             WHERE debtor.id = moved.debtor_id
               AND coalesce(debtor.last_notice_date < moved.last_notice_date, moved.last_notice_date IS NOT NULL)
            """
        )
        columns = [
            ("debtor_id", SQL("position.debtor_id")),
            ("case_id", SQL("coalesce(c.id, known.case_id)")),
            ("move_id", SQL("debt.move_id")),
            ("company_id", SQL("debt.company_id")),
            ("name", SQL("coalesce(m.name, '/')")),
            ("date_invoice", SQL("coalesce(m.invoice_date, m.date)")),
            ("date_due", SQL("debt.date_due")),
            ("currency_id", SQL("debt.currency_id")),
            ("amount_original", SQL("debt.original_currency")),
            ("amount_currency", SQL("debt.residual_currency")),
            ("amount_claim", SQL("debt.claim_currency")),
            ("amount_residual", SQL("debt.residual")),
            ("no_followup", SQL("debt.no_followup")),
            ("is_open", SQL("true")),
        ]
        cr.execute(
            SQL(
                """
                INSERT INTO collection_item AS item (move_line_id, round, level_id, level_date, create_uid, write_uid,
                                                     create_date, write_date, %(names)s)
                SELECT debt.line_id, coalesce(inherited.round, 1), inherited.level_id, inherited.level_date,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(values)s
                  FROM collection_tmp_debt debt
                  JOIN collection_tmp_position position ON position.partner_id = debt.partner_id
             LEFT JOIN collection_case c ON c.debtor_id = position.debtor_id AND c.state = 'open'
             LEFT JOIN collection_item known ON known.move_line_id = debt.line_id
                  JOIN account_move m ON m.id = debt.move_id
             LEFT JOIN LATERAL (
                       -- re-posted in more parts than before: the new parts start where the lowest one stands
                       SELECT i.round, i.level_id, i.level_date
                         FROM collection_item i
                    LEFT JOIN collection_level level ON level.id = i.level_id
                        WHERE i.move_id = debt.move_id AND debt.move_id = ANY(%(replaced)s)
                     ORDER BY coalesce(level.delay_days, -1000), i.id
                        LIMIT 1
                       ) inherited ON true
                       -- an item once chased stays as the ledger says when its case has closed (covered, left out)
                 WHERE c.id IS NOT NULL OR (known.id IS NOT NULL AND position.debtor_id IS NOT NULL)
                    ON CONFLICT (move_line_id) WHERE move_line_id IS NOT NULL
                    DO UPDATE SET %(assignments)s
                 WHERE (%(current)s) IS DISTINCT FROM (%(excluded)s)
                """,
                names=SQL(", ").join(SQL.identifier(name) for name, _value in columns),
                values=SQL(", ").join(value for _name, value in columns),
                assignments=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("excluded", name)) for name, _value in columns
                ),
                current=SQL(", ").join(SQL.identifier("item", name) for name, _value in columns),
                excluded=SQL(", ").join(SQL.identifier("excluded", name) for name, _value in columns),
                replaced=replaced_moves,
                uid=self.env.uid,
            )
        )
        cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET is_open = false, amount_currency = 0, amount_claim = 0, amount_residual = 0
                  FROM collection_debtor debtor
                 WHERE debtor.id = item.debtor_id
                   AND debtor.company_id = %(company)s
                   AND item.is_open
                   %(scope)s
                   AND NOT EXISTS (SELECT FROM collection_tmp_debt debt WHERE debt.line_id = item.move_line_id)
                """,
                company=company.id,
                scope=scope,
            )
        )

    @api.model
    def _refresh_next_step(self, company, partners, today):
        """Write on each open case its level, stage, next step, its day and the reason; return how many differed."""
        language = self.env["res.lang"]._lang_get(company.partner_id.lang or "en_US")
        env = self.with_context(lang=language.code).env
        self.env.cr.execute(
            SQL(
                """
                WITH debt AS (SELECT * FROM collection_tmp_debt), %(steps)s,
                candidate AS (
                    SELECT step.*,
                           step.claim > 0 AND NOT step.no_followup AS claimable,
                           position.is_courtesy AND step.date_due >= %(today)s AS is_courtesy_item
                      FROM step
                      JOIN collection_tmp_position position ON position.partner_id = step.partner_id
                ),
                -- next is what falls due first; of what falls due on one day, the highest level sets the tone
                next_step AS (
                    SELECT DISTINCT ON (candidate.debtor_id)
                           candidate.debtor_id, candidate.next_level_id, candidate.next_date, candidate.move_id,
                           candidate.date_due
                      FROM candidate
                     WHERE candidate.claimable AND candidate.next_level_id IS NOT NULL
                       AND (candidate.date_due < %(today)s OR candidate.is_courtesy_item)
                  ORDER BY candidate.debtor_id, greatest(candidate.next_date, %(today)s), candidate.next_delay DESC,
                           candidate.date_due, candidate.line_id
                ),
                tone AS (
                    SELECT DISTINCT ON (candidate.debtor_id) candidate.debtor_id, candidate.level_id
                      FROM candidate
                     WHERE candidate.claimable AND candidate.level_delay >= 0
                  ORDER BY candidate.debtor_id, candidate.level_delay DESC
                ),
                fresh AS (
                    SELECT c.id,
                           tone.level_id,
                           CASE WHEN c.stage = ANY(%(stages_of_others)s) THEN c.stage
                                WHEN NOT position.is_overdue THEN 'courtesy'
                                WHEN c.hold_until > %(today)s THEN 'hold'
                                WHEN tone.level_id IS NOT NULL THEN 'reminding'
                                ELSE 'new'
                           END AS stage,
                           CASE WHEN left_alone.alone THEN NULL ELSE next_step.next_level_id END AS next_level_id,
                           CASE WHEN left_alone.alone THEN NULL
                                ELSE greatest(next_step.next_date, c.hold_until, c.date_open)
                           END AS next_action_date,
                           CASE
                               WHEN left_alone.alone AND debtor.do_not_follow_up_until IS NOT NULL THEN
                                   format(%(text_left_until)s, to_char(debtor.do_not_follow_up_until, %(dates)s),
                                          coalesce(debtor.do_not_follow_up_reason, ''))
                               WHEN left_alone.alone THEN
                                   format(%(text_left)s, coalesce(debtor.do_not_follow_up_reason, ''))
                               WHEN c.hold_until > %(today)s THEN
                                   format(%(text_hold)s, to_char(c.hold_until, %(dates)s), coalesce(c.hold_reason, ''))
                               WHEN position.foreign_credit THEN %(text_foreign)s
                               WHEN strategy.id IS NULL THEN %(text_no_strategy)s
                               WHEN next_step.next_level_id IS NULL THEN %(text_no_step)s
                               ELSE format(CASE WHEN next_step.date_due < %(today)s
                                                THEN %(text_next)s ELSE %(text_courtesy)s END, m.name, to_char(next_step.date_due, %(dates)s),
                                           coalesce(level.name->>%(lang)s, level.name->>'en_US'),
                                           to_char(greatest(next_step.next_date, c.date_open), %(dates)s))
                           END AS reason
                      FROM collection_case c
                      JOIN collection_tmp_position position ON position.debtor_id = c.debtor_id
                      JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                CROSS JOIN LATERAL (
                           SELECT coalesce(debtor.do_not_follow_up
                                           AND coalesce(debtor.do_not_follow_up_until > %(today)s, true), false) AS alone
                           ) left_alone
                 LEFT JOIN collection_strategy strategy ON strategy.id = position.strategy_id
                 LEFT JOIN next_step ON next_step.debtor_id = c.debtor_id
                 LEFT JOIN account_move m ON m.id = next_step.move_id
                 LEFT JOIN collection_level level ON level.id = next_step.next_level_id
                 LEFT JOIN tone ON tone.debtor_id = c.debtor_id
                     WHERE c.state = 'open'
                )
                UPDATE collection_case c
                   SET level_id = fresh.level_id, stage = fresh.stage, next_level_id = fresh.next_level_id,
                       next_action_date = fresh.next_action_date, reason = fresh.reason,
                       hold_until = CASE WHEN c.hold_until > %(today)s THEN c.hold_until END,
                       hold_reason = CASE WHEN c.hold_until > %(today)s THEN c.hold_reason END,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM fresh
                 WHERE c.id = fresh.id
                   AND ((c.level_id, c.stage, c.next_level_id, c.next_action_date, c.reason)
                        IS DISTINCT FROM
                        (fresh.level_id, fresh.stage, fresh.next_level_id, fresh.next_action_date, fresh.reason)
                        OR c.hold_until <= %(today)s)
                """,
                steps=self.env["collection.strategy"]._step_ctes(company, today),
                today=today,
                stages_of_others=list(STAGES_OF_OTHERS),
                lang=language.code,
                dates=language._sql_date_format(),
                text_left_until=env._("Not followed up before %(date)s: %(reason)s", date="%1$s", reason="%2$s"),
                text_left=env._("Not followed up: %(reason)s", reason="%1$s"),
                text_hold=env._("On hold until %(date)s: %(reason)s", date="%1$s", reason="%2$s"),
                text_foreign=env._("A credit is open in another currency: a person looks before anything is sent."),
                text_no_strategy=env._("No strategy: choose one on the debtor or in the settings."),
                text_no_step=env._("Every step of the strategy has been taken: decide what to do."),
                text_courtesy=env._(
                    "%(number)s falls due on %(due_date)s: “%(level)s” follows on %(date)s.",
                    number="%1$s",
                    due_date="%2$s",
                    level="%3$s",
                    date="%4$s",
                ),
                text_next=env._(
                    "%(number)s was due on %(due_date)s: “%(level)s” follows on %(date)s.",
                    number="%1$s",
                    due_date="%2$s",
                    level="%3$s",
                    date="%4$s",
                ),
            )
        )
        return self.env.cr.rowcount

