"""What the debtor of a case has paid on its page."""

from odoo import fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    checkout_count = fields.Integer(compute="_compute_checkout_count", string="Number of Online Payments")

    def _compute_checkout_count(self):
        counts = dict(
            self.env["collection.checkout"]._read_group(
                [("debtor_id", "in", self.debtor_id.ids)], ["debtor_id"], ["__count"]
            )
        )
        for case in self:
            case.checkout_count = counts.get(case.debtor_id, 0)

    def action_open_checkouts(self):
        """Open what the debtor has paid, or begun to pay, on its page."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_checkout_action")
        action.update(domain=[("debtor_id", "=", self.debtor_id.id)], context={})
        return action
