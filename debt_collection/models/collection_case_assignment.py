"""Who gets a case by hand has its debtor from that day on: what is collected later is to that one's credit."""

from odoo import api, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _work_of_the_day(self, company):
        """Note whom assess has moved to another strategy or level, before anything else is done."""
        self.env["collection.assignment"]._follow(company, self._today())
        return super()._work_of_the_day(company)

    def write(self, vals):
        """Note a new collector at once; what assess changes is noted by the day's work."""
        result = super().write(vals)
        if vals.keys() & {"user_id", "debtor_id"}:
            for company, cases in self.sudo().grouped("company_id").items():
                # sudo: whoever may hand a case over has its assignment noted
                self.env["collection.assignment"].sudo()._follow(company, self._today(), cases.debtor_id.ids)
        return result
