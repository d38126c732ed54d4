"""Whether a step claims interest."""

from odoo import fields, models


class CollectionLevel(models.Model):
    _inherit = "collection.level"

    claim_interest = fields.Boolean(
        help="The notice shows the interest and compensation to date and adds them to the amount to pay, where the "
        "company has turned a scheme of interest on."
    )
