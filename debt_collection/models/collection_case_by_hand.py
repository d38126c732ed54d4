"""What waits on a case to be done by hand."""

from odoo import api, fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    by_hand_action_ids = fields.Many2many(
        "collection.action", compute="_compute_by_hand_action_ids", string="To Do by Hand"
    )

    @api.depends("action_ids.state", "action_ids.channel")
    def _compute_by_hand_action_ids(self):
        actions = self.env["collection.action"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "=", "queued"),
                ("channel", "in", self.env["collection.channel"]._by_hand()),
            ]
        )
        for case in self:
            case.by_hand_action_ids = actions.filtered(lambda action, case=case: action.case_id == case)
