"""A promise to pay: what a debtor has said will be paid, by when, judged by payments really reconciled."""

from odoo import api, fields, models


class CollectionPromise(models.Model):
    _name = "collection.promise"
    _description = "Promise to Pay"
    _inherit = ["collection.protected"]
    _order = "date desc, id desc"
    _protected = frozenset(
        ["case_id", "amount", "currency_id", "date_made", "date", "state", "amount_paid", "amount_reduced", "line_ids"]
    )

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    amount = fields.Monetary(required=True, help="What the debtor has promised to pay.")
    currency_id = fields.Many2one("res.currency", required=True)
    date_made = fields.Date(string="Made On", required=True, default=lambda self: self.env["collection.case"]._today())
    date = fields.Date(string="Promised For", required=True)
    # the company's tolerance on the day it was made: a setting changed later judges no promise anew
    date_judged = fields.Date(
        string="Judged After",
        required=True,
        help="The promised day and the days of tolerance: reminders wait until then.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("partial", "Partially kept"),
            ("broken", "Broken"),
            ("to_match", "Payment to match"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, help="Reconciled bank and cash payments since it was made."
    )
    amount_reduced = fields.Monetary(
        string="Credited",
        readonly=True,
        help="Credit notes and write-offs since it was made: they reduce what was promised.",
    )
    line_ids = fields.One2many("collection.promise.line", "promise_id", string="Items")
    move_line_ids = fields.Many2many("account.move.line", compute="_compute_move_line_ids", string="Journal Items")

    @api.depends("line_ids.item_id")
    def _compute_move_line_ids(self):
        for promise in self:
            promise.move_line_ids = promise.line_ids.item_id.move_line_id
