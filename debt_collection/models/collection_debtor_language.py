"""The language a debtor has chosen goes before that of its contacts."""

from odoo import api, models


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _chosen_language(self):
        """Return the code of the language this debtor has chosen, or False; none speaks for a representative."""
        return not self.representative_id and self.lang

    @api.model
    def _chosen_languages(self, partners, company):
        """Return {commercial entity: code} of those that have chosen a language as debtors of a company."""
        # sudo: the language alone, of who is written to
        debtors = self.sudo().search(
            [
                ("company_id", "=", company.root_id.id),
                ("partner_id", "in", partners.ids),
                ("lang", "!=", False),
                ("representative_id", "=", False),
            ]
        )
        return {debtor.partner_id: debtor.lang for debtor in debtors}
