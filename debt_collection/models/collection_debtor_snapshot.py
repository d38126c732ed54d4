"""Of two contacts that are merged, the published months are found with the one that stays; the amounts stay."""

from odoo import api, models
from odoo.tools import SQL


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    @api.model
    def _fold(self, sources, target):
        """Hand over the published months too."""
        result = super()._fold(sources, target)
        months = self.env["collection.snapshot.debtor"]
        months.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE collection_snapshot_debtor SET partner_id = %s WHERE partner_id = ANY(%s)",
                target.commercial_partner_id.id,
                sources.ids,
            )
        )
        months.invalidate_model()
        return result
