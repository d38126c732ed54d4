"""The importance of its debtor, on a case."""

from odoo import fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    importance = fields.Selection(related="debtor_id.importance")
    country_id = fields.Many2one(related="partner_id.country_id", string="Country")

    def action_set_importance(self, importance):
        """Note on the debtors of these cases how important they are.

        :param importance: "normal", "important" or "vip"
        :raises AccessError: when the user may not work on one of the cases
        """
        self.check_access("write")
        # sudo: what is set per debtor is written through its case, which the user may work on
        self.debtor_id.sudo().write({"importance": importance})
