"""What was owed at the end of a past day, by accounting dates: as Odoo's entries say it today.

How it works. What is open now is known; what has been matched since that day is added back. A reconciliation counts
from its `max_date`, the later of the dates of the two entries it matches, so that one made today between entries of
last year is one of last year: what was published meanwhile may differ, and is kept apart (see the snapshots).
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionLedger(models.AbstractModel):
    _inherit = "collection.ledger"

    @api.model
    def _past_line_cte(self, company, at, partner_ids=None):
        """Return the SQL of `past_line`: the receivable lines that were open at the end of a day.

        :param company: res.company; its root and all the root's branches are read
        :param at: datetime.date, the last day that counts
        :param partner_ids: ids of the commercial entities to read, or None for all
        :return: SQL, without the word WITH. A row per line: line_id, move_id, company_id, partner_id (the commercial
            entity as it is today), journal_id, currency_id, date, date_due, date_invoice, no_followup, move_name,
            is_debit, and residual and residual_currency (company's and line's currency; debits positive, credits
            negative)
        """
        restriction = SQL()
        if partner_ids is not None:
            restriction = SQL("AND p.commercial_partner_id = ANY(%s)", list(partner_ids))
        return SQL(
            """
            -- a journal item is on one side of all its reconciliations; of two groupings the planner knows the size
            matched_since AS (
                SELECT debit_move_id AS line_id, sum(amount) AS amount, sum(debit_amount_currency) AS amount_currency
                  FROM account_partial_reconcile
                 WHERE max_date > %(at)s
              GROUP BY debit_move_id
             UNION ALL
                SELECT credit_move_id, -sum(amount), -sum(credit_amount_currency)
                  FROM account_partial_reconcile
                 WHERE max_date > %(at)s
              GROUP BY credit_move_id
            ),
            -- two halves, so that each has its index: what is open still, and what was settled since
            posted_line AS (
                SELECT l.id, l.move_id, l.company_id, l.partner_id, l.journal_id, l.currency_id, l.date,
                       l.date_maturity, l.invoice_date, l.no_followup, l.move_name,
                       l.amount_residual + coalesce(since.amount, 0) AS residual,
                       l.amount_residual_currency + coalesce(since.amount_currency, 0) AS residual_currency
                  FROM account_move_line l
             LEFT JOIN matched_since since ON since.line_id = l.id
                 WHERE l.reconciled IS NOT TRUE AND %(posted)s
             UNION ALL
                SELECT l.id, l.move_id, l.company_id, l.partner_id, l.journal_id, l.currency_id, l.date,
                       l.date_maturity, l.invoice_date, l.no_followup, l.move_name,
                       since.amount, since.amount_currency
                  FROM matched_since since
                  JOIN account_move_line l ON l.id = since.line_id
                 WHERE l.reconciled AND %(posted)s
            ),
            past_line AS (
                SELECT l.id AS line_id, l.move_id, l.company_id,
                       p.commercial_partner_id AS partner_id,
                       l.journal_id, l.currency_id, l.date,
                       coalesce(l.date_maturity, l.date) AS date_due,
                       coalesce(l.invoice_date, l.date) AS date_invoice,
                       coalesce(l.no_followup, false) AS no_followup,
                       l.move_name, l.residual, l.residual_currency,
                       l.residual_currency > 0 OR (l.residual_currency = 0 AND l.residual > 0) AS is_debit
                  FROM posted_line l
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE (l.residual != 0 OR l.residual_currency != 0)
                   %(restriction)s
            )
            """,
            at=at,
            posted=SQL(
                """
                l.account_id = ANY(%s) AND l.parent_state = 'posted' AND l.date <= %s AND l.company_id = ANY(%s)
                """,
                self._receivable_accounts(),
                at,
                self._branches(company).ids,
            ),
            restriction=restriction,
        )

    @api.model
    def _receivable_accounts(self):
        """Return the ids of the accounts on which receivables stand, archived ones too."""
        rows = self.env.execute_query(SQL("SELECT id FROM account_account WHERE account_type = 'asset_receivable'"))
        return [account_id for (account_id,) in rows]

    @api.model
    def _bucket(self, company, days):
        """Return the SQL of the bucket (see res.company `_collection_buckets`) of so many days past due.

        :param days: SQL of an integer; 0 and less is not due
        """
        b1, b2, b3, b4 = company._collection_limits()
        return SQL(
            """
            CASE WHEN %(days)s <= 0 THEN 'not_due' WHEN %(days)s <= %(b1)s THEN 'b1' WHEN %(days)s <= %(b2)s THEN 'b2'
                 WHEN %(days)s <= %(b3)s THEN 'b3' WHEN %(days)s <= %(b4)s THEN 'b4' ELSE 'b5' END
            """,
            days=days,
            b1=b1,
            b2=b2,
            b3=b3,
            b4=b4,
        )
