"""What a company's SMS cost."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_sms_cost = fields.Float(
        string="Cost of an SMS Segment",
        digits=(16, 4),
        help="What the provider charges for a segment, in the company's currency; the contact log notes it.",
    )

    _sms_cost_positive = models.Constraint(
        "CHECK(collection_sms_cost >= 0)", "The cost of an SMS segment cannot be negative."
    )
