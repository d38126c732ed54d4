"""Odoo's own merge of contacts folds the debtors and cases of the sources into the target's first.

The merge rewrites foreign keys in raw SQL and deletes what then breaks a constraint; a debtor must not go that way.
"""

from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Fold the sources' debtors before the contacts are merged."""
        # sudo: whoever may merge contacts may merge what hangs on them
        self.env["collection.debtor"].sudo()._fold(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
