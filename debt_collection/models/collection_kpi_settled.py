"""What was paid of what was due, how long it took, and what stayed unpaid for 90 days."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

SETTLED = (
    "recovered",
    "paid_items",
    "paid_amount",
    "collect_days",
    "collect_amount_days",
    "pay_days",
    "pay_amount_days",
)
AT_RISK_DAYS = 90


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def _settled(self, scope, date_from, date_to):
        """Return what was settled in a period: [dict] with `key` and SETTLED.

        Items are debits that are followed up, no money sent back. `recovered` is the money matched in the period with
        items due by its end; the others are about items settled in full in the period, to which some money
        contributed: their number, their original amount, and the days since the due date (collect) and the invoice
        date (pay), summed and summed by amount.
        """
        ctes = SQL(
            """
            matched AS MATERIALIZED (
                SELECT partial.debit_move_id AS line_id, partial.max_date, partial.amount,
                       credit.journal_id = ANY(%(money)s) AS is_money
                  FROM account_partial_reconcile partial
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                 WHERE partial.max_date BETWEEN %(date_from)s AND %(date_to)s
            ),
            item AS MATERIALIZED (
                SELECT l.id AS line_id, p.commercial_partner_id AS partner_id, l.balance, l.reconciled,
                       coalesce(l.date_maturity, l.date) AS date_due, coalesce(l.invoice_date, l.date) AS date_invoice,
                       last.max_date AS paid_on, last.is_money
                  FROM (SELECT line_id, max(max_date) AS max_date, bool_or(is_money) AS is_money
                          FROM matched
                      GROUP BY line_id) last
                  JOIN account_move_line l ON l.id = last.line_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                   AND l.balance > 0
                   AND l.no_followup IS NOT TRUE
                   AND l.journal_id != ALL(%(money)s)
            ),
            settled AS (
                SELECT item.*, paid_on - date_due AS collect_days, paid_on - date_invoice AS pay_days
                  FROM item
                 WHERE reconciled
                   AND NOT EXISTS (SELECT FROM account_partial_reconcile later
                                    WHERE later.debit_move_id = item.line_id AND later.max_date > %(date_to)s)
                   AND (is_money OR EXISTS (SELECT FROM account_partial_reconcile earlier
                                              JOIN account_move_line credit ON credit.id = earlier.credit_move_id
                                             WHERE earlier.debit_move_id = item.line_id
                                               AND credit.journal_id = ANY(%(money)s)))
            ),
            figure AS (
                SELECT %(partner)s AS partner_id, %(matched_day)s AS day, sum(amount) AS recovered,
                       0 AS paid_items, 0 AS paid_amount, 0 AS collect_days, 0 AS collect_amount_days,
                       0 AS pay_days, 0 AS pay_amount_days
                  FROM matched
                  JOIN item ON item.line_id = matched.line_id
                 WHERE matched.is_money AND item.date_due <= %(date_to)s
              GROUP BY 1, 2
             UNION ALL
                SELECT %(partner_settled)s, %(settled_day)s, 0, count(*), sum(balance), sum(collect_days),
                       sum(collect_days * balance), sum(pay_days), sum(pay_days * balance)
                  FROM settled
              GROUP BY 1, 2
            )
            """,
            money=self._money_journals(),
            date_from=date_from,
            date_to=date_to,
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            companies=self.env["collection.ledger"]._branches(scope.company).ids,
            partner=self._partner_of(scope, SQL("item.partner_id")),
            partner_settled=self._partner_of(scope, SQL("settled.partner_id")),
            matched_day=self._day_of(scope, SQL("matched.max_date")),
            settled_day=self._day_of(scope, SQL("settled.paid_on")),
        )
        return self._summed(scope, ctes, SETTLED)

    @api.model
    def _at_risk(self, scope, date_from, date_to):
        """Return what became of the invoices of 90 days before a period: [dict] with `key`, `billed` and `unpaid`.

        `unpaid` is what was open of each at the end of the 90th day after its invoice date: a day of the period.
        """
        wait = timedelta(days=AT_RISK_DAYS)
        ctes = SQL(
            """
            billed AS MATERIALIZED (
                SELECT l.id AS line_id, p.commercial_partner_id AS partner_id, m.invoice_date + %(days)s AS day,
                       l.balance, l.amount_residual
                  FROM account_move m
                  JOIN account_move_line l ON l.move_id = m.id AND l.account_id = ANY(%(accounts)s)
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE m.move_type = 'out_invoice'
                   AND m.state = 'posted'
                   AND m.invoice_date BETWEEN %(date_from)s AND %(date_to)s
                   AND m.company_id = ANY(%(companies)s)
            ),
            -- what was matched after the 90 days is open on the last of them
            since AS (
                SELECT billed.line_id, sum(partial.amount) AS amount
                  FROM billed
                  JOIN account_partial_reconcile partial ON partial.debit_move_id = billed.line_id
                                                        AND partial.max_date > billed.day
              GROUP BY billed.line_id
             UNION ALL
                SELECT billed.line_id, -sum(partial.amount)
                  FROM billed
                  JOIN account_partial_reconcile partial ON partial.credit_move_id = billed.line_id
                                                        AND partial.max_date > billed.day
                 WHERE billed.balance < 0
              GROUP BY billed.line_id
            ),
            figure AS (
                SELECT %(partner)s AS partner_id, %(day)s AS day, sum(balance) AS billed,
                       sum(amount_residual + coalesce(since.amount, 0)) AS unpaid
                  FROM billed
             LEFT JOIN since ON since.line_id = billed.line_id
              GROUP BY 1, 2
            )
            """,
            days=AT_RISK_DAYS,
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            date_from=date_from - wait,
            date_to=date_to - wait,
            companies=self.env["collection.ledger"]._branches(scope.company).ids,
            partner=self._partner_of(scope, SQL("billed.partner_id")),
            day=self._day_of(scope, SQL("billed.day")),
        )
        return self._summed(scope, ctes, ("billed", "unpaid"))
