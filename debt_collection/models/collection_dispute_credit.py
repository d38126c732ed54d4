"""The credit notes of an accepted dispute: drafts made by Odoo's own reversal, for the disputed amount, for review."""

from odoo import Command, models
from odoo.exceptions import UserError


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"

    def _prepare_credit_notes(self, reason):
        """Return draft credit notes, one for each invoice, for what of the disputed amounts is still open.

        :param reason: words that go on the credit notes
        :return: account.move
        :raises UserError: when there is nothing to credit, or not on an invoice
        """
        # sudo: what is disputed of which entry; the entries themselves are read and credited with the user's own rights
        lines = self.sudo().line_ids
        amounts = {}
        for line in lines.filtered(lambda line: not line.currency_id.is_zero(line.amount_open)):
            move = line.item_id.move_line_id.move_id.with_env(self.env)
            amounts[move] = amounts.get(move, 0.0) + line.amount_open
        if not amounts:
            raise UserError(
                self.env._(
                    "Nothing of what is disputed is open any more, so there is nothing to credit. Withdraw the dispute."
                )
            )
        notes = self.env["account.move"]
        for move, amount in amounts.items():
            if not move.is_sale_document(include_receipts=True):
                raise UserError(
                    self.env._(
                        "%s is not an invoice, so no credit note can be prepared for it. "
                        "Correct it in accounting, then withdraw the dispute.",
                        move.display_name,
                    )
                )
            notes |= self._prepare_credit_note(move, amount, reason)
        return notes

    def _prepare_credit_note(self, move, amount, reason):
        """Return a draft credit note for an amount of an invoice, in its currency, taxes included."""
        today = self.env["collection.case"]._today()
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": self.reason_id.name, "date": today})
        )
        note = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        note.narration = reason
        if note.currency_id.compare_amounts(note.amount_total, amount) > 0:
            self._reduce(note, move, amount)
        return note

    def _reduce(self, note, move, amount):
        """Reduce a draft credit note to an amount, taxes included, shared over its accounts and taxes as they are."""
        taxes = self.env["account.tax"]
        base_lines, _tax_lines = note._get_rounded_base_and_tax_lines()
        reduced = taxes._prepare_down_payment_lines(
            base_lines,
            note.company_id,
            "fixed",
            amount,
            computation_key=f"dispute,{self.id}",
            grouping_function=lambda base_line: {"account_id": base_line["account_id"]},
        )
        note.invoice_line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": self.env._(
                            "Disputed part of %(invoice)s: %(reason)s", invoice=move.name, reason=self.reason_id.name
                        ),
                        "quantity": 1.0,
                        "price_unit": base_line["price_unit"],
                        "account_id": base_line["account_id"].id,
                        "tax_ids": [Command.set(base_line["tax_ids"].ids)],
                        "analytic_distribution": base_line["analytic_distribution"],
                        "extra_tax_data": taxes._export_base_line_extra_tax_data(base_line),
                    }
                )
                for base_line in reduced
            ),
        ]
