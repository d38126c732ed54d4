"""What was promised and came to its day, and what was given up."""

from odoo import api, models
from odoo.tools import SQL

from .collection_promise import JUDGED


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def _promises(self, scope, date_from, date_to):
        """Return the promises judged in a period: [dict] with `key`, `promises_due`, `promises_kept` and `_partial`.

        A promise counts on its last day of tolerance. Cancelled ones do not, nor those that nobody can judge yet.
        """
        ctes = SQL(
            """
            figure AS (
                SELECT debtor.partner_id, promise.date_judged AS day, 1 AS promises_due,
                       (promise.state = 'kept')::int AS promises_kept,
                       (promise.state = 'partial')::int AS promises_partial
                  FROM collection_promise promise
                  JOIN collection_case c ON c.id = promise.case_id
                  JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                 WHERE promise.company_id = %(company)s
                   AND promise.date_judged BETWEEN %(date_from)s AND %(date_to)s
                   AND promise.state = ANY(%(judged)s)
            )
            """,
            company=scope.company.id,
            date_from=date_from,
            date_to=date_to,
            judged=list(JUDGED),
        )
        return self._summed(scope, ctes, ("promises_due", "promises_kept", "promises_partial"))

    @api.model
    def _written_off(self, scope, date_from, date_to):
        """Return what write-offs took off the receivables in a period: [dict] with `key` and `written_off`.

        By the date of the entries: what reverses one counts against it on its own day, whoever has reversed it.
        """
        ctes = SQL(
            """
            entry AS (
                SELECT entry_id AS id FROM collection_write_off_line WHERE entry_id IS NOT NULL
                 UNION
                SELECT reversal.id
                  FROM collection_write_off_line line
                  JOIN account_move reversal ON reversal.reversed_entry_id = line.entry_id
            ),
            figure AS (
                SELECT p.commercial_partner_id AS partner_id, l.date AS day, -l.balance AS written_off
                  FROM entry
                  JOIN account_move_line l ON l.move_id = entry.id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.parent_state = 'posted'
                   AND l.date BETWEEN %(date_from)s AND %(date_to)s
                   AND l.company_id = ANY(%(companies)s)
            )
            """,
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            date_from=date_from,
            date_to=date_to,
            companies=self.env["collection.ledger"]._branches(scope.company).ids,
        )
        return self._summed(scope, ctes, ("written_off",))
