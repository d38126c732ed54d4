"""What a company says about calls."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_call_cost = fields.Monetary(
        string="Cost of an Hour of Calling",
        currency_field="currency_id",
        help="What an hour of a collector costs: the log keeps the cost of each call whose minutes were noted.",
    )

    _call_cost_positive = models.Constraint(
        "CHECK(collection_call_cost >= 0)", "The cost of an hour of calling cannot be negative."
    )
