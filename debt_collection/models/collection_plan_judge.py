"""How payment plans are doing: reconciled payments fill the instalments, oldest first; missed ones end a plan.

How it works. Of each item of a plan, what it was open with less what is open now is settled. Of that, money dated on or
after the day the plan was made is paid, and fills the instalments from the first on. The rest (credit notes,
write-offs, payments dated before) has made the debt smaller: it is taken off from the last instalment backwards, so
that the plan ends earlier and the next instalment stays due as agreed. So paid, credited and open always sum to the
plan's total. All is computed anew from the ledger each time: a payment that is unreconciled is not there any more.
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    @api.model
    def _judge(self, company, partner_ids, today):
        """Judge the active plans of some debtors of a company, and the completed ones again: a few statements.

        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        """
        for model in ("collection.plan", "collection.plan.line", "collection.plan.item"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH %(verdicts)s,
                written_line AS (
                    UPDATE collection_plan_line line
                       SET amount_paid = instalment.paid, amount_credited = instalment.credited,
                           state = instalment.state
                      FROM instalment
                     WHERE line.id = instalment.id
                       AND (coalesce(line.amount_paid, 0), coalesce(line.amount_credited, 0), line.state)
                           IS DISTINCT FROM (instalment.paid, instalment.credited, instalment.state)
                ),
                written_plan AS (
                    UPDATE collection_plan plan
                       SET case_id = verdict.case_id, amount_paid = verdict.paid, amount_credited = verdict.credited,
                           state = verdict.state, next_date = verdict.next_date, judge_on = verdict.judge_on
                      FROM verdict
                     WHERE plan.id = verdict.plan_id
                       AND (plan.case_id, coalesce(plan.amount_paid, 0), coalesce(plan.amount_credited, 0), plan.state,
                            plan.next_date, plan.judge_on)
                           IS DISTINCT FROM
                           (verdict.case_id, verdict.paid, verdict.credited, verdict.state,
                            verdict.next_date, verdict.judge_on)
                )
                SELECT plan_id, state FROM verdict WHERE state != was
                """,
                verdicts=self._verdict_ctes(company, partner_ids, today),
            )
        )
        turned = {}
        for plan_id, state in self.env.cr.fetchall():
            turned.setdefault(state, []).append(plan_id)
        if not turned:
            return
        self.env.invalidate_all()
        for state, plan_ids in turned.items():
            self.browse(plan_ids)._turn(state, company, today)

    @api.model
    def _verdict_ctes(self, company, partner_ids, today):
        """Return the SQL of `instalment` and `verdict`, without the word WITH; see the top of this file.

        `instalment`: id, plan_id, paid, credited, state. `verdict`: plan_id, was and state, paid, credited, case_id
        (that of its items, which a merge or a new case takes along), next_date, judge_on.
        """
        return SQL(
            """
            plan AS (
                SELECT plan.id, plan.case_id, plan.state, plan.date_start, plan.grace_days, plan.missed_limit,
                       currency.rounding / 2 AS dust
                  FROM collection_debtor debtor
                  JOIN collection_case c ON c.debtor_id = debtor.id
                  JOIN collection_plan plan ON plan.case_id = c.id
                  JOIN res_currency currency ON currency.id = plan.currency_id
                 WHERE debtor.company_id = %(company)s
                   AND debtor.partner_id = ANY(%(partners)s)
                   AND (plan.state = 'active'
                        -- a payment taken back puts a completed plan back, unless another has its items by now
                        OR (plan.state = 'completed'
                            AND NOT EXISTS (SELECT
                                              FROM collection_plan_item own
                                              JOIN collection_plan_item other ON other.item_id = own.item_id
                                             WHERE own.plan_id = plan.id
                                               AND other.plan_id != plan.id
                                               AND other.live)))
            ),
            planned AS (
                SELECT plan.id AS plan_id, plan.date_start, item.id AS item_id, item.case_id,
                       -- an invoice set back to draft, or just posted again, is owed as planned until it says otherwise
                       CASE WHEN move.id IS NULL OR move.state = 'cancel' THEN planned.amount
                            WHEN line.id IS NULL OR move.state = 'draft' THEN 0
                            ELSE greatest(planned.amount - line.amount_residual_currency, 0)
                       END AS settled
                  FROM plan
                  JOIN collection_plan_item planned ON planned.plan_id = plan.id
                  JOIN collection_item item ON item.id = planned.item_id
             LEFT JOIN account_move_line line ON line.id = item.move_line_id
             LEFT JOIN account_move move ON move.id = item.move_id
            ),
            %(settled)s,
            money AS (
                SELECT planned.plan_id, planned.item_id, sum(settled.amount_currency) AS received
                  FROM planned
                  JOIN settled ON settled.item_id = planned.item_id
                 WHERE settled.is_payment AND settled.date >= planned.date_start
              GROUP BY planned.plan_id, planned.item_id
            ),
            -- money of the day the plan was made may have come before it: no more is paid than has been settled since
            filled AS (
                SELECT plan_id, max(planned.case_id) AS case_id,
                       sum(least(planned.settled, coalesce(money.received, 0))) AS paid,
                       sum(planned.settled - least(planned.settled, coalesce(money.received, 0))) AS credited
                  FROM planned
             LEFT JOIN money USING (plan_id, item_id)
              GROUP BY plan_id
            ),
            running AS (
                SELECT line.id, line.plan_id, line.date, line.amount, plan.dust, plan.grace_days,
                       filled.paid, filled.credited,
                       sum(line.amount) OVER before AS due, sum(line.amount) OVER (PARTITION BY line.plan_id) AS total
                  FROM plan
                  JOIN collection_plan_line line ON line.plan_id = plan.id
                  JOIN filled ON filled.plan_id = plan.id
                WINDOW before AS (PARTITION BY line.plan_id ORDER BY line.date, line.id)
            ),
            shared AS (
                SELECT id, plan_id, date, amount, dust, grace_days,
                       greatest(least(paid - (due - amount), amount), 0) AS paid,
                       greatest(least(credited - (total - due), amount), 0) AS credited
                  FROM running
            ),
            instalment AS (
                SELECT id, plan_id, date, grace_days, paid, credited,
                       CASE WHEN paid + credited > amount - dust THEN 'paid'
                            WHEN date + grace_days < %(today)s THEN 'missed'
                            WHEN paid > dust THEN 'partial'
                            ELSE 'open'
                       END AS state
                  FROM shared
            ),
            standing AS (
                SELECT plan_id,
                       bool_and(state = 'paid') AS is_paid,
                       count(*) FILTER (WHERE state = 'missed') AS missed,
                       min(date) FILTER (WHERE state != 'paid') AS next_date,
                       min(date + grace_days + 1) FILTER (WHERE state IN ('open', 'partial')) AS judge_on
                  FROM instalment
              GROUP BY plan_id
            ),
            verdict AS (
                SELECT plan.id AS plan_id, plan.state AS was, filled.case_id, filled.paid, filled.credited,
                       CASE WHEN standing.is_paid THEN 'completed'
                            -- who matches a payment anew takes it back first: not a default at that moment
                            WHEN plan.state = 'active' AND standing.missed >= plan.missed_limit THEN 'defaulted'
                            ELSE 'active'
                       END AS state,
                       standing.next_date,
                       CASE WHEN standing.is_paid THEN NULL
                            WHEN standing.missed < plan.missed_limit THEN standing.judge_on
                            WHEN plan.state = 'completed' THEN %(today)s + 1
                       END AS judge_on
                  FROM plan
                  JOIN filled ON filled.plan_id = plan.id
                  JOIN standing ON standing.plan_id = plan.id
            )
            """,
            settled=self.env["collection.ledger"]._settled_cte(SQL("(SELECT item_id FROM planned)")),
            company=company.id,
            partners=partner_ids,
            today=today,
        )
