"""What is done to journal items from the lists of Collections: follow up, match."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def unlink(self):
        """Let go of what is deleted: our copies of number, dates and amounts stay."""
        # sudo: our link alone, whoever deletes the journal item
        if receivable := self._collections_receivable():
            items = self.env["collection.item"].sudo()
            items._let_go("move_line_id", SQL("move_line_id = ANY(%s)", receivable.ids))
        return super().unlink()

    def _note_collections(self):
        """Note that something changed for the debtors of the receivable lines among these."""
        # posting and paying unlink and reset nothing at all, many times over
        if self:
            self.env["collection.change"]._note(self._collections_receivable())

    def _collections_receivable(self):
        """Return the receivable lines among these."""
        # sudo: only the account is read
        return self.sudo().filtered(lambda line: line.account_id.account_type == "asset_receivable")

    @api.model
    def _collections_open_domain(self, partner, company):
        """Return the domain of a debtor's receivable lines that are not reconciled, credits included.

        :param partner: res.partner, the commercial entity
        :param company: res.company, read with its branches
        """
        return [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("partner_id", "child_of", partner.id),
            ("company_id", "child_of", company.id),
        ]

    def action_include_in_followup(self):
        """Follow these journal items up, through Odoo's own flag, and assess their debtors."""
        self.no_followup = False
        self._note_collections()
        # sudo: assess writes what the ledger says, whoever changed it
        self.env["collection.case"].sudo()._cron_assess_changed()

    def action_reconcile_selected(self):
        """Match the journal items selected in the list, as Odoo does it; Community has no button of its own for it."""
        if len(self.filtered(lambda line: line.balance > 0)) in (0, len(self)):
            raise UserError(self.env._("Select at least one invoice and one payment or credit note to match."))
        self.reconcile()
        for company, lines in self.grouped("company_id").items():
            # sudo: assess writes what the ledger says, whoever asks for it
            self.env["collection.case"].sudo()._assess(company, partners=lines.partner_id)
