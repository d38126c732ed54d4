"""What each debtor owed at the end of each month, per currency and bucket, and who had the debtor then."""

from odoo import fields, models

from ..fields import BareMany2one


class CollectionSnapshotDebtor(models.Model):
    _name = "collection.snapshot.debtor"
    _description = "Monthly Figures of a Debtor"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The last day of the month.")
    partner_id = BareMany2one("res.partner", string="Debtor", readonly=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    bucket = fields.Selection(
        lambda self: [*self.env.company._collection_buckets(), ("credit", self.env._("Credits"))],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        currency_field="company_currency_id", readonly=True, help="In company currency; credits are negative."
    )
    amount_currency = fields.Monetary(string="Amount in Currency", readonly=True, aggregator=None)
    user_id = BareMany2one("res.users", string="Collector", readonly=True)
    strategy_id = BareMany2one("collection.strategy", readonly=True)
    level_id = BareMany2one("collection.level", readonly=True)

    _of_date = models.Index("(company_id, date, partner_id)")
