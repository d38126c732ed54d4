"""Which scheme of interest was agreed with a debtor, or none."""

from odoo import fields, models


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    interest_scheme_id = fields.Many2one(
        "collection.interest.scheme",
        string="Interest",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: the scheme of the debtor's country, or the company's.",
    )
    no_interest = fields.Boolean(help="Neither interest nor compensation is charged to this debtor.")
