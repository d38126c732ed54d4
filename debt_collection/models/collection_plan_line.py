"""An instalment of a payment plan."""

from odoo import api, fields, models
from odoo.tools import format_date


class CollectionPlanLine(models.Model):
    _name = "collection.plan.line"
    _description = "Instalment of a Payment Plan"
    _order = "plan_id, date, id"
    _rec_name = "date"
    _log_access = False

    plan_id = fields.Many2one("collection.plan", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_credited = fields.Monetary(
        string="Credited", readonly=True, help="Credit notes and write-offs: they reduce the last instalments."
    )
    amount_left = fields.Monetary(string="Still to Pay", compute="_compute_amount_left")
    state = fields.Selection(
        [("open", "Open"), ("partial", "Partly paid"), ("paid", "Paid"), ("missed", "Missed")],
        default="open",
        required=True,
        readonly=True,
    )
    reminded_on = fields.Date(readonly=True, help="The day its reminder was written: there is one, or none.")

    # what the text of the reminder may name, besides the fields of the instalment itself
    address_id = fields.Many2one("res.partner", compute="_compute_address_id")
    amount_text = fields.Char(
        compute="_compute_words", help="What is still to pay of it, for the text of the reminder."
    )
    date_text = fields.Char(compute="_compute_words", help="Its day, for the text of the reminder.")

    @api.depends("amount", "amount_paid", "amount_credited")
    def _compute_amount_left(self):
        for line in self:
            line.amount_left = line.amount - line.amount_paid - line.amount_credited

    @api.depends("plan_id")
    def _compute_address_id(self):
        # sudo: where the debtors of the user's own cases can be reached
        for company, lines in self.grouped(lambda line: line.plan_id.company_id).items():
            partners = lines.plan_id.case_id.partner_id.sudo()
            addresses = partners._collections_addresses("email", company)
            for line in lines:
                line.address_id = addresses.get(line.plan_id.case_id.partner_id)

    @api.depends("amount", "amount_paid", "amount_credited", "date")
    @api.depends_context("lang")
    def _compute_words(self):
        for line in self:
            line.amount_text = line.currency_id.format(line.amount_left)
            line.date_text = format_date(self.env, line.date)
