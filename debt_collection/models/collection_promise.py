"""A promise to pay: what a debtor has said will be paid, by when, judged by payments really reconciled."""

from odoo import api, fields, models
from odoo.tools import format_date

# what has come of a promise once its last day of tolerance is over
JUDGED = ("kept", "partial", "broken", "to_match")


class CollectionPromise(models.Model):
    _name = "collection.promise"
    _description = "Promise to Pay"
    _inherit = ["collection.protected"]
    _order = "date desc, id desc"
    _protected = frozenset(
        [
            "case_id",
            "kind",
            "origin",
            "amount",
            "currency_id",
            "date_made",
            "date",
            "date_judged",
            "state",
            "amount_paid",
            "amount_reduced",
            "line_ids",
            "cancel_reason",
            "bounce_reason",
            "fee_move_id",
        ]
    )

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    kind = fields.Selection(
        [("promise", "Promise"), ("cheque", "Post-dated cheque"), ("note", "Promissory note")],
        default="promise",
        required=True,
    )
    origin = fields.Selection(
        [
            ("case", "On the case"),
            ("call", "In a call"),
            ("portal", "By the debtor, online"),
            ("settlement", "In a settlement"),
        ],
        string="Made",
        default="case",
        required=True,
    )
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
        string="Paid", readonly=True, help="Reconciled bank and cash payments since it was made, dated in time."
    )
    amount_reduced = fields.Monetary(
        string="Credited",
        readonly=True,
        help="Credit notes and write-offs since it was made: they reduce what was promised.",
    )
    bank = fields.Char(help="The bank the document is drawn on.")
    document_number = fields.Char()
    document_date = fields.Date(string="Date on the Document")
    attachment_ids = fields.Many2many("ir.attachment", string="Scan", bypass_search_access=True)
    # whoever has one of the two was ended by a person: no payment judges it anew
    cancel_reason = fields.Char(string="Cancelled Because", readonly=True)
    bounce_reason = fields.Char(string="Bounced Because", readonly=True)
    fee_move_id = fields.Many2one("account.move", string="Fee Invoice", readonly=True, index="btree_not_null")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null")
    line_ids = fields.One2many("collection.promise.line", "promise_id", string="Items")
    move_line_ids = fields.Many2many("account.move.line", compute="_compute_move_line_ids", string="Journal Items")

    @api.depends("amount", "currency_id", "date", "kind", "document_number")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = promise._name_of(self.env)

    def _name_of(self, env):
        """Return what this is in a few words, such as “Promise of $ 300.00 for 03/15/2025”.

        :param env: whose language the words are in
        """
        self.ensure_one()
        amount, date = self.currency_id.format(self.amount or 0.0), format_date(env, self.date)
        if self.kind == "cheque":
            return env._(
                "Cheque %(number)s of %(amount)s for %(date)s", number=self.document_number, amount=amount, date=date
            )
        if self.kind == "note":
            return env._(
                "Promissory note %(number)s of %(amount)s for %(date)s",
                number=self.document_number,
                amount=amount,
                date=date,
            )
        return env._("Promise of %(amount)s for %(date)s", amount=amount, date=date)

    @api.depends("line_ids.item_id")
    def _compute_move_line_ids(self):
        for promise in self:
            promise.move_line_ids = promise.line_ids.item_id.move_line_id
