"""How many of the cases that nobody has a rule would give to a collector."""

from odoo import fields, models


class CollectionAssignNowLine(models.TransientModel):
    _name = "collection.assign.now.line"
    _description = "Cases a Rule Would Give"

    wizard_id = fields.Many2one("collection.assign.now", required=True, ondelete="cascade")
    rule_id = fields.Many2one("collection.assign.rule", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Collector", readonly=True, ondelete="cascade")
    case_count = fields.Integer(string="Cases", readonly=True)
    amount = fields.Monetary(string="To Collect", readonly=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
