"""A reference rate from a day on."""

from odoo import fields, models


class CollectionInterestRate(models.Model):
    _name = "collection.interest.rate"
    _description = "Dated Reference Rate"
    _order = "reference_id, date desc"
    _rec_name = "date"

    reference_id = fields.Many2one("collection.interest.reference", required=True, ondelete="cascade", index=True)
    date = fields.Date(string="From", required=True)
    rate = fields.Float(string="% a Year", required=True, digits=(7, 4))

    _date_uniq = models.Constraint("UNIQUE(reference_id, date)", "A reference rate has one figure for a day.")
