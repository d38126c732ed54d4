"""Why debtors dispute an invoice, and whose it is to look into it."""

from odoo import fields, models


class CollectionDisputeReason(models.Model):
    _name = "collection.dispute.reason"
    _description = "Reason for a Dispute"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    department = fields.Char(translate=True, help="Who in the company looks into it, such as Sales or Logistics.")
    user_id = fields.Many2one("res.users", string="Responsible", help="Gets the disputes raised for this reason.")
    days = fields.Integer(string="Days to Resolve", default=10)
