"""The interest on one item, as the wizard shows it."""

from odoo import fields, models


class CollectionInterestInvoiceLine(models.TransientModel):
    _name = "collection.interest.invoice.line"
    _description = "Interest to Invoice"

    wizard_id = fields.Many2one("collection.interest.invoice", required=True, ondelete="cascade")
    item_id = fields.Many2one("collection.item", required=True, ondelete="cascade")
    selected = fields.Boolean(default=True)
    name = fields.Char(string="Number")
    date_due = fields.Date(string="Due Date")
    currency_id = fields.Many2one("res.currency")
    interest = fields.Monetary()
    compensation = fields.Monetary()
    total = fields.Monetary()
    computation = fields.Text()
