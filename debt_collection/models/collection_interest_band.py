"""The fixed sum due for an invoice paid late, by its size."""

from odoo import fields, models


class CollectionInterestBand(models.Model):
    _name = "collection.interest.band"
    _description = "Compensation for Late Payment"
    _order = "scheme_id, below desc, id"
    _rec_name = "amount"

    scheme_id = fields.Many2one("collection.interest.scheme", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="scheme_id.currency_id")
    below = fields.Monetary(string="For Less Than", help="What was unpaid after the due date. 0: any amount.")
    amount = fields.Monetary(string="Fixed Sum", required=True)

    _below_uniq = models.Constraint("UNIQUE(scheme_id, below)", "A scheme has one fixed sum for each limit.")
    _positive = models.Constraint(
        "CHECK(below >= 0 AND amount >= 0)", "The limit and the fixed sum of a compensation cannot be negative."
    )
