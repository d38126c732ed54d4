"""What was published: the figures of a company at the end of each day, per collector, as the ledger had them then.

How it works. A day is taken once, from the ledger as it is at that moment (see collection_snapshot_figures.py), and
stays: what is entered later with an earlier date shows as a difference (collection_snapshot_difference.py). The days
before the add-on came are computed afterwards (collection_snapshot_cron.py) and say so.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one
from ..tools.kpi import BUCKETS

# what is owed at the end of a day, and what happened on it
STOCKS = ("receivables", *BUCKETS, "credit", "disputed")
FLOWS = ("sales", "collected", "written_off")
FIGURES = (*STOCKS, *FLOWS)


class CollectionSnapshot(models.Model):
    _name = "collection.snapshot"
    _description = "Daily Figures"
    _inherit = ["collection.published"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False
    _stocks = STOCKS

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = BareMany2one("res.users", string="Collector", readonly=True, help="Who had the debtors on that day.")
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    limits = fields.Char(
        string="Buckets Up To", readonly=True, help="The last days overdue of the buckets when it was taken."
    )
    taken_at = fields.Datetime(string="Taken On", required=True, readonly=True, default=fields.Datetime.now)
    backfilled = fields.Boolean(
        string="Computed Afterwards",
        readonly=True,
        help="Not taken the day after, but computed later from the ledger's entries.",
    )
    month_end = fields.Boolean(readonly=True, help="The last day of a month.")
    # what is owed at the end of the day, in company currency; buckets by due date, debits before credits
    receivables = fields.Monetary(
        readonly=True, aggregator="avg", help="What is owed less the credits: the balance of the receivables."
    )
    not_due = fields.Monetary(readonly=True, aggregator="avg")
    b1 = fields.Monetary(string="First Bucket", readonly=True, aggregator="avg")
    b2 = fields.Monetary(string="Second Bucket", readonly=True, aggregator="avg")
    b3 = fields.Monetary(string="Third Bucket", readonly=True, aggregator="avg")
    b4 = fields.Monetary(string="Fourth Bucket", readonly=True, aggregator="avg")
    b5 = fields.Monetary(string="Fifth Bucket", readonly=True, aggregator="avg")
    credit = fields.Monetary(
        string="Credits", readonly=True, aggregator="avg", help="Payments and credit notes not applied, positive."
    )
    disputed = fields.Monetary(readonly=True, aggregator="avg")
    # what happened on the day, by accounting date
    sales = fields.Monetary(string="Credit Sales", readonly=True, help="Customer invoices less credit notes, with tax.")
    collected = fields.Monetary(readonly=True, help="Money received from customers, less what went back.")
    written_off = fields.Monetary(readonly=True, help="Write-offs made here, less those that were reversed.")

    _day_uniq = models.UniqueIndex("(company_id, date, COALESCE(user_id, 0))", "A day is published once.")

    @api.model
    def _take(self, company, date):
        """Publish the figures of a complete day per collector; of a month's last day those of each debtor too.

        A day that was taken before stays as it is.
        :param company: res.company (its root is taken)
        :param date: datetime.date
        :return: bool, whether it was taken now
        """
        late = date < self.env["collection.case"]._today() - timedelta(days=1)
        return self._publish(company.root_id, date, date, by_collector=True, backfilled=late)

    @api.model
    def _backfill(self, company, first, last):
        """Publish the figures of days before the first that was taken; of a month that ends with them each debtor's.

        Usually nobody knows who had the debtors then, and all is without a collector.
        :param company: res.company (its root is taken)
        :param first: datetime.date, of the same month as `last`
        :param last: datetime.date
        :return: bool, whether they were taken now
        """
        company = company.root_id
        assigned = [("company_id", "=", company.id), ("date_from", "<=", last)]
        known = bool(self.env["collection.assignment"].search_count(assigned, limit=1))
        return self._publish(company, first, last, by_collector=known, backfilled=True)

    @api.model
    def _publish(self, company, first, last, by_collector, backfilled):
        self.env["collection.ledger"]._prepare()
        limits = company._collection_limits()
        # every day has a row without a collector: that one cannot be written twice
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_snapshot (company_id, currency_id, limits, taken_at, backfilled, month_end,
                                                 date, user_id, %(figures)s)
                SELECT %(company)s, %(currency)s, %(limits)s, %(taken_at)s, %(backfilled)s,
                       extract(day FROM figure.date + 1) = 1, figure.date, figure.user_id, %(figures)s
                  FROM (%(query)s) figure
                 WHERE NOT EXISTS (SELECT FROM collection_snapshot taken
                                    WHERE taken.company_id = %(company)s AND taken.date = figure.date)
                    ON CONFLICT DO NOTHING
                """,
                figures=SQL(", ").join(map(SQL.identifier, FIGURES)),
                company=company.id,
                currency=company.sudo().currency_id.id,
                limits=", ".join(map(str, limits)),
                taken_at=fields.Datetime.now(),
                backfilled=backfilled,
                query=self._figures(company, first, last, limits, by_collector),
            )
        )
        taken = bool(self.env.cr.rowcount)
        self.invalidate_model()
        # in the transaction of its day, so that a month's debtors are taken once too
        if taken and (last + timedelta(days=1)).day == 1:
            self.env["collection.snapshot.debtor"]._publish(company, last, by_collector)
        return taken
