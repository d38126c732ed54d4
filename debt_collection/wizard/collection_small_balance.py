"""Balances too small to be worth a letter, written off in one batch."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# journal items in an entry: Odoo takes some ten seconds for as many, and what is left is found again
AT_ONCE = 1000


class CollectionSmallBalance(models.TransientModel):
    _name = "collection.small.balance"
    _description = "Write Off Small Balances"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related="company_id.currency_id")
    allowed = fields.Monetary(compute="_compute_allowed", string="Limit in the Settings")
    limit = fields.Monetary(
        string="Up To", required=True, compute="_compute_limit", store=True, readonly=False, precompute=True
    )
    per = fields.Selection(
        [("item", "Each invoice"), ("debtor", "All that a debtor owes")], string="Of", default="debtor", required=True
    )
    leftovers = fields.Boolean(
        string="Only What Remains of Part Payments",
        default=True,
        help="An invoice of which nothing was paid is left out.",
    )
    reason_id = fields.Many2one("collection.write.off.reason", required=True)
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    number = fields.Integer(compute="_compute_found", string="Balances")
    debtor_number = fields.Integer(compute="_compute_found", string="Debtors")
    total = fields.Monetary(compute="_compute_found")
    at_once = fields.Integer(compute="_compute_found")

    @api.depends("company_id")
    def _compute_allowed(self):
        for wizard in self:
            wizard.allowed = wizard.company_id._collection_settings().collection_small_balance

    @api.depends("allowed")
    def _compute_limit(self):
        for wizard in self:
            wizard.limit = wizard.allowed

    @api.depends("company_id", "limit", "per", "leftovers")
    def _compute_found(self):
        for wizard in self:
            self._check_approver()
            [(number, debtors, total)] = self.env.execute_query(
                SQL(
                    "%s SELECT count(*), count(DISTINCT partner_id), coalesce(sum(residual), 0) FROM small",
                    wizard._small_cte(),
                )
            )
            wizard.number, wizard.debtor_number, wizard.total = number, debtors, total
            wizard.at_once = AT_ONCE

    def _check_approver(self):
        if not self.env["collection.write.off"]._is_approver(self.env.user):
            raise AccessError(self.env._("Only a collections manager or an accountant may do this."))
        if not self.company_id <= self.env.companies.root_id:
            raise AccessError(self.env._("Switch to a company before you write off its small balances."))

    def _small_cte(self):
        """Return the SQL of `small`: overdue journal items up to the limit that nothing else is to settle.

        Left out: what a credit of the debtor covers or could be applied to, what is disputed, promised, planned or
        waits for another write-off, and what is not followed up.
        :return: SQL, with the word WITH. Columns of the ledger's `line`, and item_id
        """
        self.ensure_one()
        ledger = self.env["collection.ledger"]
        ledger._prepare()
        for model in ("promise.line", "plan.item", "dispute.line", "write.off.line"):
            self.env[f"collection.{model}"].flush_model()
        return SQL(
            """
            WITH %(ledger)s,
            owed AS (
                SELECT line.*, sum(residual) OVER of_debtor AS debtor_residual,
                       bool_and(is_debit) OVER of_debtor AS without_credit
                  FROM line
                WINDOW of_debtor AS (PARTITION BY partner_id)
            ),
            small AS (
                SELECT owed.*, item.id AS item_id
                  FROM owed
             LEFT JOIN collection_item item ON item.move_line_id = owed.line_id
                 WHERE is_debit AND NOT owed.no_followup AND owed.date_due < %(today)s AND without_credit
                   AND CASE WHEN %(per_debtor)s THEN debtor_residual ELSE residual END <= %(limit)s
                   AND residual > 0
                   AND (NOT %(leftovers)s OR residual_currency < original_currency)
                   AND NOT EXISTS (SELECT FROM collection_promise_line l WHERE l.item_id = item.id AND l.live)
                   AND NOT EXISTS (SELECT FROM collection_plan_item l WHERE l.item_id = item.id AND l.live)
                   AND NOT EXISTS (SELECT FROM collection_dispute_line l WHERE l.item_id = item.id AND l.live)
                   AND NOT EXISTS (SELECT FROM collection_write_off_line l WHERE l.item_id = item.id AND l.live)
            )
            """,
            ledger=ledger._ctes(self.company_id),
            today=self.env["collection.case"]._today(),
            limit=self.limit + self.currency_id.rounding / 2,
            per_debtor=self.per == "debtor",
            leftovers=self.leftovers,
        )

    def _check_limit(self):
        """Check that the batch is within what the company has allowed beforehand.

        :raises UserError: what is wrong, and what to do
        """
        if self.currency_id.is_zero(self.allowed):
            raise UserError(
                self.env._("No balance is small: set the amount of small balances in the settings of Collections.")
            )
        if self.currency_id.compare_amounts(self.limit, 0) <= 0:
            raise UserError(self.env._("Small balances are up to an amount above zero."))
        if self.currency_id.compare_amounts(self.limit, self.allowed) > 0:
            raise UserError(
                self.env._(
                    "Small balances go up to %s, set in the settings of Collections. Write off larger ones from their "
                    "cases.",
                    self.currency_id.format(self.allowed),
                )
            )
        if self.date > self.env["collection.case"]._today():
            raise UserError(self.env._("A write-off is not dated in the future: choose today or an earlier day."))

    def action_confirm(self):
        """Write off the smallest balances, up to a thousand at once, and show the write-off.

        The limit was set beforehand by whoever keeps the settings: that is the approval.
        """
        self.ensure_one()
        self._check_approver()
        self._check_limit()
        self.env.cr.execute(
            SQL(
                """
                %s SELECT line_id, item_id, partner_id, coalesce(move_name, '/') AS name, date_due, currency_id,
                          residual, residual_currency
                     FROM small
                 ORDER BY residual, line_id
                    LIMIT %s
                """,
                self._small_cte(),
                AT_ONCE,
            )
        )
        rows = self.env.cr.dictfetchall()
        if not rows:
            raise UserError(self.env._("There is no such small balance: nothing to write off."))
        # sudo: nobody writes write-offs by hand; who may run this is checked above
        write_off = self.env["collection.write.off"].sudo().create(self._prepare_write_off(rows))
        write_off._carry_out()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.write.off",
            "res_id": write_off.id,
            "views": [(False, "form")],
        }

    def _prepare_write_off(self, rows):
        """Return the values of the batch's write-off, from rows of `small`."""
        return {
            "company_id": self.company_id.id,
            "kind": "small",
            "reason_id": self.reason_id.id,
            "tax_treatment": self.reason_id.tax_treatment,
            "date": self.date,
            "amount": sum(row["residual"] for row in rows),
            "requester_id": self.env.uid,
            "line_ids": [
                Command.create(
                    {
                        "item_id": row["item_id"],
                        "move_line_id": row["line_id"],
                        "partner_id": row["partner_id"],
                        "name": row["name"],
                        "date_due": row["date_due"],
                        "currency_id": row["currency_id"],
                        "amount": row["residual_currency"],
                    }
                )
                for row in rows
            ],
        }
