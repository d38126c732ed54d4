"""What comes next on each open case, when, and why (the part of assess that says it)."""

from odoo import api, models
from odoo.tools import SQL

# set by a person or by a commitment; assess leaves them alone
STAGES_OF_OTHERS = ("promised", "plan", "disputed", "agency", "legal")


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _refresh_next_step(self, company, today):
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
                                -- no case for less than the minimum, because there was a note before the due date
                                WHEN c.stage = 'courtesy' AND NOT position.opens THEN 'courtesy'
                                WHEN c.hold_until > %(today)s THEN 'hold'
                                WHEN tone.level_id IS NOT NULL THEN 'reminding'
                                ELSE 'new'
                           END AS stage,
                           CASE WHEN left_alone.alone OR left_alone.small THEN NULL
                                ELSE next_step.next_level_id
                           END AS next_level_id,
                           CASE WHEN left_alone.alone OR left_alone.small THEN NULL
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
                               WHEN left_alone.small THEN %(text_small)s
                               WHEN next_step.next_level_id IS NULL THEN %(text_no_step)s
                               WHEN position.is_overdue AND level.min_amount > position.claim THEN %(text_small)s
                               ELSE format(CASE WHEN next_step.date_due < %(today)s
                                                THEN %(text_next)s ELSE %(text_courtesy)s END,
                                           m.name, to_char(next_step.date_due, %(dates)s),
                                           coalesce(level.name->>%(lang)s, level.name->>'en_US'),
                                           to_char(greatest(next_step.next_date, c.date_open), %(dates)s))
                           END AS reason
                      FROM collection_case c
                      JOIN collection_tmp_position position ON position.debtor_id = c.debtor_id
                      JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                CROSS JOIN LATERAL (
                           SELECT coalesce(debtor.do_not_follow_up
                                           AND coalesce(debtor.do_not_follow_up_until > %(today)s, true),
                                           false) AS alone,
                                  position.is_overdue AND NOT position.opens AS small
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
                text_small=env._("Less is owed than the minimum: no reminder."),
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
