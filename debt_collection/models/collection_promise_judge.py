"""Whether promises were kept: judged by payments really reconciled, again whenever their debtor is assessed.

How it works. A judgement is no event but what the ledger says today, computed anew each time: so a payment that is
unreconciled later, or a bank statement imported late, puts it right by itself. Counted are bank and cash payments of
the promise's items, dated from the day it was made to the last day of tolerance; what came later broke the promise all
the same. A payment counts in full on whichever of the items it is reconciled with: an amount was promised, not the
order in which invoices are paid. Whatever else took an item down since (a credit note, a write-off, an older payment
matched late, an invoice reset) reduces what was promised, on each item at most by what was promised on it.

What changes is acted on in a few statements more: the items of a broken promise begin another climb at the level they
had, and the log and the collector are told (see collection_promise_tell.py).
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    @api.model
    def _judge(self, company, partner_ids, today):
        """Judge the promises of some debtors of a company: a few statements, whatever their number.

        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        """
        for model in ("collection.promise", "collection.promise.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        # those that a person has cancelled stay cancelled
        rows = self.env.execute_query(
            SQL(
                """
                SELECT promise.id, debtor.partner_id
                  FROM collection_debtor debtor
                  JOIN collection_case c ON c.debtor_id = debtor.id
                  JOIN collection_promise promise ON promise.case_id = c.id
                 WHERE debtor.company_id = %s
                   AND debtor.partner_id = ANY(%s)
                   AND promise.cancel_reason IS NULL
                """,
                company.id,
                list(partner_ids),
            )
        )
        if not rows:
            return
        promise_ids = [promise_id for promise_id, _partner_id in rows]
        # compiling costs more than these statements take
        self.env.cr.execute("SET LOCAL jit = off")
        changed = self._write_judgements(company, promise_ids, list({partner_id for _id, partner_id in rows}), today)
        self._refresh_live(promise_ids)
        self._count_broken(promise_ids)
        self._start_rounds([promise_id for promise_id, _before, after in changed if after == "broken"])
        self._take_back_rounds([promise_id for promise_id, before, _after in changed if before == "broken"])
        if changed:
            self.env.invalidate_all()
            self._tell(company, changed, today)

    @api.model
    def _write_judgements(self, company, promise_ids, partner_ids, today):
        """Write what the ledger says of some promises where it differs; return those of another state.

        :return: [(promise id, state before, state after)]
        """
        self.env.cr.execute(
            SQL(
                """
                WITH %(settled)s, %(open_line)s,
                credit AS (
                    SELECT partner_id, min(date_invoice) AS first_date
                      FROM open_line
                     WHERE NOT is_debit
                  GROUP BY partner_id
                ),
                payment AS (
                    SELECT line.id AS line_id,
                           sum(amount_currency) FILTER (WHERE is_payment) AS amount,
                           sum(amount_currency) FILTER (WHERE is_payment AND settled.date <= date_judged) AS in_time,
                           sum(amount_currency) FILTER (WHERE NOT is_payment AND settled.date > date_judged)
                               AS credited_late
                      FROM collection_promise_line line
                      JOIN collection_promise promise ON promise.id = line.promise_id
                      JOIN settled ON settled.item_id = line.item_id AND settled.date >= promise.date_made
                     WHERE line.promise_id = ANY(%(promises)s)
                  GROUP BY line.id
                ),
                -- per item, since the promise was made and in the item's currency
                reckoned AS (
                    SELECT line.promise_id, line.amount,
                           line.amount_open - coalesce(journal_item.amount_residual_currency, 0) AS came_down,
                           greatest(coalesce(payment.amount, 0) - line.amount_paid_before, 0) AS paid,
                           greatest(coalesce(payment.in_time, 0) - line.amount_paid_before, 0) AS paid_in_time,
                           coalesce(payment.credited_late, 0) AS credited_late
                      FROM collection_promise_line line
                      JOIN collection_item item ON item.id = line.item_id
                 LEFT JOIN account_move_line journal_item ON journal_item.id = item.move_line_id
                                                         AND journal_item.parent_state = 'posted'
                 LEFT JOIN payment ON payment.line_id = line.id
                     WHERE line.promise_id = ANY(%(promises)s)
                ),
                total AS (
                    SELECT promise_id, sum(paid_in_time) AS paid,
                           sum(least(amount, greatest(came_down - reckoned.paid - credited_late, 0))) AS reduced
                      FROM reckoned
                  GROUP BY promise_id
                ),
                verdict AS (
                    SELECT promise.id, promise.state AS state_before, total.paid, total.reduced,
                           CASE WHEN promise.bounce_reason IS NOT NULL THEN 'broken'
                                WHEN promise.amount - reduced < rounding / 2 AND paid < rounding / 2 THEN 'cancelled'
                                WHEN paid > promise.amount - reduced - rounding / 2 THEN 'kept'
                                WHEN promise.date_judged >= %(today)s THEN 'open'
                                -- a person looks first; but a credit that came later mends no broken promise
                                WHEN credit.first_date <= promise.date_judged
                                     OR credit.first_date IS NOT NULL AND promise.state IN ('open', 'to_match')
                                    THEN 'to_match'
                                WHEN paid > rounding / 2 THEN 'partial'
                                ELSE 'broken'
                           END AS state
                      FROM collection_promise promise
                      JOIN total ON total.promise_id = promise.id
                      JOIN res_currency currency ON currency.id = promise.currency_id
                      JOIN collection_case c ON c.id = promise.case_id
                      JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                 LEFT JOIN credit ON credit.partner_id = debtor.partner_id
                )
                UPDATE collection_promise promise
                   SET state = verdict.state, amount_paid = verdict.paid, amount_reduced = verdict.reduced
                  FROM verdict
                 WHERE promise.id = verdict.id
                   AND (promise.state, promise.amount_paid, promise.amount_reduced)
                       IS DISTINCT FROM (verdict.state, verdict.paid, verdict.reduced)
             RETURNING promise.id, verdict.state_before, promise.state
                """,
                settled=self.env["collection.ledger"]._settled_cte(
                    SQL("(SELECT item_id FROM collection_promise_line WHERE promise_id = ANY(%s))", promise_ids)
                ),
                open_line=self.env["collection.ledger"]._open_line_cte(company, partner_ids),
                promises=promise_ids,
                today=today,
            )
        )
        return [(promise_id, before, after) for promise_id, before, after in self.env.cr.fetchall() if before != after]

    @api.model
    def _refresh_live(self, promise_ids):
        """Let the items of open promises wait, and no others: of two for one item (one put back), the newest holds."""
        holding = SQL(
            """
            holding AS (
                SELECT DISTINCT ON (line.item_id) line.id
                  FROM collection_promise_line line
                  JOIN collection_promise promise ON promise.id = line.promise_id
                 WHERE line.promise_id = ANY(%s)
                   AND promise.state IN ('open', 'to_match')
              ORDER BY line.item_id, promise.id DESC
            )
            """,
            promise_ids,
        )
        # the unique index looks at each row at once: who lets go comes first
        self.env.cr.execute(
            SQL(
                """
                WITH %(holding)s
                UPDATE collection_promise_line line
                   SET live = false
                 WHERE line.promise_id = ANY(%(promises)s)
                   AND line.live
                   AND NOT EXISTS (SELECT FROM holding WHERE holding.id = line.id)
                """,
                holding=holding,
                promises=promise_ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                WITH %(holding)s
                UPDATE collection_promise_line line
                   SET live = true
                  FROM holding
                 WHERE line.id = holding.id
                   AND line.live IS NOT TRUE
                   AND NOT EXISTS (SELECT FROM collection_promise_line other
                                    WHERE other.item_id = line.item_id AND other.live)
                   -- a payment plan made since is what holds now
                   AND NOT EXISTS (SELECT FROM collection_plan_item planned
                                    WHERE planned.item_id = line.item_id AND planned.live)
                """,
                holding=holding,
            )
        )

    @api.model
    def _count_broken(self, promise_ids):
        """Write on the debtors how many of their promises are broken."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_debtor debtor
                   SET broken_promise_count = counted.number
                  FROM (SELECT c.debtor_id, count(*) FILTER (WHERE promise.state = 'broken') AS number
                          FROM collection_promise promise
                          JOIN collection_case c ON c.id = promise.case_id
                         WHERE promise.id = ANY(%s)
                      GROUP BY c.debtor_id) counted
                 WHERE debtor.id = counted.debtor_id
                   AND debtor.broken_promise_count IS DISTINCT FROM counted.number
                """,
                promise_ids,
            )
        )

    @api.model
    def _start_rounds(self, promise_ids):
        """Let the items of promises just broken begin another climb, at the level they had."""
        if not promise_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH fallen AS (
                    SELECT line.id AS line_id, item.id AS item_id, item.level_id, item.level_date
                      FROM collection_promise_line line
                      JOIN collection_item item ON item.id = line.item_id
                     WHERE line.promise_id = ANY(%s)
                ),
                noted AS (
                    UPDATE collection_promise_line line
                       SET level_id = fallen.level_id, level_date = fallen.level_date
                      FROM fallen
                     WHERE line.id = fallen.line_id
                )
                UPDATE collection_item item
                   SET round = item.round + 1,
                       level_date = NULL,
                       -- the one below, so that the level it had is due again
                       level_id = (SELECT below.id
                                     FROM collection_level level
                                     JOIN collection_level below ON below.strategy_id = level.strategy_id
                                                                AND below.active
                                                                AND below.delay_days >= 0
                                                                AND below.delay_days < level.delay_days
                                    WHERE level.id = item.level_id
                                 ORDER BY below.delay_days DESC
                                    LIMIT 1)
                 WHERE item.id IN (SELECT item_id FROM fallen)
                """,
                promise_ids,
            )
        )

    @api.model
    def _take_back_rounds(self, promise_ids):
        """Give the items of promises that are not broken after all their level back, unless a notice has left since."""
        if not promise_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET level_id = line.level_id, level_date = line.level_date
                  FROM collection_promise_line line
                 WHERE line.promise_id = ANY(%s)
                   AND item.id = line.item_id
                   AND item.level_date IS NULL
                   AND line.level_id IS NOT NULL
                """,
                promise_ids,
            )
        )
