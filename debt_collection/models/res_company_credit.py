"""From when on a company is warned of a debtor, and whether it goes on selling to one."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_credit_level_id = fields.Many2one(
        "collection.level",
        string="Warn From Level",
        ondelete="set null",
        help="Invoices and sales orders of a debtor whose case has reached this level, or one as late, show a warning.",
    )
    collection_credit_amount = fields.Monetary(
        string="Warn From Amount",
        help="Invoices and sales orders of a debtor from whom at least this much is to be collected show a warning. "
        "0: whatever the amount, there is none.",
    )
    collection_credit_block = fields.Boolean(
        string="Ask a Manager",
        help="Confirming an invoice or a sales order of such a debtor takes a collections manager, and a reason.",
    )

    @api.constrains("collection_credit_amount")
    def _check_collection_credit_amount(self):
        for company in self:
            if company.collection_credit_amount < 0:
                raise ValidationError(self.env._("The amount from which a debtor is warned of cannot be negative."))
