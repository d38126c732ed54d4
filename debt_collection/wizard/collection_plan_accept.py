"""A payment plan is accepted: the signed agreement, or why there is none."""

import base64

from odoo import fields, models


class CollectionPlanAccept(models.TransientModel):
    _name = "collection.plan.accept"
    _description = "Accept a Payment Plan"

    plan_id = fields.Many2one("collection.plan", required=True, ondelete="cascade")
    agreement = fields.Binary(string="Signed Agreement", attachment=False)
    filename = fields.Char()
    reason = fields.Char(string="Or Why There Is None")

    def action_confirm(self):
        """Make the plan active."""
        self.ensure_one()
        self.plan_id._accept(
            agreement=self.agreement and base64.b64decode(self.agreement), filename=self.filename, reason=self.reason
        )
        return {"type": "ir.actions.act_window_close"}
