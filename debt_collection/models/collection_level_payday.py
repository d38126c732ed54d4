"""A level may be sent around the debtor's payday: when there is money."""

from odoo import fields, models


class CollectionLevel(models.Model):
    _inherit = "collection.level"

    around_payday = fields.Boolean(
        string="Around the Payday",
        help="Where the debtor's payday is known, the step waits for the days around it; for 31 days at most.",
    )
    payday_days = fields.Integer(
        string="Days Around", default=1, help="So many days before and after the payday. 0: on the payday itself."
    )

    _payday_days_range = models.Constraint(
        "CHECK(payday_days BETWEEN 0 AND 15)", "Around a payday are at most 15 days on either side."
    )
