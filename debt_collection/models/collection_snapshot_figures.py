"""The figures of one day or of many, from the ledger's entries as they are now: one statement.

How it works. Each receivable line is cut into pieces: a part that a reconciliation has settled was open from the line's
date until the day before the reconciliation's `max_date`, the rest is open still (so does `_past_line_cte` see them on
each day). What of the pieces differs only outside the days asked for is summed before the days are joined: a month of
a large ledger is some ten thousand sums, whatever the number of invoices.
"""

from odoo import api, models
from odoo.tools import SQL

from ..tools.kpi import BUCKETS
from .collection_snapshot import FIGURES


class CollectionSnapshot(models.Model):
    _inherit = "collection.snapshot"

    @api.model
    def _figures(self, company, first, last, limits, by_collector):
        """Return the SQL of the figures of some days: date, user_id and a column for each of FIGURES.

        Call `collection.ledger._prepare()` first. Each day has a row, if of zeros, with user_id NULL.
        :param company: res.company (its root is taken; amounts in its currency)
        :param first: datetime.date
        :param last: datetime.date
        :param limits: the last days overdue of the first four buckets
        :param by_collector: bool; otherwise all is without a collector (many days are quick only so)
        """
        partner = SQL("partner.commercial_partner_id") if by_collector else SQL("NULL::int")
        # a bucket is a place between these days overdue
        thresholds = [1, *(limit + 1 for limit in limits)]
        parts = {
            name: SQL(
                "sum(amount) FILTER (WHERE is_debit AND width_bucket(day.date - date_due, %s::int[]) = %s)",
                thresholds,
                number,
            )
            for number, name in enumerate(BUCKETS)
        }
        stocks = {"receivables": SQL("sum(amount)"), **parts, "credit": SQL("-sum(amount) FILTER (WHERE NOT is_debit)")}
        flows = {
            "sales": SQL("sum(line.balance) FILTER (WHERE move.move_type IN ('out_invoice', 'out_refund'))"),
            "collected": SQL("-sum(line.balance) FILTER (WHERE journal.type IN ('bank', 'cash', 'credit'))"),
            "written_off": SQL("-sum(line.balance) FILTER (WHERE given_up.entry_id IS NOT NULL)"),
        }
        return SQL(
            """
            WITH day AS (
                SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS date
            ),
            %(piece)s,
            owed AS (
                SELECT %(owner)s AS partner_id, is_debit, sum(amount) AS amount,
                       greatest(opened, %(first)s) AS opened,
                       least(settled, %(last)s::date + 1) AS settled,
                       -- in the last bucket on all of the days, or not due on any
                       least(greatest(date_due, %(first)s::date - %(oldest)s), %(last)s) AS date_due
                  FROM piece
              GROUP BY 1, 2, 4, 5, 6
            ),
            objected AS (%(objected)s),
            figure (date, partner_id, %(figures)s) AS (
                SELECT day.date, owed.partner_id, %(stocks)s, 0, 0, 0, 0
                  FROM day
                  JOIN owed ON owed.opened <= day.date AND owed.settled > day.date
              GROUP BY day.date, owed.partner_id
             UNION ALL
                SELECT date, partner_id, %(no_stocks)s, disputed, 0, 0, 0
                  FROM objected
             UNION ALL
                SELECT line.date, %(partner)s, %(no_stocks)s, 0, %(flows)s
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_journal journal ON journal.id = line.journal_id
             LEFT JOIN (SELECT DISTINCT entry_id FROM collection_write_off_line) given_up
                    ON given_up.entry_id = coalesce(move.reversed_entry_id, move.id)
                 WHERE line.account_id = ANY(%(accounts)s)
                   AND line.date BETWEEN %(first)s AND %(last)s
                   AND line.parent_state = 'posted'
                   AND line.company_id = ANY(%(companies)s)
              GROUP BY 1, 2
             UNION ALL
                SELECT date, NULL, %(no_stocks)s, 0, 0, 0, 0
                  FROM day
            )
            SELECT figure.date, %(user)s AS user_id, %(sums)s
              FROM figure
                   %(assigned)s
          GROUP BY 1, 2
            """,
            first=first,
            last=last,
            oldest=limits[-1] + 1,
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            companies=self.env["collection.ledger"]._branches(company).ids,
            piece=self._pieces(company, first, last),
            owner=SQL("partner_id") if by_collector else SQL("NULL::int"),
            partner=partner,
            objected=self._objected(company, partner),
            figures=SQL(", ").join(map(SQL.identifier, FIGURES)),
            stocks=SQL(", ").join(stocks.values()),
            no_stocks=SQL(", ").join([SQL("0")] * len(stocks)),
            flows=SQL(", ").join(flows.values()),
            sums=SQL(", ").join(SQL("coalesce(sum(%s), 0) AS %s", *[SQL.identifier(name)] * 2) for name in FIGURES),
            user=SQL("assigned.user_id") if by_collector else SQL("NULL::int"),
            assigned=self.env["collection.assignment"]._assigned(company, SQL("figure.partner_id"), SQL("figure.date"))
            if by_collector
            else SQL(),
        )

    @api.model
    def _pieces(self, company, first, last):
        """Return the SQL of `piece`: the parts of receivable lines that were open at the end of any of some days.

        :param company: res.company; its root and all the root's branches are read
        :param first: datetime.date
        :param last: datetime.date
        :return: SQL, without the word WITH. Columns: partner_id (the commercial entity as it is today), currency_id,
            opened, settled (open at the end of the days from opened to the day before settled), date_due, is_debit,
            amount and amount_currency (company's and line's currency; debits positive, credits negative)
        """
        return SQL(
            """
            -- two halves, so that each has its index: what is open still, and what was settled since
            part AS (
                SELECT id AS line_id, amount_residual AS amount, amount_residual_currency AS amount_currency,
                       'infinity'::date AS settled
                  FROM account_move_line
                 WHERE account_id = ANY(%(accounts)s) AND reconciled IS NOT TRUE
                   AND (amount_residual != 0 OR amount_residual_currency != 0)
             UNION ALL
                SELECT debit_move_id, amount, debit_amount_currency, max_date
                  FROM account_partial_reconcile
                 WHERE max_date > %(first)s
             UNION ALL
                SELECT credit_move_id, -amount, -credit_amount_currency, max_date
                  FROM account_partial_reconcile
                 WHERE max_date > %(first)s
            ),
            piece AS (
                SELECT partner.commercial_partner_id AS partner_id, line.currency_id, line.date AS opened, part.settled,
                       coalesce(line.date_maturity, line.date) AS date_due,
                       line.amount_currency > 0 OR (line.amount_currency = 0 AND line.balance > 0) AS is_debit,
                       part.amount, part.amount_currency
                  FROM part
                  JOIN account_move_line line ON line.id = part.line_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(accounts)s)
                   AND line.parent_state = 'posted'
                   AND line.date <= %(last)s
                   AND line.company_id = ANY(%(companies)s)
            )
            """,
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            companies=self.env["collection.ledger"]._branches(company).ids,
            first=first,
            last=last,
        )

    @api.model
    def _objected(self, company, partner):
        """Return the SQL of what was disputed at the end of each `day`: date, partner_id, disputed (company currency).

        The disputed part of an item counts while its dispute was open, up to what was open of the item then.
        """
        return SQL(
            """
            SELECT part.date, %(partner)s AS partner_id,
                   sum(round(owed.residual * least(part.amount, owed.residual_currency) / owed.residual_currency,
                             %(digits)s)) AS disputed
              FROM (SELECT day.date, item.move_line_id, sum(dispute_line.amount) AS amount
                      FROM day
                      JOIN collection_dispute dispute ON dispute.date_open <= day.date
                      JOIN collection_dispute_line dispute_line ON dispute_line.dispute_id = dispute.id
                      JOIN collection_item item ON item.id = dispute_line.item_id
                     WHERE dispute.company_id = %(company)s
                       AND (dispute.date_resolved IS NULL OR dispute.date_resolved > day.date)
                  GROUP BY day.date, item.move_line_id) part
              JOIN account_move_line line ON line.id = part.move_line_id
              JOIN res_partner partner ON partner.id = line.partner_id
        CROSS JOIN LATERAL (
                SELECT line.amount_residual + coalesce(sum(amount), 0) AS residual,
                       line.amount_residual_currency + coalesce(sum(debit_amount_currency), 0) AS residual_currency
                  FROM account_partial_reconcile
                 WHERE debit_move_id = line.id AND max_date > part.date
             ) owed
             WHERE line.parent_state = 'posted' AND line.no_followup IS NOT TRUE
               AND line.date <= part.date AND owed.residual_currency > 0
          GROUP BY 1, 2
            """,
            partner=partner,
            company=company.root_id.id,
            digits=company.root_id.sudo().currency_id.decimal_places,
        )
