"""Which interest of a case is invoiced, up to which day; how it was computed."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_list


class CollectionInterestInvoice(models.TransientModel):
    _name = "collection.interest.invoice"
    _description = "Invoice Interest"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade", readonly=True)
    date = fields.Date(
        string="Up To", required=True, default=lambda self: self.env["collection.case"]._today(), help="Included."
    )
    compensation = fields.Boolean(
        string="With Compensation", default=True, help="The fixed sum for each invoice paid late."
    )
    invoice_state = fields.Selection(
        [("draft", "Leave as a draft"), ("posted", "Confirm at once")], string="Invoice", default="draft", required=True
    )
    line_ids = fields.One2many(
        "collection.interest.invoice.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    total = fields.Char(compute="_compute_total")
    waiting = fields.Char(compute="_compute_waiting", string="Disputed")
    rate_missing_since = fields.Date(compute="_compute_waiting")

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date > self.env["collection.case"]._today():
                raise ValidationError(
                    self.env._("Interest is invoiced up to a day that has come, today at the latest.")
                )

    @api.depends("case_id", "date", "compensation")
    def _compute_line_ids(self):
        for wizard in self:
            accrued = wizard._accrued() if wizard.date else []
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "item_id": one.item.id,
                        "name": one.item.name,
                        "date_due": one.item.date_due,
                        "currency_id": one.item.currency_id.id,
                        "interest": one.interest,
                        "compensation": one.compensation,
                        "total": one.total,
                        "computation": "\n".join(
                            self.env["collection.interest"]._period_words(one.item, period) for period in one.periods
                        ),
                    }
                )
                for one in accrued
                if not one.waits and one.total
            ]

    def _accrued(self):
        """Return the interest to date of the case's items, with or without compensation as chosen."""
        self.ensure_one()
        accrued = self.env["collection.interest"]._accrued(self.case_id.item_ids, self.date).values()
        return [one if self.compensation else one._replace(compensation=0.0) for one in accrued]

    @api.depends("line_ids.selected", "line_ids.total")
    def _compute_total(self):
        for wizard in self:
            lines = wizard.line_ids.filtered("selected")
            totals = [
                currency.format(sum(some.mapped("total"))) for currency, some in lines.grouped("currency_id").items()
            ]
            wizard.total = format_list(self.env, totals) if totals else False

    @api.depends("case_id", "date")
    def _compute_waiting(self):
        for wizard in self:
            waiting = [one.item.name for one in wizard._accrued() if one.waits] if wizard.date else []
            wizard.waiting = format_list(self.env, waiting) if waiting else False
            # sudo: whether a rate of the scheme is missing
            scheme = self.env["collection.interest"].sudo()._scheme(wizard.case_id.sudo().debtor_id)
            wizard.rate_missing_since = scheme.rate_missing_since

    def action_confirm(self):
        """Invoice the interest of the items chosen, say so in the log, and open the invoices."""
        self.ensure_one()
        case = self.case_id
        case.check_access("read")
        lines = self.line_ids.filtered("selected")
        if not lines:
            raise UserError(self.env._("Choose at least one item whose interest is to be invoiced."))
        if lines.item_id - case.item_ids:
            raise UserError(self.env._("Only items of this case can be chosen."))
        moves = self.env["collection.interest"]._bill(
            case,
            lines.item_id,
            self.date,
            compensation=self.compensation,
            expected={line.item_id.id: line.total for line in lines},
        )
        if self.invoice_state == "posted":
            moves.action_post()
        for move in moves:
            amount = move.currency_id.format(move.amount_total)
            summary = (
                self.env._("Interest invoiced with %(number)s: %(amount)s", number=move.name, amount=amount)
                if move.state == "posted"
                else self.env._("A draft invoice of interest was made: %s", amount)
            )
            text = "\n".join(line.name for line in move.invoice_line_ids)
            case._log_contact(channel="note", direction="internal", outcome="note", summary=summary, text=text)
        case._reassess()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of Interest"),
            "res_model": "account.move",
            "domain": [("id", "in", moves.ids)],
            "views": [(False, "list"), (False, "form")] if len(moves) > 1 else [(False, "form")],
            "res_id": moves.id if len(moves) == 1 else False,
        }
