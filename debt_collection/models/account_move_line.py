"""The follow-up flag of a journal item, changed where one sees it."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_include_in_followup(self):
        """Follow these journal items up, through Odoo's own flag, and assess their debtors."""
        self.no_followup = False
        self.env["collection.change"]._note(self)
