"""A reconciliation of a past day that is taken back is remembered: what was published rests on it."""

from odoo import fields, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Remember those of receivables that have counted on days that have passed."""
        today = self.env["collection.case"]._today()
        # sudo: whoever takes a reconciliation back has it remembered; only what it was is read
        past = self.sudo().filtered(
            lambda partial: (
                partial.max_date
                and partial.max_date < today
                and partial.debit_move_id.account_id.account_type == "asset_receivable"
            )
        )
        past.env["collection.snapshot.undone"].create(
            [
                {
                    "company_id": partial.company_id.root_id.id,
                    "undone_at": fields.Datetime.now(),
                    "date": partial.max_date,
                    "amount": partial.amount,
                    "debit_move_id": partial.debit_move_id.move_id.id,
                    "debit_name": partial.debit_move_id.move_id.name,
                    "credit_move_id": partial.credit_move_id.move_id.id,
                    "credit_name": partial.credit_move_id.move_id.name,
                    "partner_name": partial.debit_move_id.partner_id.display_name,
                }
                for partial in past
            ]
        )
        return super().unlink()
