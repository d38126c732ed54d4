"""What each debtor owed at the end of each month, per currency and bucket, and who had the debtor then."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one


class CollectionSnapshotDebtor(models.Model):
    _name = "collection.snapshot.debtor"
    _description = "Monthly Figures of a Debtor"
    _inherit = ["collection.published", "collection.aged"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False
    _stocks = ("amount",)

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(string="Month End", required=True, readonly=True, help="The last day of the month.")
    # of two contacts that are merged, the rows of both are the one's that stays (see collection_debtor_snapshot.py)
    partner_id = BareMany2one("res.partner", string="Debtor", readonly=True, index=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    bucket = fields.Selection(
        lambda self: [*self.env.company._collection_buckets(), ("credit", self.env._("Credits"))],
        string="Age",
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        aggregator="avg",
        help="In company currency; credits are negative. Of several months together: the average of the months.",
    )
    amount_currency = fields.Monetary(string="Amount in Currency", readonly=True, aggregator=None)
    user_id = BareMany2one("res.users", string="Collector", readonly=True)
    strategy_id = BareMany2one("collection.strategy", readonly=True)
    level_id = BareMany2one("collection.level", readonly=True)

    _of_date = models.Index("(company_id, date)")

    @api.model
    def _publish(self, company, date, by_collector):
        """Write what each debtor owed at the end of a month; `collection.snapshot._publish` sees that it is done once.

        :param company: res.company, a root
        :param date: datetime.date, the last day of the month
        :param by_collector: bool; otherwise without collector, strategy and level
        """
        assigned = self.env["collection.assignment"]._assigned(company, SQL("owed.partner_id"), date)
        self.env.cr.execute(
            SQL(
                """
                WITH %(piece)s,
                owed AS (
                    SELECT partner_id, currency_id,
                           CASE WHEN is_debit THEN %(bucket)s ELSE 'credit' END AS bucket,
                           sum(amount) AS amount, sum(amount_currency) AS amount_currency
                      FROM piece
                     WHERE settled > %(date)s
                  GROUP BY 1, 2, 3
                    HAVING sum(amount) != 0 OR sum(amount_currency) != 0
                )
                INSERT INTO collection_snapshot_debtor (company_id, date, partner_id, currency_id, bucket, amount,
                                                        amount_currency, user_id, strategy_id, level_id)
                SELECT %(company)s, %(date)s, owed.*, %(names)s
                  FROM owed
                       %(assigned)s
              ORDER BY owed.partner_id
                """,
                piece=self.env["collection.snapshot"]._pieces(company, date, date),
                bucket=self.env["collection.ledger"]._bucket(company, SQL("(%s::date - date_due)", date)),
                company=company.id,
                date=date,
                names=SQL("assigned.user_id, assigned.strategy_id, assigned.level_id")
                if by_collector
                else SQL("NULL::int, NULL::int, NULL::int"),
                assigned=assigned if by_collector else SQL(),
            )
        )
        self.invalidate_model()
