"""What has been agreed on what is owed: disputed, planned and promised parts, and what is left to claim."""

from odoo import api, models
from odoo.tools import SQL


class CollectionLedger(models.AbstractModel):
    _inherit = "collection.ledger"

    @api.model
    def _committed_cte(self, partner_ids=None):
        """Return the SQL of `committed`: a row per journal item of which something is disputed, planned or promised.

        :param partner_ids: ids of the commercial entities to read, or None for all
        :return: SQL, without the word WITH. Columns: line_id, disputed_currency (line's currency), is_planned,
            promised_until (the last day on which reminders wait for the promise; NULL: none), instalment_on (the next
            instalment of the plan), resolve_by (the deadline of the dispute), judge_on (the next day on which the
            promise or the plan is judged)
        """
        restriction = SQL()
        if partner_ids is not None:
            restriction = SQL("JOIN collection_case c ON c.id = item.case_id AND c.partner_id = ANY(%s)", partner_ids)
        return SQL(
            """
            committed AS (
                SELECT item.move_line_id AS line_id,
                       sum(part.disputed_currency) AS disputed_currency,
                       bool_or(part.is_planned) AS is_planned,
                       max(part.promised_until) AS promised_until,
                       min(part.instalment_on) AS instalment_on,
                       min(part.resolve_by) AS resolve_by,
                       min(part.judge_on) AS judge_on
                  FROM (SELECT line.item_id, line.amount AS disputed_currency, false AS is_planned,
                               NULL::date AS promised_until, NULL::date AS instalment_on,
                               dispute.deadline AS resolve_by, NULL::date AS judge_on
                          FROM collection_dispute_line line
                          JOIN collection_dispute dispute ON dispute.id = line.dispute_id
                         WHERE line.live
                     UNION ALL
                        SELECT line.item_id, 0, false, promise.date_judged, NULL, NULL, promise.date_judged + 1
                          FROM collection_promise_line line
                          JOIN collection_promise promise ON promise.id = line.promise_id
                         WHERE line.live
                     UNION ALL
                        SELECT part.item_id, 0, true, NULL, plan.next_date, NULL, plan.judge_on
                          FROM collection_plan_item part
                          JOIN collection_plan plan ON plan.id = part.plan_id
                         WHERE part.live) part
                  JOIN collection_item item ON item.id = part.item_id AND item.move_line_id IS NOT NULL
                  %s
              GROUP BY item.move_line_id
            )
            """,
            restriction,
        )

    @api.model
    def _shares(self, company, partners=None, today=None):
        """Return how what each debtor of a company owes is shared out: each open amount is in exactly one share.

        The first that holds: not followed up, disputed (the disputed part of an item), planned, promised, held, not
        due, claimable. Before credits: the sum of the shares less the credit is the balance of the ledger.
        :param company: res.company (its root is taken)
        :param partners: res.partner, any contacts; their commercial entities are read; None for all
        :param today: datetime.date, default the user's today
        :return: {partner id: dict with no_followup, disputed, planned, promised, held, not_due, claimable and credit},
            amounts in company currency, positive
        """
        today = today or self.env["collection.case"]._today()
        self._prepare()
        rows = self._fetch(
            SQL(
                """
                WITH %(ledger)s, %(chased)s,
                share AS (
                    SELECT chased.partner_id, residual, disputed, is_debit,
                           CASE WHEN no_followup THEN 'no_followup'
                                WHEN is_planned THEN 'planned'
                                WHEN promised_until IS NOT NULL THEN 'promised'
                                WHEN greatest(item_hold_until, c.hold_until) > %(today)s THEN 'held'
                                WHEN date_due >= %(today)s THEN 'not_due'
                                ELSE 'claimable'
                           END AS rest
                      FROM chased
                 LEFT JOIN collection_case c ON c.id = chased.item_case_id
                )
                SELECT partner_id,
                       coalesce(sum(disputed), 0) AS disputed,
                       %(rests)s,
                       coalesce(-sum(residual) FILTER (WHERE NOT is_debit), 0) AS credit
                  FROM share
              GROUP BY partner_id
                """,
                ledger=self._ctes(company, self._commercial_ids(partners)),
                chased=self._chased_cte(SQL("true")),
                today=today,
                rests=SQL(", ").join(
                    SQL(
                        "coalesce(sum(residual - disputed) FILTER (WHERE is_debit AND rest = %s), 0) AS %s",
                        name,
                        SQL.identifier(name),
                    )
                    for name in ("no_followup", "planned", "promised", "held", "not_due", "claimable")
                ),
            )
        )
        return {row.pop("partner_id"): row for row in rows}
