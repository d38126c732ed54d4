"""What the dashboard draws from the published days: their series, and how the buckets roll from month to month."""

import itertools
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL

from ..tools import kpi
from ..tools.kpi import BUCKETS
from .collection_snapshot import FIGURES


class CollectionSnapshot(models.Model):
    _inherit = "collection.snapshot"

    @api.model
    def _series(self, company, date_from, date_to, user=None, every_day=False):
        """Return the published days of a company, the oldest first.

        :param company: res.company (its root is taken)
        :param date_from: datetime.date
        :param date_to: datetime.date
        :param user: res.users, one collector's figures alone; None: all of the company
        :param every_day: bool, also the days on which this collector had nothing, with zeros
        :return: [dict]: date, limits, backfilled, and each of FIGURES in company currency (float)
        """
        return self._sums(company, SQL("date BETWEEN %s AND %s", date_from, date_to), user, every_day)

    @api.model
    def _roll_rates(self, company, date_to, months=12, user=None):
        """Return how much of each bucket rolled into the next one, month by month, the oldest first.

        A rate is what stands in the next bucket at the end of a month, of what stood in the bucket at the end of the
        month before. It is None when nothing stood there, when a month end is not published, or when the buckets were
        others then.
        :param company: res.company (its root is taken)
        :param date_to: datetime.date; the last month is the last one that has ended by then
        :param months: int
        :param user: res.users, one collector's figures alone; None: all of the company
        :return: [{"month": datetime.date, its last day, "rates": {"not_due": per cent or None, "b1": ..., "b4": ...}}]
        """
        after = (date_to + timedelta(days=1)).replace(day=1)
        ends = [after - relativedelta(months=number) - timedelta(days=1) for number in range(months, -1, -1)]
        stocks = {row["date"]: row for row in self._sums(company, SQL("date = ANY(%s)", ends), user)}
        return [
            {"month": closing, "rates": self._rolled(stocks.get(opening), stocks.get(closing))}
            for opening, closing in itertools.pairwise(ends)
        ]

    @api.model
    def _rolled(self, opening, closing):
        if not opening or not closing or opening["limits"] != closing["limits"]:
            return dict.fromkeys(BUCKETS[:-1])
        return {
            bucket: kpi.roll_rate(opening[bucket], closing[following])
            for bucket, following in itertools.pairwise(BUCKETS)
        }

    @api.model
    def _sums(self, company, days, user, every_day=False):
        self.flush_model()
        own = SQL("user_id = %s", user.id) if user is not None else SQL("true")
        # relies on the unique index (company_id, date, ...)
        self.env.cr.execute(
            SQL(
                """
                SELECT date, min(limits) AS limits, bool_or(backfilled) AS backfilled, %(sums)s
                  FROM collection_snapshot
                 WHERE company_id = %(company)s AND %(days)s AND (%(every_day)s OR %(own)s)
              GROUP BY date
              ORDER BY date
                """,
                sums=SQL(", ").join(
                    SQL(
                        "coalesce(sum(%(name)s) FILTER (WHERE %(own)s), 0)::float AS %(name)s",
                        name=SQL.identifier(name),
                        own=own,
                    )
                    for name in FIGURES
                ),
                company=company.root_id.id,
                days=days,
                every_day=every_day,
                own=own,
            )
        )
        return self.env.cr.dictfetchall()
