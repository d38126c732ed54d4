"""An invoice of interest that comes back from having been cancelled takes its days again."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def button_draft(self):
        """Set back to draft; days of interest that were freed by cancelling are taken again, or it is refused."""
        # sudo: our own record of what was invoiced
        freed = self.env["collection.interest.charge"].sudo()
        freed = freed.search([("move_id", "in", self.ids), ("live", "=", False)])
        if freed:
            freed._take_again()
        return super().button_draft()
