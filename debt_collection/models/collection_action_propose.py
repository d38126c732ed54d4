"""Propose: which step is due, for which items, and why. One action per case and channel, a line per item.

A proposal changes nothing: no level, no case, no mail. It may be repeated; what is in an open proposal is not taken by
another batch.
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _propose_cases(self, run, after, limit, last=None):
        """Insert the proposals that are due on the date of a batch, for the next cases in the order of their ids.

        A debtor gets one notice covering all its items overdue, in the tone of the highest level among them once it
        has left: a level received with it, or one that an item still unpaid has had before. Each channel of that
        level is an action; where it cannot reach the debtor or has failed for this step, another takes over (see
        collection_action_reach.py). Where none is left the collector is told.
        :param run: collection.run; its filters restrict whom is looked at
        :param after: int, the id of the last case looked at before; 0 to begin
        :param limit: int, how many cases to look at
        :param last: int, the id of the last case to look at at all; None for every one
        :return: the id of the last case looked at; None when there is none left
        """
        company, today = run.company_id.root_id, run.date
        cr, ledger = self.env.cr, self.env["collection.ledger"]
        self._prepare_propose(run)
        cases = self._take_cases(run, after, limit, last)
        if not cases:
            return None
        cr.execute("SET LOCAL jit = off; DROP TABLE IF EXISTS collection_tmp_step")
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_step ON COMMIT DROP AS
                WITH %(ledger)s, %(position)s, %(chased)s, %(steps)s,
                claimable AS (
                    SELECT step.*, c.id AS case_id,
                           step.next_date <= %(today)s
                               AND CASE WHEN c.stage = 'courtesy' THEN step.next_delay <= 0
                                        ELSE step.next_delay >= 0 END AS is_due,
                           position.excess_credit, position.foreign_credit
                      FROM step
                      JOIN collection_case c ON c.partner_id = step.partner_id AND c.id = ANY(%(cases)s)
                      JOIN position ON position.partner_id = step.partner_id
                     WHERE step.claim > 0
                       AND step.item_id IS NOT NULL
                       AND NOT step.no_followup AND NOT step.held AND NOT step.left_alone
                       AND (step.date_due < %(today)s OR step.next_date <= %(today)s)
                ),
                summed AS (
                    SELECT claimable.*,
                           sum(claim) FILTER (WHERE date_due < %(today)s OR is_due) OVER (PARTITION BY case_id) AS total
                      FROM claimable
                ),
                graded AS (
                    SELECT summed.*,
                           is_due AND total >= greatest(next_min_amount, strategy_min_amount, 0)
                               AND total > excess_credit AS steps
                      FROM summed
                )
                SELECT graded.*,
                       bool_or(steps) OVER (PARTITION BY case_id) AS case_steps,
                       -- the level an item has once this notice has left, as far as it may set the tone
                       CASE WHEN steps THEN next_level_id
                            WHEN level_delay >= 0 AND total >= coalesce(level_min_amount, 0) THEN level_id
                       END AS tone_level_id,
                       CASE WHEN steps THEN next_delay
                            WHEN level_delay >= 0 AND total >= coalesce(level_min_amount, 0) THEN level_delay
                       END AS tone_delay
                  FROM graded
                 WHERE steps OR date_due < %(today)s
                """,
                ledger=ledger._ctes(company, [partner_id for _case_id, partner_id in cases]),
                position=ledger._position_cte(today),
                chased=ledger._chased_cte(SQL("is_debit")),
                steps=self.env["collection.strategy"]._step_ctes(company, today),
                cases=[case_id for case_id, _partner_id in cases],
                today=today,
            )
        )
        cr.execute("ANALYZE collection_tmp_step (case_id, partner_id, case_steps, steps)")
        lang, dates = self.env["res.lang"]._collection_language(company)
        env = self.with_context(lang=lang).env
        cr.execute(
            SQL(
                """
                WITH tone AS (
                    SELECT *
                      FROM (SELECT DISTINCT ON (step.case_id)
                                   step.case_id, step.partner_id, step.debtor_id, step.representative_id,
                                   step.tone_level_id AS level_id, step.total, step.foreign_credit
                              FROM collection_tmp_step step
                             WHERE step.case_steps AND step.tone_level_id IS NOT NULL
                          ORDER BY step.case_id, step.tone_delay DESC, step.line_id) highest
                     WHERE %(levels)s
                ),
                -- why now: the highest step that an item takes, the oldest item first
                cause AS (
                    SELECT DISTINCT ON (step.case_id)
                           step.case_id, step.next_level_id, step.next_delay, step.date_due, step.move_name
                      FROM collection_tmp_step step
                     WHERE step.steps
                  ORDER BY step.case_id, step.next_delay DESC, step.date_due, step.line_id
                ),
                stepping AS (
                    SELECT case_id, item_id, next_level_id AS level_id, round
                      FROM collection_tmp_step
                     WHERE steps
                ),
                %(resolved)s,
                wanted AS (
                    SELECT tone.*, resolved.channel, resolved.words
                      FROM tone
                      JOIN resolved ON resolved.case_id = tone.case_id
                ),
                added AS (
                    INSERT INTO collection_action (run_id, case_id, company_id, partner_id, level_id, channel, state,
                                                   currency_id, amount, needs_look, reason,
                                                   create_uid, write_uid, create_date, write_date)
                    SELECT %(run)s, wanted.case_id, %(company)s, wanted.partner_id, wanted.level_id, wanted.channel,
                           'proposed', %(currency)s, wanted.total, wanted.foreign_credit,
                           CASE WHEN cause.next_delay < 0
                                THEN format(%(text_courtesy)s, cause.move_name, to_char(cause.date_due, %(dates)s))
                                ELSE format(%(text_late)s, cause.move_name, %(today)s - cause.date_due,
                                            coalesce(level.name->>%(lang)s, level.name->>'en_US'), cause.next_delay)
                           END
                           || coalesce(' ' || wanted.words, '')
                           || CASE WHEN wanted.foreign_credit THEN ' ' || %(text_foreign)s ELSE '' END,
                           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM wanted
                      JOIN cause ON cause.case_id = wanted.case_id
                      JOIN collection_level level ON level.id = cause.next_level_id
                  ORDER BY wanted.case_id, wanted.channel
                        ON CONFLICT DO NOTHING
                 RETURNING id, case_id, channel
                ),
                named AS (
                INSERT INTO collection_action_line (action_id, item_id, level_id, channel, round, live, name,
                                                    date_invoice, date_due, currency_id, amount_original,
                                                    amount_currency, amount_claim, amount_residual, days_overdue)
                SELECT added.id, step.item_id, CASE WHEN step.steps THEN step.next_level_id END, added.channel,
                       step.round, true, step.move_name, step.date_invoice, step.date_due, step.currency_id,
                       step.original_currency, step.residual_currency - step.disputed_currency, step.claim_currency,
                       step.residual - step.disputed,
                       %(today)s - step.date_due
                  FROM added
                  JOIN collection_tmp_step step ON step.case_id = added.case_id
                    ON CONFLICT DO NOTHING
                )
                SELECT case_id, level_id FROM tone WHERE case_id NOT IN (SELECT case_id FROM resolved)
                """,
                run=run.id,
                company=company.id,
                currency=company.currency_id.id,
                today=today,
                uid=self.env.uid,
                lang=lang,
                dates=dates,
                resolved=self._resolved_ctes(env),
                levels=SQL("highest.level_id = ANY(%s)", run.level_ids.ids) if run.level_ids else SQL("true"),
                text_late=env._(
                    "%(number)s is %(days)s days late; “%(level)s” is due after %(delay)s days.",
                    number="%1$s",
                    days="%2$s",
                    level="%3$s",
                    delay="%4$s",
                ),
                text_courtesy=env._("%(number)s falls due on %(date)s.", number="%1$s", date="%2$s"),
                text_foreign=env._("A credit is open in another currency: look before sending."),
            )
        )
        unreached = dict(cr.fetchall())
        cr.execute(
            # an item that already has its level by this channel takes no second one; an action without any is void
            """
            DELETE FROM collection_action a
             WHERE a.run_id = %s AND a.state = 'proposed' AND a.case_id = ANY(%s)
               AND NOT EXISTS (SELECT FROM collection_action_line l WHERE l.action_id = a.id AND l.level_id IS NOT NULL)
            """,
            [run.id, [case_id for case_id, _partner_id in cases]],
        )
        self.env.invalidate_all()
        self._tell_unreached(unreached)
        return cases[-1][0]

    @api.model
    def _prepare_propose(self, run):
        """Flush what proposing reads: besides the ledger, how debtors can be reached."""
        self.env["collection.ledger"]._prepare()
        self._prepare_reach()
        run.flush_recordset()

    @api.model
    def _take_cases(self, run, after, limit, last=None):
        """Return the next [(case id, partner id)] to propose for, locked until the transaction ends.

        Whom another process is working on is left to it.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT c.id, c.partner_id
                  FROM collection_case c
                 WHERE %(due)s AND c.id > %(after)s AND c.id <= %(last)s
              ORDER BY c.id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE OF c SKIP LOCKED
                """,
                due=self._due_cases(run),
                after=after,
                last=2**31 - 1 if last is None else last,
                limit=limit,
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchall()

    @api.model
    def _due_cases(self, run):
        """Return the SQL of a condition on `c`, the open cases for which a batch may have something to propose."""
        cases = self.env["collection.case"]
        filters = SQL()
        if run.strategy_ids:
            filters = SQL("AND c.strategy_id = ANY(%s)", run.strategy_ids.ids)
        if run.collector_ids:
            filters = SQL("%s AND c.user_id = ANY(%s)", filters, run.collector_ids.ids)
        return SQL(
            """
            c.company_id = %(company)s
            AND c.state = 'open'
            AND c.partner_id IS NOT NULL
            AND coalesce(c.hold_until <= %(date)s, true)
            AND c.stage NOT IN ('agency', 'legal')
            %(filters)s
            -- what is open waits for its own end; a scheduled call keeps nothing else from happening
            AND NOT EXISTS (
                SELECT FROM collection_action a
                 WHERE a.case_id = c.id
                   AND (a.state IN ('proposed', 'approved', 'sending', 'deferred', 'unknown')
                        OR (a.state = 'queued' AND a.channel != ALL(%(by_hand)s))
                        OR (a.state = 'cancelled' AND a.run_id = %(run)s)))
            -- assess has said that nothing comes before a later day, by the rules of now, and that holds on this date
            AND NOT EXISTS (
                SELECT FROM collection_debtor debtor
                 WHERE debtor.id = c.debtor_id
                   AND coalesce(c.next_action_date > %(date)s, true)
                   AND starts_with(debtor.ledger_digest, %(rules)s)
                   AND debtor.assessed_on <= %(date)s
                   AND coalesce(debtor.reassess_on > %(date)s, true))
            """,
            company=run.company_id.root_id.id,
            date=run.date,
            run=run.id,
            filters=filters,
            by_hand=self.env["collection.channel"]._by_hand(),
            rules=cases._rules_digest(run.company_id, cases._reason_texts(run.company_id)),
        )
