"""What the ledger says of a period: what is owed at both its ends, what was sold, and what was collected."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools import kpi
from ..tools.kpi import BUCKETS

STOCKS = ("receivables", *BUCKETS, "credit", "disputed", "to_recover")
FLOWS = ("sales", "collected", "fell_due")
# counting back begins with so many months of sales, and goes on by as many until it has enough
MONTHS = 3
MOST_MONTHS = 36


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def _ledger_figures(self, scope, date_from, date_to):
        """Return the figures of a period that come from the ledger, and the sales to count back by.

        :return: ({key: {measure: amount}}, {key: [(sales, days), ...] newest month first}); of the stocks there are
            `opening_` and `closing_` ones
        """
        figures = defaultdict(lambda: defaultdict(Decimal))
        opening = self._stocks(scope, date_from - timedelta(days=1), due_by=date_to)
        closing = self._stocks(scope, date_to)
        for prefix, rows in (("opening_", opening), ("closing_", closing)):
            for row in rows:
                for name in STOCKS:
                    figures[row["key"]][prefix + name] += kpi.exact(row[name])
        sales = self._count_sales(scope, figures, date_from, date_to)
        return figures, sales

    @api.model
    def _count_sales(self, scope, figures, date_from, date_to):
        """Add the flows of a period to its figures, and return the sales of the months to count back by.

        Most companies' receivables are counted off by the sales of a few months: more are read only where they are
        not.
        """
        months = kpi.months_back(date_to, MOST_MONTHS)
        # the period itself is read in any case
        read = max(MONTHS, sum(first + timedelta(days=days) > date_from for first, days in months))
        first, last = min(months[read - 1][0], date_from), date_to
        sales = defaultdict(lambda: defaultdict(Decimal))
        while True:
            for row in self._flows(scope, first, last, date_from):
                sales[row["key"]][row["month"]] += kpi.exact(row["sales"])
                if row["inside"]:
                    for name in FLOWS:
                        figures[row["key"]][name] += kpi.exact(row[name])
            enough = all(sum(sales[key].values()) >= figure["closing_receivables"] for key, figure in figures.items())
            if enough or read >= MOST_MONTHS:
                break
            read, last = min(read + MONTHS, MOST_MONTHS), first - timedelta(days=1)
            first = months[read - 1][0]
        return {key: [(sales[key][first], days) for first, days in months[:read]] for key in figures}

    @api.model
    def _stocks(self, scope, at, due_by=None):
        """Return what was owed at the end of a day: [dict] with `key` and STOCKS, in company currency, positive.

        :param scope: see collection_kpi_group.py
        :param at: datetime.date
        :param due_by: datetime.date; `to_recover` is what was open of the items that are due by then
        """
        ledger = self.env["collection.ledger"]
        partner = self._partner_of(scope, SQL("aged.partner_id"))
        ctes = SQL(
            """
            %(past)s,
            disputed AS (
                SELECT item.move_line_id AS line_id, sum(line.amount) AS amount_currency
                  FROM collection_dispute dispute
                  JOIN collection_dispute_line line ON line.dispute_id = dispute.id
                  JOIN collection_item item ON item.id = line.item_id
                 WHERE dispute.company_id = %(company)s
                   AND dispute.date_open <= %(at)s
                   AND (dispute.date_resolved IS NULL OR dispute.date_resolved > %(at)s)
              GROUP BY item.move_line_id
            ),
            aged AS (
                SELECT past_line.*, %(bucket)s AS bucket,
                       -- at most what is open, at the rate it stands in the books
                       CASE WHEN disputed.amount_currency >= residual_currency THEN residual
                            ELSE round(residual * disputed.amount_currency / residual_currency, %(digits)s)
                       END AS disputed
                  FROM past_line
             LEFT JOIN disputed ON disputed.line_id = past_line.line_id AND is_debit AND NOT no_followup
            ),
            figure AS (
                SELECT %(partner)s AS partner_id, %(at)s::date AS day,
                       sum(residual) AS receivables,
                       %(buckets)s,
                       -sum(residual) FILTER (WHERE NOT is_debit) AS credit,
                       sum(disputed) AS disputed,
                       sum(residual) FILTER (WHERE is_debit AND NOT no_followup AND date_due <= %(due_by)s
                                               AND journal_id != ALL(%(money)s)) AS to_recover
                  FROM aged
              GROUP BY %(partner)s
            )
            """,
            past=ledger._past_line_cte(scope.company, at),
            company=scope.company.id,
            at=at,
            due_by=due_by or at,
            digits=scope.company.sudo().currency_id.decimal_places,
            bucket=ledger._bucket(scope.company, SQL("(%s - date_due)", at)),
            partner=partner,
            buckets=SQL(", ").join(
                SQL("sum(residual) FILTER (WHERE is_debit AND bucket = %s) AS %s", name, SQL.identifier(name))
                for name in BUCKETS
            ),
            money=self._money_journals(),
        )
        return self._summed(scope, ctes, STOCKS)

    @api.model
    def _flows(self, scope, first, last, date_from):
        """Return sales and money of some days, by month: [dict] with `key`, `month` (its first day), `inside`, FLOWS.

        :param first: datetime.date, the first of the days
        :param last: datetime.date, the last
        :param date_from: datetime.date, from which on a day is `inside`; only of those `collected` is told, and
            `fell_due`: what was issued since and is due by `last`, whole
        """
        partner, day = self._partner_of(scope, SQL("p.commercial_partner_id")), self._day_of(scope, SQL("l.date"))
        ctes = SQL(
            """
            figure AS (
                SELECT %(partner)s AS partner_id, %(day)s AS day,
                       date_trunc('month', l.date)::date AS month, l.date >= %(date_from)s AS inside,
                       sum(l.balance) FILTER (WHERE m.move_type IN ('out_invoice', 'out_refund')) AS sales,
                       -sum(l.balance) FILTER (WHERE l.journal_id = ANY(%(money)s) AND l.date >= %(date_from)s)
                           AS collected,
                       sum(l.balance) FILTER (WHERE l.journal_id != ALL(%(money)s) AND l.date >= %(date_from)s
                                                AND l.balance > 0 AND l.no_followup IS NOT TRUE
                                                AND coalesce(l.date_maturity, l.date) <= %(last)s) AS fell_due
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.date BETWEEN %(first)s AND %(last)s
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
              GROUP BY 1, 2, 3, 4
            )
            """,
            partner=partner,
            day=day,
            date_from=date_from,
            first=first,
            last=last,
            money=self._money_journals(),
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            companies=self.env["collection.ledger"]._branches(scope.company).ids,
        )
        return self._summed(scope, ctes, FLOWS, "month", "inside")

    @api.model
    def _money_journals(self):
        """Return the ids of the journals through which money comes and goes."""
        return [
            journal_id
            for (journal_id,) in self.env.execute_query(
                SQL("SELECT id FROM account_journal WHERE type IN ('bank', 'cash', 'credit')")
            )
        ]
