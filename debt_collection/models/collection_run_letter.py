"""The registered letters of a batch."""

from odoo import api, fields, models


class CollectionRun(models.Model):
    _inherit = "collection.run"

    registered_count = fields.Integer(compute="_compute_registered_count", string="Registered Letters")

    @api.depends("letter_ids")
    def _compute_registered_count(self):
        counts = dict(
            self.env["collection.action"]._read_group(
                [("run_id", "in", self.ids), ("channel", "=", "registered"), ("letter_id", "!=", False)],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.registered_count = counts.get(run, 0)

    def action_registered_letters(self):
        """Open the registered letters of this batch, to type or scan their tracking numbers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_action_action_registered")
        action["domain"] = [("run_id", "=", self.id), ("channel", "=", "registered"), ("letter_id", "!=", False)]
        action["context"] = {}
        return action
