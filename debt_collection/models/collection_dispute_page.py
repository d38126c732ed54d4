"""Where a dispute was raised, and whether its answer was told: what the debtor's page shows of it."""

from odoo import fields, models


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"
    _protected = frozenset(["origin", "told"])

    origin = fields.Selection(
        [("case", "By a colleague"), ("call", "On the phone"), ("page", "By the debtor, online")],
        string="Raised",
        default="case",
        required=True,
        readonly=True,
    )
    told = fields.Boolean(string="Debtor Told", readonly=True, help="What was found was sent to the debtor.")
