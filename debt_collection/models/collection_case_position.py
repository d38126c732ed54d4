"""What the case of each debtor should say: what is owed, what comes next, when, and why (the part of assess that
computes it; nothing is written here but a temporary table)."""

import json

from odoo import api, models
from odoo.tools import SQL

# set by a person; assess leaves them alone
STAGES_OF_OTHERS = ("agency", "legal")
# the days past the due date on which an item enters another bucket
BUCKET_DAYS = (1, 31, 61, 91, 121)


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _put_positions_aside(self, company, partner_ids, today):
        """Fill collection_tmp_position from collection_tmp_line: a row per debtor, with the columns of its case.

        `case_id` is the open case that goes on, `ending_case_id` the one that ends, for the reason `close_reason`. A
        claim past due is a case, disputed or not; nothing overdue but something within the strategy's note before it
        is a case in stage courtesy. `reassess_on` is the first day on which the same lines give another answer.
        """
        texts = self._reason_texts(company)
        settings = company._collection_settings()
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_position ON COMMIT DROP AS
                WITH line AS (SELECT * FROM collection_tmp_line),
                chased AS (SELECT * FROM collection_tmp_line WHERE is_debit),
                %(position)s, %(steps)s,
                lead AS (
                    SELECT strategy_id, -min(delay_days) AS days
                      FROM collection_level
                     WHERE delay_days <= 0 AND active
                  GROUP BY strategy_id
                ),
                moved AS (
                    SELECT line.partner_id, max(before.last_notice_date) AS last_notice_date
                      FROM collection_tmp_line line
                      JOIN collection_case c ON c.id = line.item_case_id
                      JOIN collection_debtor before ON before.id = c.debtor_id
                     WHERE before.partner_id IS DISTINCT FROM line.partner_id
                  GROUP BY line.partner_id
                ),
                standing AS (
                    SELECT partner_id,
                           debtor.id AS debtor_id, debtor.do_not_follow_up, debtor.do_not_follow_up_until,
                           debtor.do_not_follow_up_reason,
                           strategy.id AS strategy_id,
                           coalesce(debtor.user_id, %(collector)s) AS user_id,
                           coalesce(position.due, 0) AS due,
                           coalesce(position.overdue, 0) AS overdue,
                           coalesce(position.credit, 0) AS credit,
                           coalesce(position.claim, 0) AS claim,
                           coalesce(position.foreign_credit, false) AS foreign_credit,
                           position.oldest_due_date,
                           coalesce(position.disputed, 0) AS disputed,
                           coalesce(position.claim + position.disputed_overdue > 0, false) AS is_overdue,
                           coalesce(position.claim + position.disputed_overdue > 0
                                    AND position.claim + position.disputed_overdue >= coalesce(strategy.min_amount, 0),
                                    false) AS opens,
                           -- the first that holds, where nothing is left to remind of
                           CASE WHEN position.claimable_overdue > 0 THEN NULL
                                WHEN position.item_hold_until IS NOT NULL THEN 'hold'
                                WHEN position.planned_overdue THEN 'plan'
                                WHEN position.promised_until IS NOT NULL THEN 'promised'
                                WHEN position.disputed_overdue > 0 THEN 'disputed'
                           END AS covered_by,
                           position.item_hold_until, position.promised_until, position.instalment_on,
                           position.resolve_by,
                           debtor.last_notice_date AS contacted_on,
                           coalesce(position.claim + position.disputed_overdue = 0
                                    AND position.not_due_claim > 0
                                    AND position.not_due_claim >= coalesce(strategy.min_amount, 0)
                                    AND position.next_due_date <= %(today)s + coalesce(lead.days, -1)
                                    AND NOT coalesce(debtor.do_not_follow_up, false)
                                    AND debtor.legal_status IS NULL, false) AS is_courtesy,
                           %(left_alone)s AS left_alone,
                           CASE WHEN debtor.representative_id IS NULL THEN debtor.legal_status END AS unrepresented,
                           %(rules)s || coalesce(position.digest, '') AS ledger_digest,
                           coalesce(position.overdue_excluded, false) AS overdue_excluded,
                           moved.last_notice_date
                      FROM position
                 FULL JOIN (SELECT *
                              FROM collection_debtor
                             WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)) debtor
                     USING (partner_id)
                 LEFT JOIN collection_strategy strategy ON strategy.id = coalesce(debtor.strategy_id, %(strategy)s)
                 LEFT JOIN lead ON lead.strategy_id = strategy.id
                 LEFT JOIN moved USING (partner_id)
                ),
                candidate AS (
                    SELECT step.partner_id, step.line_id, step.move_name, step.date_due, step.level_id,
                           step.level_delay, step.next_level_id, step.next_delay, step.next_date,
                           greatest(step.next_date, %(today)s) AS coming_date,
                           step.claim > 0 AND NOT step.no_followup AND NOT step.is_planned AS claimable,
                           step.date_due < %(today)s AS is_late,
                           step.judge_on
                      FROM step
                ),
                -- next is what falls due first; of what falls due on one day, the highest level sets the tone
                next_step AS (
                    SELECT DISTINCT ON (partner_id)
                           partner_id, next_level_id, next_date, move_name, date_due, is_late
                      FROM candidate
                     WHERE claimable AND next_level_id IS NOT NULL
                  ORDER BY partner_id, is_late DESC, coming_date, next_delay DESC, date_due, line_id
                ),
                tone AS (
                    SELECT DISTINCT ON (partner_id) partner_id, level_id
                      FROM candidate
                     WHERE claimable AND level_delay >= 0
                  ORDER BY partner_id, level_delay DESC
                ),
                -- broken, and nobody has been contacted since
                broken AS (
                    SELECT DISTINCT ON (case_id) case_id, date, date_judged
                      FROM collection_promise
                     WHERE state = 'broken'
                  ORDER BY case_id, date_judged DESC
                ),
                -- the next day on which one of the items comes to a note, to its due date, to its step or to judgement
                turn AS (
                    SELECT partner_id,
                           min(least(date_due
                                     + (%(offsets)s::int[])[width_bucket(%(today)s - date_due, %(offsets)s::int[]) + 1],
                                     CASE WHEN claimable AND next_date > %(today)s THEN next_date END,
                                     CASE WHEN judge_on > %(today)s THEN judge_on END)) AS day
                      FROM candidate
                  GROUP BY partner_id
                )
                SELECT standing.partner_id, standing.debtor_id, standing.user_id, standing.strategy_id,
                       standing.due, standing.overdue, standing.credit, standing.claim, standing.foreign_credit,
                       standing.disputed, broken.case_id IS NOT NULL AND covered_by IS NULL AS promise_broken,
                       standing.oldest_due_date, standing.opens, standing.is_courtesy,
                       standing.ledger_digest, standing.last_notice_date,
                       least(turn.day, held.until,
                             standing.oldest_due_date + (%(bucket_days)s)[
                                 width_bucket(%(today)s - standing.oldest_due_date, %(bucket_days)s) + 1],
                             CASE WHEN left_alone AND unrepresented IS NULL THEN standing.do_not_follow_up_until END
                       ) AS reassess_on,
                       CASE WHEN standing.oldest_due_date IS NULL THEN 'not_due'
                            ELSE (%(buckets)s)[width_bucket(%(today)s - standing.oldest_due_date, %(bucket_days)s)]
                       END AS bucket,
                       c.id AS case_id,
                       CASE WHEN c.id IS NULL THEN found.id END AS ending_case_id,
                       CASE WHEN standing.due = 0 THEN 'paid'
                            WHEN standing.overdue > 0 THEN 'covered'
                            WHEN standing.overdue_excluded THEN 'excluded'
                            ELSE 'paid'
                       END AS close_reason,
                       tone.level_id,
                       CASE WHEN c.stage = ANY(%(stages_of_others)s) THEN c.stage
                            WHEN NOT is_overdue THEN 'courtesy'
                            -- no case for less than the minimum, because there was a note before the due date
                            WHEN c.stage = 'courtesy' AND NOT opens THEN 'courtesy'
                            WHEN held.until IS NOT NULL THEN 'hold'
                            WHEN covered_by IS NOT NULL THEN covered_by
                            WHEN tone.level_id IS NOT NULL THEN 'reminding'
                            ELSE 'new'
                       END AS stage,
                       held.until AS hold_until,
                       held.reason AS hold_reason,
                       CASE WHEN NOT quiet THEN next_step.next_level_id END AS next_level_id,
                       CASE WHEN quiet THEN NULL
                            WHEN held.until IS NULL AND covered_by = 'plan' THEN standing.instalment_on
                            WHEN held.until IS NULL AND covered_by = 'disputed' THEN standing.resolve_by
                            ELSE greatest(next_step.next_date, held.until, coalesce(c.date_open, %(today)s))
                       END AS next_action_date,
                       CASE WHEN broken.case_id IS NOT NULL AND covered_by IS NULL
                            THEN format(%(broken)s, to_char(broken.date, %(dates)s)) || ' '
                            ELSE ''
                       END ||
                       CASE
                           WHEN unrepresented IS NOT NULL THEN %(marks)s::jsonb ->> unrepresented
                           WHEN left_alone AND do_not_follow_up_until IS NOT NULL THEN
                               format(%(left_until)s, to_char(do_not_follow_up_until, %(dates)s),
                                      coalesce(do_not_follow_up_reason, ''))
                           WHEN left_alone THEN format(%(left)s, coalesce(do_not_follow_up_reason, ''))
                           WHEN held.until IS NOT NULL THEN
                               format(%(hold)s, to_char(held.until, %(dates)s), coalesce(held.reason, ''))
                           WHEN covered_by = 'hold' THEN
                               format(%(items_held)s, to_char(standing.item_hold_until, %(dates)s))
                           WHEN covered_by = 'plan' THEN
                               coalesce(format(%(plan)s, to_char(standing.instalment_on, %(dates)s)), '')
                           WHEN covered_by = 'promised' THEN
                               format(%(promised)s, to_char(standing.promised_until, %(dates)s))
                           WHEN covered_by = 'disputed' THEN %(disputed)s
                           WHEN standing.foreign_credit THEN %(foreign)s
                           WHEN standing.strategy_id IS NULL THEN %(no_strategy)s
                           WHEN quiet THEN %(small)s
                           WHEN next_step.next_level_id IS NULL THEN %(no_step)s
                           WHEN is_overdue AND level.min_amount > standing.claim THEN %(small)s
                           ELSE format(CASE WHEN next_step.date_due < %(today)s THEN %(next)s ELSE %(courtesy)s END,
                                       next_step.move_name, to_char(next_step.date_due, %(dates)s),
                                       coalesce(level.name->>%(lang)s, level.name->>'en_US'),
                                       to_char(greatest(next_step.next_date, coalesce(c.date_open, %(today)s)),
                                               %(dates)s))
                       END AS reason
                  FROM standing
             LEFT JOIN collection_case found ON found.debtor_id = standing.debtor_id AND found.state = 'open'
             LEFT JOIN collection_case c ON c.id = found.id
                                        AND (is_overdue OR (found.stage = 'courtesy' AND is_courtesy))
            CROSS JOIN LATERAL (
                       SELECT CASE WHEN c.hold_until > %(today)s THEN c.hold_until END AS until,
                              CASE WHEN c.hold_until > %(today)s THEN c.hold_reason END AS reason,
                              left_alone OR (is_overdue AND NOT opens) AS quiet
                       ) held
             -- what is not yet due counts for a note before the due date alone
             LEFT JOIN next_step ON next_step.partner_id = standing.partner_id AND (next_step.is_late OR is_courtesy)
             LEFT JOIN collection_level level ON level.id = next_step.next_level_id
             LEFT JOIN tone ON tone.partner_id = standing.partner_id
             LEFT JOIN turn ON turn.partner_id = standing.partner_id
             LEFT JOIN broken ON broken.case_id = c.id
                             AND coalesce(broken.date_judged >= standing.contacted_on, true)
                """,
                position=self.env["collection.ledger"]._position_cte(today, self._aggregates(today)),
                steps=self.env["collection.strategy"]._step_ctes(company, today),
                rules=self._rules_digest(company, texts),
                left_alone=self.env["collection.debtor"]._left_alone(today),
                company=company.id,
                partners=partner_ids,
                collector=settings.collection_user_id.id or None,
                strategy=settings.collection_strategy_id.id or None,
                today=today,
                offsets=self._turning_days(),
                bucket_days=list(BUCKET_DAYS),
                buckets=["1_30", "31_60", "61_90", "91_120", "over_120"],
                stages_of_others=list(STAGES_OF_OTHERS),
                **texts,
            )
        )
        self.env.cr.execute("ANALYZE collection_tmp_position (partner_id, debtor_id, case_id, ending_case_id)")

    @api.model
    def _aggregates(self, today):
        """Return the SQL of what assess wants to know of a debtor's lines besides what the ledger says of them."""
        return SQL(
            """
            , %(digest)s AS digest,
            bool_or(is_debit AND no_followup AND date_due < %(today)s) AS overdue_excluded,
            coalesce(sum(claim) FILTER (WHERE date_due < %(today)s AND NOT is_planned AND promised_until IS NULL
                                          AND coalesce(item_hold_until <= %(today)s, true)), 0) AS claimable_overdue,
            min(item_hold_until) FILTER (WHERE date_due < %(today)s AND claim > 0 AND item_hold_until > %(today)s)
                AS item_hold_until,
            bool_or(date_due < %(today)s AND claim > 0 AND is_planned) AS planned_overdue,
            max(promised_until) FILTER (WHERE date_due < %(today)s AND claim > 0) AS promised_until,
            min(instalment_on) AS instalment_on,
            min(resolve_by) AS resolve_by
            """,
            digest=self._digest(),
            today=today,
        )

    @api.model
    def _turning_days(self):
        """Return the days, counted from a due date, on which an item comes to a note before it, to it and past it."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT delay_days FROM collection_level WHERE active AND delay_days < 0")
        )
        return [*sorted(delay for (delay,) in rows), 0, 1]

    @api.model
    def _reason_texts(self, company):
        """Return {name: text} of what a case says of its next step, in the company's language, with `lang` and `dates`
        (its code, and its date format for SQL)."""
        lang, dates = self.env["res.lang"]._collection_language(company)
        env = self.with_context(lang=lang).env
        return {
            "lang": lang,
            "dates": dates,
            "left_until": env._("Not followed up before %(date)s: %(reason)s", date="%1$s", reason="%2$s"),
            "left": env._("Not followed up: %(reason)s", reason="%1$s"),
            "hold": env._("On hold until %(date)s: %(reason)s", date="%1$s", reason="%2$s"),
            "items_held": env._("What is overdue is on hold until %(date)s.", date="%1$s"),
            "plan": env._("A payment plan runs: its next instalment falls due on %(date)s.", date="%1$s"),
            "promised": env._("A payment is promised: reminders wait until %(date)s.", date="%1$s"),
            "disputed": env._("What is overdue is disputed: it is not reminded of before that is resolved."),
            "broken": env._("What was promised for %(date)s has not been paid.", date="%1$s"),
            "marks": json.dumps(env["collection.debtor"]._reasons_left_alone()),
            "foreign": env._("A credit is open in another currency: a person looks before anything is sent."),
            "no_strategy": env._("No strategy: choose one on the debtor or in the settings."),
            "small": env._("Less is owed than the minimum: no reminder."),
            "no_step": env._("Every step of the strategy has been taken: decide what to do."),
            "courtesy": env._(
                "%(number)s falls due on %(due_date)s: “%(level)s” follows on %(date)s.",
                number="%1$s",
                due_date="%2$s",
                level="%3$s",
                date="%4$s",
            ),
            "next": env._(
                "%(number)s was due on %(due_date)s: “%(level)s” follows on %(date)s.",
                number="%1$s",
                due_date="%2$s",
                level="%3$s",
                date="%4$s",
            ),
        }
