"""What a company decides about giving up debts."""

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_bad_debt_account_id = fields.Many2one(
        "account.account",
        string="Bad Debt Account",
        domain="[('account_type', 'in', ('expense', 'expense_other', 'expense_direct_cost', 'asset_current'))]",
        help="Takes what is written off, unless the reason has an account of its own.",
    )
    collection_write_off_journal_id = fields.Many2one(
        "account.journal",
        string="Write-off Journal",
        domain="[('type', '=', 'general')]",
        help="Empty: the first journal for miscellaneous entries.",
    )
    collection_write_off_limit = fields.Monetary(
        string="Write-offs Without Approval",
        help="Up to this amount for a case, one person alone may write off. 0: a second person approves each of them.",
    )
    collection_small_balance = fields.Monetary(
        string="Small Balances",
        help="Balances up to this amount may be written off in one batch. 0: none.",
    )

    def _collection_write_off_journal(self):
        """Return the journal that write-offs of this company, or of a branch of it, are posted in.

        :raises UserError: when there is none
        """
        settings = self._collection_settings()
        journals = self.env["account.journal"].sudo()  # sudo: which journal, for an entry that was approved
        journal = settings.collection_write_off_journal_id or journals.search(
            [*journals._check_company_domain(settings), ("type", "=", "general")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal for miscellaneous entries to write off in. Create one under Accounting.",
                    settings.name,
                )
            )
        return journal

    def _collection_bad_debt_account(self, reason):
        """Return the account that takes what is written off for a reason.

        :raises UserError: when neither the reason nor the settings name one
        """
        settings = self._collection_settings()
        account = reason.with_company(settings).sudo().account_id or settings.collection_bad_debt_account_id
        if not account:
            raise UserError(
                self.env._(
                    "There is no bad debt account. Set one in the settings of Collections, or on the reason “%s”.",
                    reason.name,
                )
            )
        return account
