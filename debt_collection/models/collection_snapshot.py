"""What was published: the figures of a company at the end of each day, per collector, as the ledger had them then."""

from odoo import fields, models

from ..fields import BareMany2one


class CollectionSnapshot(models.Model):
    _name = "collection.snapshot"
    _description = "Daily Figures"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = BareMany2one("res.users", string="Collector", readonly=True, help="Who had the debtors on that day.")
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    limits = fields.Char(readonly=True, help="The last days of the buckets when it was taken.")
    # what is owed at the end of the day, in company currency; buckets by due date, debits before credits
    receivables = fields.Monetary(readonly=True, help="What is owed less the credits: the balance of the receivables.")
    not_due = fields.Monetary(readonly=True)
    b1 = fields.Monetary(string="First Bucket", readonly=True)
    b2 = fields.Monetary(string="Second Bucket", readonly=True)
    b3 = fields.Monetary(string="Third Bucket", readonly=True)
    b4 = fields.Monetary(string="Fourth Bucket", readonly=True)
    b5 = fields.Monetary(string="Fifth Bucket", readonly=True)
    credit = fields.Monetary(string="Credits", readonly=True, help="Payments and credit notes not applied, positive.")
    disputed = fields.Monetary(readonly=True)
    # what happened on the day, by accounting date
    sales = fields.Monetary(string="Credit Sales", readonly=True, help="Customer invoices less credit notes, with tax.")
    collected = fields.Monetary(readonly=True, help="Money received from customers, less what went back.")
    written_off = fields.Monetary(readonly=True)

    _day_uniq = models.UniqueIndex("(company_id, date, COALESCE(user_id, 0))", "A day is published once.")
