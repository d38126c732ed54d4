"""What of a case is given up, why, and whether the debtor pays a share of it first."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionWriteOffMake(models.TransientModel):
    _name = "collection.write.off.make"
    _description = "Write Off"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.company_id.currency_id")
    kind = fields.Selection(
        [("full", "Write off"), ("settlement", "Settlement: the debtor pays a share, the rest is written off")],
        default="full",
        required=True,
    )
    scope = fields.Selection(
        [("overdue", "What is overdue"), ("open", "Everything open")], string="Items", default="overdue", required=True
    )
    line_ids = fields.One2many(
        "collection.write.off.make.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    reason_id = fields.Many2one("collection.write.off.reason", required=True)
    tax_treatment = fields.Selection(related="reason_id.tax_treatment")
    account_id = fields.Many2one("account.account", compute="_compute_account_id", string="Bad Debt Account")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    item_currency_id = fields.Many2one("res.currency", compute="_compute_totals", string="Currency of the Items")
    amount_total = fields.Monetary(
        compute="_compute_totals", currency_field="item_currency_id", help="What the chosen items come to."
    )
    share_amount = fields.Monetary(string="The Debtor Pays", currency_field="item_currency_id")
    share_date = fields.Date(string="Paid By")
    amount = fields.Monetary(
        string="Given Up", compute="_compute_amount", help="What is written off, in company currency."
    )
    amount_credit = fields.Monetary(related="case_id.amount_credit")
    needs_approval = fields.Boolean(compute="_compute_amount")

    @api.depends("case_id", "scope")
    def _compute_line_ids(self):
        today = self.env["collection.case"]._today()
        for wizard in self:
            items = wizard.case_id.open_item_ids
            if wizard.scope == "overdue":
                items = items.filtered(lambda item: item.date_due < today and not item.no_followup)
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"item_id": item.id, "amount": item._to_give_up()})
                    for item in items
                    if not item.currency_id.is_zero(item._to_give_up())
                ),
            ]

    @api.depends("reason_id", "case_id")
    def _compute_account_id(self):
        for wizard in self:
            settings = wizard.company_id._collection_settings() if wizard.company_id else wizard.company_id
            # sudo: shown to who asks for a write-off
            reason = wizard.reason_id.with_company(settings).sudo()
            wizard.account_id = reason.account_id or settings.collection_bad_debt_account_id

    @api.depends("line_ids.amount", "line_ids.item_id")
    def _compute_totals(self):
        for wizard in self:
            currencies = wizard.line_ids.item_id.currency_id
            wizard.item_currency_id = currencies if len(currencies) == 1 else False
            wizard.amount_total = sum(wizard.line_ids.mapped("amount")) if len(currencies) == 1 else 0

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "settlement" and self.item_currency_id and not self.share_amount:
            self.share_amount = self.item_currency_id.round(self.amount_total / 2)

    @api.depends("line_ids.amount", "line_ids.item_id", "share_amount", "kind")
    def _compute_amount(self):
        for wizard in self:
            total = sum(line._book_value() for line in wizard.line_ids)
            if wizard.kind == "settlement" and wizard.amount_total:
                total *= 1 - wizard.share_amount / wizard.amount_total
            wizard.amount = wizard.currency_id.round(total) if wizard.currency_id else total
            wizard.needs_approval = wizard.case_id and self.env["collection.write.off"]._needs_approval(
                wizard.company_id, wizard.case_id, wizard.amount
            )

    def action_confirm(self):
        """Check what was asked for, and write it off, have it approved, or await the debtor's share."""
        self.ensure_one()
        self.case_id._check_may_work()
        self._check_lines()
        if self.kind == "settlement":
            self._check_settlement()
        elif self.date > self.env["collection.case"]._today():
            raise UserError(self.env._("A write-off is not dated in the future: choose today or an earlier day."))
        # sudo: nobody writes write-offs by hand; access to the case is checked, and approval follows where it is needed
        self.env["collection.write.off"].sudo().create(self._prepare_write_off())._request()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_write_off(self):
        """Return the values of the write-off."""
        values = {
            "case_id": self.case_id.id,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "reason_id": self.reason_id.id,
            "tax_treatment": self.reason_id.tax_treatment,
            "date": self.date,
            "amount": self.amount,
            "requester_id": self.env.uid,
            "line_ids": [Command.create(line._prepare_line()) for line in self.line_ids],
        }
        if self.kind == "settlement":
            values.update(
                share_amount=self.share_amount, share_currency_id=self.item_currency_id.id, share_date=self.share_date
            )
        return values

    def _check_lines(self):
        """Check each item and its amount against what is open now.

        :raises UserError: what is wrong, and what to do
        """
        if not self.line_ids:
            raise UserError(self.env._("Choose at least one item to write off."))
        if len(self.line_ids.item_id) < len(self.line_ids):
            raise UserError(self.env._("An item is chosen twice. Remove one of its lines."))
        for line in self.line_ids:
            item, currency = line.item_id, line.currency_id
            open_amount = line._open_amount()
            if item.case_id != self.case_id:
                raise UserError(self.env._("%s belongs to another case. Choose items of this one.", item.name))
            if currency.compare_amounts(open_amount, 0) <= 0:
                raise UserError(self.env._("%s is paid: there is nothing left to write off. Remove it.", item.name))
            if currency.compare_amounts(line.amount, 0) <= 0:
                raise UserError(
                    self.env._("Write off an amount above zero of %s, or remove it from the list.", item.name)
                )
            if currency.compare_amounts(line.amount, open_amount) > 0:
                raise UserError(
                    self.env._(
                        "Only %(open)s of %(number)s is open: %(amount)s cannot be written off.",
                        open=currency.format(open_amount),
                        number=item.name,
                        amount=currency.format(line.amount),
                    )
                )
        # sudo: also those a colleague asked for
        waiting = self.env["collection.write.off.line"].sudo()
        waiting = waiting.search([("item_id", "in", self.line_ids.item_id.ids), ("live", "=", True)], limit=1)
        if waiting:
            raise UserError(
                self.env._(
                    "%(number)s is in %(write_off)s already. Cancel that one first.",
                    number=waiting.name,
                    write_off=waiting.write_off_id.name,
                )
            )

    def _check_settlement(self):
        """Check the debtor's share and its day.

        :raises UserError: what is wrong, and what to do
        """
        today = self.env["collection.case"]._today()
        currency = self.item_currency_id
        if not currency:
            raise UserError(self.env._("A settlement is in one currency: choose items of one currency only."))
        if not self.share_date or self.share_date < today:
            raise UserError(self.env._("Say by when the debtor pays: today or a day to come."))
        if (
            currency.compare_amounts(self.share_amount, 0) <= 0
            or currency.compare_amounts(self.share_amount, self.amount_total) >= 0
        ):
            raise UserError(
                self.env._(
                    "In a settlement the debtor pays more than zero and less than the %s of the chosen items.",
                    currency.format(self.amount_total),
                )
            )
        domain = [("item_id", "in", self.line_ids.item_id.ids), ("live", "=", True)]
        # sudo: only whether there is one
        promised = self.env["collection.promise.line"].sudo().search(domain, limit=1)
        if promised:
            raise UserError(
                self.env._(
                    "%(number)s is promised for %(date)s already. Cancel that promise first.",
                    number=promised.item_id.name,
                    date=format_date(self.env, promised.promise_id.date),
                )
            )
        planned = self.env["collection.plan.item"].sudo().search(domain, limit=1)
        if planned:
            raise UserError(
                self.env._(
                    "%(number)s is paid by the payment plan %(plan)s. Cancel that plan first.",
                    number=planned.item_id.name,
                    plan=planned.plan_id.name,
                )
            )
