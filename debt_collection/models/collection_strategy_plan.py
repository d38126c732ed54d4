"""Where a strategy goes on when a payment plan has defaulted."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionStrategy(models.Model):
    _inherit = "collection.strategy"

    plan_default_level_id = fields.Many2one(
        "collection.level",
        string="Level After a Defaulted Plan",
        ondelete="set null",
        domain="[('strategy_id', '=', id), ('delay_days', '>=', 0)]",
        copy=False,
        help="The step that comes next for the items of a payment plan that has defaulted. "
        "Empty: they go on from the level they had.",
    )

    @api.constrains("plan_default_level_id")
    def _check_plan_default_level(self):
        for strategy in self:
            level = strategy.plan_default_level_id
            if level and (level.strategy_id != strategy or level.delay_days < 0):
                raise ValidationError(
                    self.env._(
                        "“%(level)s” is not a step of “%(strategy)s” after the due date.",
                        level=level.name,
                        strategy=strategy.name,
                    )
                )
