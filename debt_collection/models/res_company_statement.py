"""Whether a company's monthly statements of account go out by themselves."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_statement_monthly = fields.Boolean(
        string="Monthly Statements",
        help="On the first of the month, everyone with a movement or a balance gets the statement of the month before.",
    )
