"""Every company gets a periodic report, ready to be switched on."""

from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Give each new root company its report; nothing is sent before somebody switches it on."""
        companies = super().create(vals_list)
        roots = companies.filtered(lambda company: not company.parent_id)
        if roots:
            self.env["collection.report.schedule"]._give_default(roots)
        return companies
