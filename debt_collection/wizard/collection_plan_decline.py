"""Why a payment plan that a debtor asked for is not agreed to; the debtor is told."""

from odoo import fields, models


class CollectionPlanDecline(models.TransientModel):
    _name = "collection.plan.decline"
    _description = "Decline a Payment Plan"

    plan_id = fields.Many2one("collection.plan", required=True, ondelete="cascade")
    reason = fields.Char(required=True, help="In words for the debtor, who reads them on its page and by e-mail.")

    def action_confirm(self):
        """Decline the plan."""
        self.ensure_one()
        self.plan_id._decline(self.reason)
        return {"type": "ir.actions.act_window_close"}
