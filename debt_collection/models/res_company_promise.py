"""What a company decides about promises to pay."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_promise_tolerance = fields.Integer(
        string="Days of Tolerance",
        default=3,
        help="A promise is judged this many days after its date: payments take time. Promises made before keep theirs.",
    )
    collection_max_broken_promises = fields.Integer(
        string="Broken Promises Allowed",
        default=0,
        help="A debtor who has broken this many promises can make no further one. 0 means no limit.",
    )
    collection_bounce_product_id = fields.Many2one(
        "product.product", string="Fee for a Bounced Cheque", help="Empty: no fee."
    )
    collection_bounce_fee = fields.Monetary(
        string="Amount of the Fee", currency_field="currency_id", help="Before taxes, in the company's currency."
    )

    _promise_tolerance_positive = models.Constraint(
        "CHECK(collection_promise_tolerance >= 0)", "The days of tolerance cannot be negative."
    )
    _max_broken_promises_positive = models.Constraint(
        "CHECK(collection_max_broken_promises >= 0)", "The number of broken promises allowed cannot be negative."
    )
    _bounce_fee_positive = models.Constraint(
        "CHECK(collection_bounce_fee >= 0)", "The fee for a bounced cheque cannot be negative."
    )

    def _collection_bounce_fee_is_set(self):
        """Tell whether this company charges for a bounced document."""
        self.ensure_one()
        return bool(self.collection_bounce_product_id) and not self.currency_id.is_zero(self.collection_bounce_fee)
