"""Which open items a credit pays: the oldest ones are ticked, and Odoo's own reconciliation does it."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# the oldest items are enough to choose from; what is left of the credit is asked for again
AT_ONCE = 200


class CollectionUnappliedApply(models.TransientModel):
    _name = "collection.unapplied.apply"
    _description = "Apply a Credit"

    credit_id = fields.Many2one(
        "account.move.line", string="Journal Item", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    name = fields.Char(related="credit_id.move_name", related_sudo=False, string="Credit")
    date = fields.Date(related="credit_id.date", related_sudo=False)
    currency_id = fields.Many2one(related="credit_id.currency_id", related_sudo=False)
    amount = fields.Monetary(compute="_compute_amounts", string="Not Applied")
    applied = fields.Monetary(compute="_compute_amounts", string="Is Applied")
    remaining = fields.Monetary(compute="_compute_amounts", string="Remains")
    line_ids = fields.One2many("collection.unapplied.apply.line", "wizard_id", string="Open Items")
    cut = fields.Boolean(readonly=True, help="There are more open items than are shown.")

    @api.model
    def _open_for(self, credit):
        """Return the question for a credit, the oldest items that nothing is agreed on ticked up to its amount.

        :param credit: account.move.line, an open receivable credit
        :raises UserError: when there is nothing it could pay
        """
        partner = credit.partner_id.commercial_partner_id
        domain = [
            *credit._collections_open_domain(partner, credit.company_id.root_id),
            ("account_id", "=", credit.account_id.id),
            ("currency_id", "=", credit.currency_id.id),
            ("amount_residual_currency", ">", 0),
        ]
        # in the order in which Odoo matches them
        debits = credit.search(domain, order="date_maturity, id", limit=AT_ONCE + 1)
        if not debits:
            raise UserError(
                self.env._(
                    "Nothing of %(debtor)s is open in %(currency)s that this credit could pay. A credit in another "
                    "currency is matched by hand, from the journal items.",
                    debtor=partner.display_name,
                    currency=credit.currency_id.name,
                )
            )
        shown = debits[:AT_ONCE]
        marks = self._marks(shown)
        remaining, lines = -credit.amount_residual_currency, []
        for debit in shown:
            ticked = not marks.get(debit) and credit.currency_id.compare_amounts(remaining, 0) > 0
            if ticked:
                remaining -= debit.amount_residual_currency
            lines.append(Command.create({"move_line_id": debit.id, "mark": marks.get(debit, False), "ticked": ticked}))
        return self.create(
            {"credit_id": credit.id, "partner_id": partner.id, "line_ids": lines, "cut": len(debits) > AT_ONCE}
        )

    def _marks(self, debits):
        """Return {account.move.line: why it is not ticked}: what is agreed on it with the debtor."""
        marks = {debit: "no_followup" for debit in debits if debit.no_followup}
        # sudo: only what is agreed on the items; the journal items themselves are read with the user's own rights
        for item in self.env["collection.item"].sudo().search([("move_line_id", "in", debits.ids)]):
            debit = item.move_line_id.with_env(self.env)
            if item.dispute_line_ids:
                marks[debit] = "disputed"
            elif item.plan_item_ids:
                marks[debit] = "planned"
            elif item.promise_line_ids:
                marks[debit] = "promised"
        return marks

    @api.depends("line_ids.ticked", "credit_id")
    def _compute_amounts(self):
        for wizard in self:
            wizard.amount = -wizard.credit_id.amount_residual_currency
            wizard.applied = sum(wizard.line_ids.mapped("applied"))
            wizard.remaining = wizard.amount - wizard.applied

    def action_confirm(self):
        """Reconcile the credit with the ticked items, with the user's own rights, and assess the debtor again."""
        self.ensure_one()
        debits = self.line_ids.filtered("ticked").move_line_id
        if not debits:
            raise UserError(self.env._("Tick at least one item that this credit pays."))
        if self.credit_id.reconciled or any(debits.mapped("reconciled")):
            raise UserError(
                self.env._("Somebody has matched this meanwhile. Close this window and look at the list again.")
            )
        applied = self.currency_id.format(self.applied)
        (self.credit_id | debits).action_reconcile_selected()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(amount)s of %(credit)s applied. To undo it, select the journal items and choose Unreconcile.",
                    amount=applied,
                    credit=self.name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
