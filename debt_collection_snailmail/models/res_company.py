"""Whether a company's letters are posted by Snailmail."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_snailmail = fields.Boolean(
        string="Post Letters with Snailmail",
        help="Letters of reminders are printed and posted by Odoo's Snailmail, which takes credits for them.",
    )
