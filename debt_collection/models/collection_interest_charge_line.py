"""How interest that was invoiced had been computed: a row for each amount and rate."""

from odoo import fields, models


class CollectionInterestChargeLine(models.Model):
    _name = "collection.interest.charge.line"
    _description = "Computation of Interest"
    _order = "charge_id, date_from, id"
    _rec_name = "date_from"
    _log_access = False

    charge_id = fields.Many2one("collection.interest.charge", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="charge_id.currency_id")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    days = fields.Integer(required=True)
    base = fields.Monetary(string="On", required=True)
    rate = fields.Float(string="% a Year", digits=(7, 4), required=True)
    amount = fields.Monetary(string="Interest", required=True)
