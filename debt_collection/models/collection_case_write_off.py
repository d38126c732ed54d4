"""Writing off from the case."""

from odoo import fields, models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    _inherit = "collection.case"

    write_off_ids = fields.One2many("collection.write.off", "case_id", string="Write-offs")

    def action_write_off(self):
        """Ask what is given up, why, and whether the debtor pays a share."""
        self.ensure_one()
        self._check_may_work()
        # what is offered is what is open now
        self._reassess()
        if not self.open_item_ids:
            raise UserError(self.env._("This case has no open item to write off."))
        return self._wizard("debt_collection.collection_write_off_make_action")
