"""Who gets a case by hand has its debtor from that day on: what is collected later is to that one's credit."""

from odoo import models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def write(self, vals):
        """Note a new collector at once; what assess changes is noted by the scheduled action."""
        result = super().write(vals)
        if vals.keys() & {"user_id", "debtor_id"}:
            for company, cases in self.sudo().grouped("company_id").items():
                # sudo: whoever may hand a case over has its assignment noted
                self.env["collection.assignment"].sudo()._follow(company, self._today(), cases.debtor_id.ids)
        return result
