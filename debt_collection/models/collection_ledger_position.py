"""What each debtor owes: the lines of the ledger added up."""

from odoo import api, models
from odoo.tools import SQL


class CollectionLedger(models.AbstractModel):
    _inherit = "collection.ledger"

    @api.model
    def _position_cte(self, today, more=None):
        """Return the SQL of `position`: a row per debtor with something open, from `line`.

        :param today: datetime.date; a line is overdue when its due date is before it
        :param more: SQL of further aggregates over `line`, each after a comma
        :return: SQL. Amounts in company currency: due (all open debits before credits), overdue (past due,
            `no_followup` and what is disputed left out), disputed, disputed_overdue, credit, claim (overdue less
            credits), not_due_claim, excess_credit (credits that found nothing to cover in their currency);
            oldest_due_date of what is claimed or disputed, next_due_date of what is not yet due; foreign_credit: there
            is a claim, and a credit is left over in another currency.
        """
        return SQL(
            """
            owed AS (
                SELECT partner_id,
                       coalesce(sum(residual) FILTER (WHERE is_debit), 0) AS due,
                       coalesce(sum(residual - disputed)
                                FILTER (WHERE is_debit AND date_due < %(today)s AND NOT no_followup), 0) AS overdue,
                       sum(disputed) AS disputed,
                       coalesce(sum(disputed) FILTER (WHERE date_due < %(today)s), 0) AS disputed_overdue,
                       coalesce(sum(claim) FILTER (WHERE date_due < %(today)s), 0) AS claim,
                       coalesce(sum(claim) FILTER (WHERE date_due >= %(today)s), 0) AS not_due_claim,
                       coalesce(-sum(residual) FILTER (WHERE NOT is_debit), 0) AS credit,
                       min(date_due) FILTER (WHERE date_due < %(today)s AND claim + disputed > 0) AS oldest_due_date,
                       min(date_due) FILTER (WHERE date_due >= %(today)s AND claim > 0) AS next_due_date
                       %(more)s
                  FROM line
              GROUP BY partner_id
            ),
            -- per currency, for the few debtors who have a credit
            balance AS (
                SELECT partner_id, currency_id,
                       -sum(residual) FILTER (WHERE NOT is_debit) AS credit,
                       -sum(residual_currency) FILTER (WHERE NOT is_debit) AS credit_currency,
                       coalesce(sum(residual_currency) FILTER (WHERE is_debit AND NOT no_followup), 0)
                           AS followed_currency
                  FROM line
                 WHERE partner_id IN (SELECT partner_id FROM line WHERE NOT is_debit)
              GROUP BY partner_id, currency_id
            ),
            excess AS (
                SELECT partner_id, sum(credit * (credit_currency - followed_currency) / credit_currency) AS amount
                  FROM balance
                 WHERE credit_currency > followed_currency
              GROUP BY partner_id
            ),
            position AS (
                SELECT owed.*,
                       coalesce(excess.amount, 0) AS excess_credit,
                       owed.claim > 0 AND coalesce(excess.amount, 0) > 0 AS foreign_credit
                  FROM owed
             LEFT JOIN excess USING (partner_id)
            )
            """,
            today=today,
            more=more or SQL(),
        )

    @api.model
    def _positions(self, company, partners=None, today=None):
        """Return what each debtor of a company owes now, straight from the journal items.

        :param company: res.company (its root is taken)
        :param partners: res.partner, any contacts; their commercial entities are read; None for all
        :param today: datetime.date, default the user's today
        :return: {partner id: dict of the columns of `position`}, amounts in company currency, positive
        """
        today = today or self.env["collection.case"]._today()
        self._prepare()
        return {
            row["partner_id"]: row
            for row in self._fetch(
                SQL(
                    "WITH %s, %s SELECT * FROM position",
                    self._ctes(company, self._commercial_ids(partners)),
                    self._position_cte(today),
                )
            )
        }
