"""A payment plan for items of a case: in how many parts, on which days. The schedule is shown before it is made."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.collection_plan import FREQUENCIES
from ..tools import schedule

# nobody agrees on more, and a slip of the finger would fill the screen
MOST = 240


class CollectionPlanMake(models.TransientModel):
    _name = "collection.plan.make"
    _description = "Make a Payment Plan"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    previous_plan_id = fields.Many2one("collection.plan", string="Takes the Place Of", readonly=True)
    item_ids = fields.Many2many(
        "collection.item",
        string="Items",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
        help="All that is overdue in one currency, unless you choose.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_amounts")
    amount_items = fields.Monetary(string="Open Now", compute="_compute_amounts")
    interest = fields.Monetary(
        help="A fixed sum for paying in instalments, spread over them. It is invoiced when the plan is accepted. "
        "0: none."
    )
    amount_total = fields.Monetary(string="Total", compute="_compute_amounts")
    split = fields.Selection(
        [("number", "A number of instalments"), ("amount", "An amount each time")],
        string="Split Into",
        default="number",
        required=True,
    )
    number = fields.Integer(string="Instalments", default=3, help="Equal parts; the rounding is put on the last.")
    each = fields.Monetary(string="Each Instalment", help="What remains at the end is the last instalment.")
    frequency = fields.Selection(
        FREQUENCIES, compute="_compute_payday", store=True, readonly=False, required=True, precompute=True
    )
    payday = fields.Integer(
        string="Day of the Month",
        compute="_compute_payday",
        store=True,
        readonly=False,
        precompute=True,
        help="The day on which the debtor gets paid; the last day where a month is shorter.",
    )
    date_first = fields.Date(
        string="First Instalment", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    down_payment = fields.Monetary(help="Paid at once, before the instalments. 0: none.")
    date_down = fields.Date(string="Down Payment On", default=lambda self: self.env["collection.case"]._today())
    line_ids = fields.One2many(
        "collection.plan.make.line",
        "wizard_id",
        string="Schedule",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    difference = fields.Monetary(compute="_compute_difference", help="The instalments less what is to be paid.")
    problem = fields.Char(compute="_compute_problem")
    accepted = fields.Boolean(
        string="Accepted Already", help="The plan becomes active at once. Otherwise it is a draft until it is accepted."
    )
    accept_reason = fields.Char(string="How")

    @api.depends("case_id")
    def _compute_item_ids(self):
        for wizard in self:
            overdue = wizard.case_id.open_item_ids.filtered(lambda item: item.status == "overdue")
            # sudo: which of the items of the user's own case are paid by a plan or promised
            taken = overdue.browse()
            for model in ("collection.plan.item", "collection.promise.line", "collection.dispute.line"):
                lines = self.env[model].sudo().search([("item_id", "in", overdue.ids), ("live", "=", True)])
                taken |= lines.item_id.sudo(False)
            free = (overdue - taken).sorted("date_due")
            wizard.item_ids = free.filtered(lambda item, first=free[:1]: item.currency_id == first.currency_id)

    @api.depends("item_ids", "interest")
    def _compute_amounts(self):
        for wizard in self:
            wizard.currency_id = wizard.item_ids[:1].currency_id or wizard.case_id.currency_id
            wizard.amount_items = sum(wizard.item_ids.mapped("amount_currency"))
            wizard.amount_total = wizard.amount_items + wizard.interest

    @api.depends("case_id")
    def _compute_payday(self):
        for wizard in self:
            # sudo: what is set per debtor is used through its case, which the user may work on
            wizard.payday = wizard.payday or wizard.case_id.sudo().debtor_id.payday
            wizard.frequency = wizard.frequency or ("payday" if wizard.payday else "monthly")

    @api.depends(
        "item_ids", "interest", "split", "number", "each", "frequency", "payday", "date_first", "down_payment",
        "date_down",
    )  # fmt: skip
    def _compute_line_ids(self):
        for wizard in self:
            try:
                parts = wizard._schedule()
            except UserError:
                parts = []  # said by `problem`
            wizard.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create({"date": day, "amount": float(amount)}) for day, amount in parts),
            ]

    @api.depends("line_ids.amount", "amount_total")
    def _compute_difference(self):
        for wizard in self:
            difference = sum(wizard.line_ids.mapped("amount")) - wizard.amount_total
            wizard.difference = wizard.currency_id.round(difference) if wizard.line_ids else 0.0

    @api.depends(
        "item_ids", "interest", "split", "number", "each", "frequency", "payday", "date_first", "down_payment",
        "date_down",
    )  # fmt: skip
    def _compute_problem(self):
        for wizard in self:
            try:
                wizard._schedule()
                wizard.problem = False
            except UserError as error:
                wizard.problem = str(error)

    def _schedule(self):
        """Return [(date, amount)] of the choices made.

        :raises UserError: in a sentence, when they make no schedule
        """
        self.ensure_one()
        self._check_amounts()
        self._check_days()
        total = self.currency_id.round(self.amount_total - self.down_payment)
        unit = self.currency_id.rounding
        try:
            if self.split == "number":
                parts = schedule.equal_parts(total, self.number, unit)
            else:
                parts = schedule.parts_of(total, self.each, unit)
        except schedule.TooSmall as error:
            raise UserError(
                self.env._(
                    "An instalment would be less than %s, the smallest amount that can be paid. "
                    "Choose fewer instalments.",
                    self.currency_id.format(unit),
                )
            ) from error
        if len(parts) > MOST:
            raise UserError(
                self.env._("These would be %(number)s instalments, and %(most)s are the most. Choose a larger amount.",
                           number=len(parts), most=MOST)
            )  # fmt: skip
        dated = schedule.schedule(parts, self.date_first, self.frequency, self.payday)
        if self.currency_id.is_zero(self.down_payment):
            return dated
        if self.date_down >= dated[0][0]:
            raise UserError(
                self.env._("The down payment comes before the first instalment: choose a later day for that one.")
            )
        return [(self.date_down, self.down_payment), *dated]

    def _check_amounts(self):
        """Check what is paid in instalments, and in how many.

        :raises UserError:
        """
        currency = self.currency_id
        if not self.item_ids:
            raise UserError(self.env._("Choose the items that are paid in instalments."))
        if len(self.item_ids.currency_id) > 1:
            raise UserError(self.env._("A payment plan is in one currency: leave out the items in the others."))
        if self.interest < 0 or self.down_payment < 0:
            raise UserError(self.env._("Interest and down payment are zero or more."))
        if currency.compare_amounts(self.amount_total, 0) <= 0:
            raise UserError(self.env._("Nothing is open on the items chosen: there is no amount to pay."))
        if self.split == "number" and not 1 <= self.number <= MOST:
            raise UserError(self.env._("Choose between 1 and %s instalments.", MOST))
        if self.split == "amount" and currency.compare_amounts(self.each, 0) <= 0:
            raise UserError(self.env._("How much is paid each time? Enter an amount above zero."))
        if currency.compare_amounts(self.down_payment, self.amount_total) >= 0:
            raise UserError(self.env._("The down payment is the whole amount: nothing is left for instalments."))

    def _check_days(self):
        """Check when it is paid.

        :raises UserError:
        """
        today = self.env["collection.case"]._today()
        if not self.date_first or not self.frequency:
            raise UserError(self.env._("Choose the day of the first instalment, and how often they come."))
        if self.date_first < today:
            raise UserError(self.env._("The first instalment is in the past. Choose today or a later day."))
        if self.frequency == "payday" and not 1 <= self.payday <= 31:
            raise UserError(self.env._("On which day of the month does the debtor get paid? Enter 1 to 31."))
        if not self.currency_id.is_zero(self.down_payment) and (not self.date_down or self.date_down < today):
            raise UserError(self.env._("The down payment is in the past. Choose today or a later day."))

    def action_confirm(self):
        """Make the plan as shown, accept it when it was accepted already, and open it."""
        self.ensure_one()
        if self.problem and not self.line_ids:
            raise UserError(self.problem)
        if self.accepted and not (self.accept_reason or "").strip():
            raise ValidationError(self.env._("How was it accepted? Say so, or make a draft and attach the agreement."))
        plan = self.case_id._make_plan(
            self.item_ids,
            [(line.date, line.amount) for line in self.line_ids.sorted("date")],
            interest=self.interest,
            frequency=self.frequency,
            payday=self.payday,
            previous=self.previous_plan_id,
        )
        if self.accepted:
            plan._accept(reason=self.accept_reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.plan",
            "res_id": plan.id,
            "views": [(False, "form")],
        }
