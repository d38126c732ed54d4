"""A payment made on a debtor's page: what was chosen to be paid with it.

How it works. Somebody chooses on the page; what was chosen travels signed through Odoo's payment form; when the payment
begins, it is kept here, beside the transaction; when the money is there, it is reconciled as it was chosen. The
transaction names no invoice: Odoo would reconcile it oldest first over whole invoices.
"""

from odoo import api, fields, models
from odoo.tools import format_list

_NAMED = 5


class CollectionCheckout(models.Model):
    _name = "collection.checkout"
    _description = "Online Payment on the Debtor's Page"
    _inherit = ["collection.protected"]
    _order = "id desc"
    _rec_name = "reference"
    _protected = frozenset(
        ["transaction_id", "debtor_id", "currency_id", "amount", "lang", "date_paid", "amount_applied", "line_ids"]
    )

    transaction_id = fields.Many2one("payment.transaction", required=True, ondelete="cascade")
    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Debtor Contact")
    reference = fields.Char(related="transaction_id.reference")
    state = fields.Selection(related="transaction_id.state")
    provider = fields.Char(related="transaction_id.provider_id.name", string="Paid With")
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True)
    lang = fields.Char(string="Language", help="The language of the page it was paid on.")
    date_paid = fields.Datetime(string="Paid On", readonly=True, help="When the payment was entered in the accounts.")
    amount_applied = fields.Monetary(string="Applied", readonly=True, help="What of it has settled what was chosen.")
    amount_left = fields.Monetary(
        string="Not Applied", compute="_compute_amount_left", help="Left as a credit: refund it, or apply it."
    )
    items = fields.Char(compute="_compute_items")
    line_ids = fields.One2many("collection.checkout.line", "checkout_id", string="What Was Chosen")

    _transaction_uniq = models.Constraint("UNIQUE(transaction_id)", "A payment is made of one choice.")

    @api.depends("amount", "amount_applied", "date_paid")
    def _compute_amount_left(self):
        for checkout in self:
            checkout.amount_left = checkout.date_paid and checkout.amount - checkout.amount_applied

    @api.depends("line_ids.name")
    @api.depends_context("lang")
    def _compute_items(self):
        for checkout in self:
            checkout.items = checkout._named()

    def _named(self):
        """Return what was chosen in words: the numbers, the first five of many."""
        names = list(dict.fromkeys(self.line_ids.mapped("name")))
        if len(names) > _NAMED:
            return self.env._(
                "%(numbers)s and %(others)s more", numbers=", ".join(names[:_NAMED]), others=len(names) - _NAMED
            )
        return format_list(self.env, names) if names else ""

    @api.model
    def _under_way(self, debtor):
        """Return the checkouts of a debtor whose money is on its way, or not yet entered in the accounts.

        What was only announced (a bank transfer) may never come: it holds nothing up, as in Odoo's own portal.
        """
        checkouts = self.sudo().search(
            [
                ("debtor_id", "=", debtor.id),
                "|",
                ("transaction_id.state", "in", ("pending", "authorized")),
                "&",
                ("transaction_id.state", "=", "done"),
                ("transaction_id.is_post_processed", "=", False),
            ]
        )  # sudo: the debtor's own, see collection.page
        return checkouts.filtered(lambda checkout: checkout.transaction_id.provider_code not in ("none", "custom"))

    @api.model
    def _busy_moves(self, moves):
        """Return those invoices that are being paid through Odoo's own portal."""
        transactions = (
            self.env["payment.transaction"]
            .sudo()
            .search([("invoice_ids", "in", moves.ids), ("state", "in", ("pending", "authorized"))])
        )  # sudo: whether there is one
        return transactions.filtered(lambda tx: tx.provider_code not in ("none", "custom")).invoice_ids
