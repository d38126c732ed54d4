"""To whom a rule gave how many cases: what was done, and whose turn is next.

Rows are added and never changed: two processes that open cases at the same time do not wait for each other.
"""

from odoo import fields, models


class CollectionAssignTurn(models.Model):
    _name = "collection.assign.turn"
    _description = "Cases Given by a Rule"
    _order = "id desc"
    _rec_name = "user_id"

    rule_id = fields.Many2one("collection.assign.rule", required=True, ondelete="cascade", index=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", required=True, ondelete="cascade", readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    create_date = fields.Datetime(string="On", readonly=True)
