"""What a company wants to have at hand before it claims."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_require_proof = fields.Boolean(
        string="Proof of Delivery Wanted",
        help="A case says for which overdue invoices no proof of delivery is kept.",
    )
