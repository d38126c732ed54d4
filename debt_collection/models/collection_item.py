"""One open receivable line we have begun to chase: an invoice, or an instalment of one."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one


class CollectionItem(models.Model):
    _name = "collection.item"
    _description = "Collection Item"
    _inherit = ["collection.protected"]
    _order = "date_due, id"
    _log_access = False
    _protected = frozenset(
        [
            "case_id",
            "move_line_id",
            "move_id",
            "company_id",
            "name",
            "date_invoice",
            "date_due",
            "currency_id",
            "amount_original",
            "amount_currency",
            "amount_claim",
            "amount_residual",
            "no_followup",
            "is_open",
            "level_id",
            "level_date",
            "round",
            "hold_until",
            "hold_reason",
        ]
    )

    case_id = BareMany2one("collection.case", required=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    # let go of when accounting deletes or replaces its lines; what we know of them stays in the copies below
    move_line_id = BareMany2one("account.move.line", string="Journal Item")
    move_id = BareMany2one("account.move", string="Invoice")
    company_id = BareMany2one("res.company", required=True)
    name = fields.Char(string="Number", required=True)
    date_invoice = fields.Date(string="Invoice Date")
    date_due = fields.Date(string="Due Date", required=True)
    currency_id = BareMany2one("res.currency", required=True)
    amount_original = fields.Monetary(string="Original", help="The amount of the line when it was posted.")
    amount_currency = fields.Monetary(string="Open", help="What remains of it, in its own currency, before credits.")
    amount_claim = fields.Monetary(string="After Credits", help="What remains once unapplied credits are taken off.")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount_residual = fields.Monetary(
        string="Open (Company Currency)",
        currency_field="company_currency_id",
        help="What remains of it, before credits.",
    )
    no_followup = fields.Boolean(string="Not Followed Up")
    is_open = fields.Boolean(default=True)
    level_id = BareMany2one("collection.level", help="The last level of which a notice really left.")
    level_date = fields.Date(help="The day that notice left.")
    round = fields.Integer(default=1, help="One climb through the levels.")
    hold_until = fields.Date(help="Not chased before this day.")
    hold_reason = fields.Char()
    days_overdue = fields.Integer(compute="_compute_days_overdue", help="Days since the due date; negative before it.")
    # what is agreed on the item now; see collection_ledger_commitments.py
    dispute_line_ids = fields.One2many("collection.dispute.line", "item_id", domain=[("live", "=", True)])
    promise_line_ids = fields.One2many("collection.promise.line", "item_id", domain=[("live", "=", True)])
    plan_item_ids = fields.One2many("collection.plan.item", "item_id", domain=[("live", "=", True)])
    amount_disputed = fields.Monetary(
        string="Disputed", compute="_compute_amount_disputed", help="Neither reminded of nor claimed for now."
    )
    status = fields.Selection(
        [
            ("closed", "Settled"),
            ("no_followup", "Not followed up"),
            ("disputed", "Disputed"),
            ("planned", "In a plan"),
            ("promised", "Promised"),
            ("covered", "Covered by a credit"),
            ("held", "On hold"),
            ("not_due", "Not yet due"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_status",
    )

    _move_line_uniq = models.UniqueIndex("(move_line_id) WHERE move_line_id IS NOT NULL", "A journal item is one item.")
    _orphan = models.Index("(move_id) WHERE move_line_id IS NULL")
    _held = models.Index("(case_id) WHERE hold_until IS NOT NULL")

    def write(self, vals):
        """Let assess look again at the debtors: before and after the change, an item may belong to two."""
        debtors = self.debtor_id
        result = super().write(vals)
        # sudo: what assess noted for itself
        (debtors | self.debtor_id).sudo().ledger_digest = False
        return result

    @api.model
    def _let_go(self, field, condition):
        """Empty the links to what accounting is deleting.

        Never makes an accountant wait: what another process has locked is left for assess to find.
        :param field: "move_line_id" or "move_id"
        :param condition: SQL, which items
        """
        self.flush_model(["move_line_id", "move_id"])
        self.env.cr.execute(
            SQL(
                """
                WITH free AS MATERIALIZED (
                    SELECT id FROM collection_item WHERE %(condition)s FOR UPDATE SKIP LOCKED
                )
                UPDATE collection_item item SET %(field)s = NULL FROM free WHERE free.id = item.id
                """,
                condition=condition,
                field=SQL.identifier(field),
            )
        )
        self.invalidate_model([field])

    @api.depends("date_due")
    def _compute_days_overdue(self):
        today = self.env["collection.case"]._today()
        for item in self:
            item.days_overdue = (today - item.date_due).days if item.date_due else 0

    @api.depends("dispute_line_ids.amount", "amount_currency")
    def _compute_amount_disputed(self):
        for item in self:
            item.amount_disputed = min(sum(item.dispute_line_ids.mapped("amount")), item.amount_currency)

    @api.depends(
        "is_open", "no_followup", "amount_claim", "hold_until", "date_due", "amount_disputed", "plan_item_ids",
        "promise_line_ids",
    )  # fmt: skip
    def _compute_status(self):
        today = self.env["collection.case"]._today()
        for item in self:
            if not item.is_open:
                item.status = "closed"
            elif item.no_followup:
                item.status = "no_followup"
            elif item.amount_disputed and not item.currency_id.compare_amounts(
                item.amount_disputed, item.amount_currency
            ):
                item.status = "disputed"
            elif item.plan_item_ids:
                item.status = "planned"
            elif item.promise_line_ids:
                item.status = "promised"
            elif item.currency_id.is_zero(item.amount_claim):
                item.status = "covered"
            elif item.hold_until and item.hold_until > today:
                item.status = "held"
            else:
                item.status = "overdue" if item.date_due < today else "not_due"

    def action_open_invoice(self):
        """Open the invoice, as the user's own rights allow."""
        self.ensure_one()
        return self.move_id._collection_form()

    def action_toggle_no_followup(self):
        """Leave the line out of follow-up, or take it in again, through Odoo's own flag on the journal item."""
        for item in self:
            # the user's own rights on journal items decide; the inverse in account does the rest
            item.move_line_id.no_followup = not item.move_line_id.no_followup
        self.case_id._reassess()

    def action_release(self):
        """End the hold on these items, and say so in the log."""
        self.check_access("write")
        for case, items in self.filtered("hold_until").grouped("case_id").items():
            case._log_contact(
                channel="note",
                direction="internal",
                outcome="note",
                summary=self.env._("Hold ended: %s", ", ".join(items.mapped("name"))),
            )
        # sudo: see the case's own release
        self.sudo().write({"hold_until": False, "hold_reason": False})
        self.case_id._reassess()
