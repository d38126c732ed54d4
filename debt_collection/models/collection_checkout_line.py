"""What of an open line was chosen to be paid."""

from odoo import fields, models


class CollectionCheckoutLine(models.Model):
    _name = "collection.checkout.line"
    _description = "Chosen to Be Paid Online"
    _order = "checkout_id, date_due, id"
    _log_access = False

    checkout_id = fields.Many2one("collection.checkout", required=True, ondelete="cascade", index=True)
    # the accountant's to delete or to post anew: number and due date are copies
    move_line_id = fields.Many2one("account.move.line", ondelete="set null", index="btree_not_null")
    name = fields.Char(string="Number", required=True)
    date_due = fields.Date(string="Due", required=True)
    currency_id = fields.Many2one(related="checkout_id.currency_id")
    amount = fields.Monetary(required=True)
