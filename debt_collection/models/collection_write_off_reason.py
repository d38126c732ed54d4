"""Why a debt is given up, and how accounting treats it."""

from odoo import fields, models


class CollectionWriteOffReason(models.Model):
    _name = "collection.write.off.reason"
    _description = "Reason for a Write-off"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "account.account",
        string="Bad Debt Account",
        company_dependent=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', 'expense_direct_cost', 'asset_current'))]",
        help="Takes what is written off for this reason, in the current company. Empty: the account in the settings.",
    )
    tax_treatment = fields.Selection(
        [("keep", "Keep the tax"), ("reverse", "Take the tax back")],
        default="keep",
        required=True,
        help="Keep the tax: the whole amount goes to the bad debt account. Take the tax back: the part of the amount "
        "that is tax is taken off the tax due, with the grids of a credit note, where the law grants bad-debt relief.",
    )
