"""The points of a strategy's own in the worklist."""

from odoo import fields, models
from odoo.exceptions import AccessError


class CollectionStrategy(models.Model):
    _inherit = "collection.strategy"

    worklist_rule_ids = fields.One2many("collection.worklist.rule", "strategy_id", string="Points in the Worklist")

    def action_own_points(self):
        """Give a strategy points of its own, which begin as those of every strategy."""
        self.ensure_one()
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager sets the points of the worklist."))
        if not self.worklist_rule_ids:
            for rule in self.env["collection.worklist.rule"].search([("strategy_id", "=", False)]):
                rule.copy({"strategy_id": self.id, "threshold": rule.threshold})
