"""Legal holds of a debtor go on when contacts are merged."""

from odoo import api, models


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    @api.model
    def _fold(self, sources, target):
        """Let legal holds go with the debtors that are folded into another."""
        holds = self.env["collection.legal.hold"].search([("debtor_id.partner_id", "in", sources.ids)])
        result = super()._fold(sources, target)
        for hold in holds.filtered(lambda hold: not hold.debtor_id.exists()):
            hold.debtor_id = self.search(
                [
                    ("company_id", "=", hold.company_id.id),
                    ("partner_id", "=", target.commercial_partner_id.id),
                ]
            )
        return result
