"""A payment plan: items paid in instalments on agreed days, filled by payments really reconciled."""

from odoo import api, fields, models


class CollectionPlan(models.Model):
    _name = "collection.plan"
    _description = "Payment Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "id desc"
    _protected = frozenset(
        ["case_id", "currency_id", "state", "date_accepted", "amount_total", "line_ids", "plan_item_ids"]
    )

    name = fields.Char(string="Number", required=True, default="/", copy=False, readonly=True)
    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one("res.currency", required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("completed", "Completed"),
            ("defaulted", "Defaulted"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    date_start = fields.Date(string="Payments Count From", required=True, readonly=True)
    date_accepted = fields.Date(string="Accepted On", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True, help="The items as they were open, and the interest.")
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    previous_plan_id = fields.Many2one("collection.plan", string="Adapted From", readonly=True, ondelete="set null")
    # what assess shows of it; written with the judgement
    next_date = fields.Date(
        string="Next Instalment", readonly=True, help="The day of the first instalment not yet paid."
    )
    judge_on = fields.Date(readonly=True, help="The day on which the judgement changes if nothing is paid.")
    line_ids = fields.One2many("collection.plan.line", "plan_id", string="Instalments")
    plan_item_ids = fields.One2many("collection.plan.item", "plan_id", string="Items in the Plan")
    item_ids = fields.Many2many("collection.item", compute="_compute_item_ids", string="Items")

    @api.depends("plan_item_ids.item_id")
    def _compute_item_ids(self):
        for plan in self:
            plan.item_ids = plan.plan_item_ids.item_id
