"""An action that a mark on its debtor forbids does not leave."""

from odoo import models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _reason_to_be_silent(self, rows, today):
        """Return why nothing may be sent to this debtor by this channel, or None."""
        marked = rows and rows[0]["legal_status"] and not self.env.context.get("collection_any_channel")
        forbidden = marked and self.case_id.debtor_id.sudo()._reason_not_by(self.channel)
        return forbidden or super()._reason_to_be_silent(rows, today)
