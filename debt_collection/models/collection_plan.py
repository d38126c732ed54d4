"""A payment plan: items paid in instalments on agreed days, filled by payments really reconciled."""

from odoo import api, fields, models

FREQUENCIES = [("weekly", "Weekly"), ("monthly", "Monthly"), ("payday", "On the debtor's payday")]


class CollectionPlan(models.Model):
    _name = "collection.plan"
    _description = "Payment Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "id desc"
    _rec_names_search = ["name", "case_id.debtor_id.name"]
    _protected = frozenset(
        [
            "name",
            "case_id",
            "currency_id",
            "state",
            "date_start",
            "date_accepted",
            "amount_total",
            "amount_interest",
            "amount_paid",
            "amount_credited",
            "frequency",
            "payday",
            "grace_days",
            "missed_limit",
            "previous_plan_id",
            "interest_move_id",
            "agreement_id",
            "accept_reason",
            "next_date",
            "judge_on",
            "line_ids",
            "plan_item_ids",
        ]
    )

    name = fields.Char(string="Number", required=True, default="/", copy=False, readonly=True)
    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    user_id = fields.Many2one(related="case_id.user_id", string="Collector")
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
    date_start = fields.Date(
        string="Payments Count From",
        required=True,
        readonly=True,
        help="The day the plan was made. Payments dated before it fill no instalment.",
    )
    date_accepted = fields.Date(string="Accepted On", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True, help="The items as they were open, and the interest.")
    amount_interest = fields.Monetary(
        string="Interest",
        readonly=True,
        help="A fixed sum for paying in instalments, invoiced when the plan is accepted.",
    )
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        help="Reconciled bank and cash payments since it was made; oldest instalment first.",
    )
    amount_credited = fields.Monetary(
        string="Credited",
        readonly=True,
        help="What else has reduced its items since it was made: credit notes, write-offs, payments dated before it. "
        "It is taken off the last instalments: the next one stays due as agreed.",
    )
    amount_left = fields.Monetary(string="Still to Pay", compute="_compute_amount_left")
    frequency = fields.Selection(FREQUENCIES, default="monthly", required=True, readonly=True)
    payday = fields.Integer(readonly=True)
    # as the company's settings were when it was made: they stand in the agreement
    grace_days = fields.Integer(
        string="Days of Grace",
        readonly=True,
        help="An instalment is missed when it is not paid so many days after its day.",
    )
    missed_limit = fields.Integer(
        string="Missed Until Default", readonly=True, help="The plan has defaulted when so many instalments are missed."
    )
    previous_plan_id = fields.Many2one("collection.plan", string="Adapted From", readonly=True, ondelete="set null")
    next_plan_ids = fields.One2many("collection.plan", "previous_plan_id", string="Adapted To", readonly=True)
    interest_move_id = fields.Many2one(
        "account.move", string="Invoice of Interest", readonly=True, ondelete="set null", index="btree_not_null"
    )
    agreement_id = fields.Many2one("ir.attachment", string="Signed Agreement", readonly=True, ondelete="set null")
    accept_reason = fields.Char(string="Accepted Without a Signature", readonly=True)
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

    @api.depends("amount_total", "amount_paid", "amount_credited")
    def _compute_amount_left(self):
        for plan in self:
            plan.amount_left = plan.amount_total - plan.amount_paid - plan.amount_credited

    def _log(self, summary, **values):
        """Say in the contact log of its case what has happened to this plan."""
        self.ensure_one()
        # sudo: whoever may do it to the plan is logged, see collection.case
        return self.case_id.sudo()._log_contact(
            **{"channel": "note", "direction": "internal", "outcome": "note", "summary": summary, **values}
        )
