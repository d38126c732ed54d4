"""What was published stays as it was: rows that the scheduled action writes once, and nobody changes."""

from odoo import api, models
from odoo.exceptions import UserError


class CollectionPublished(models.AbstractModel):
    _name = "collection.published"
    _description = "Published Figures"
    _log_access = False

    @api.model_create_multi
    def create(self, vals_list):
        """Figures are taken by the scheduled action, never entered."""
        if not self.env.su:
            raise UserError(self.env._("Figures are taken from the ledger by the scheduled action, not entered."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what was published stays."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Published figures cannot be changed. What the ledger says today is shown by “Compare with the"
                    " ledger”."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Published figures cannot be deleted."))
