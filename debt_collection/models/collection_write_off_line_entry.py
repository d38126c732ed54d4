"""The journal items of a write-off: what it debits, what it credits, and what it does to the tax.

How it works. The receivable is credited at its book value, in the currency and at the rate it stands in the books: the
journal item is settled to the cent, no exchange difference arises, and the loss is what the books lose. The debit goes
to the bad debt account, or, where the tax is taken back, to that account and to the tax accounts in the proportions of
the invoice, with the repartition and the grids that a credit note would have: so Odoo's tax report shows the relief as
it shows a credit note's. It is an entry and no credit note: the debtor owes the money all the same, is sent no
document, and the sales of the period stay what they were.
"""

from odoo import Command, models

# lines of an invoice that are words, not amounts, or that balance among themselves
_NOT_SOLD = ("line_section", "line_subsection", "line_note", "cogs")


class CollectionWriteOffLine(models.Model):
    _inherit = "collection.write.off.line"

    def _prepare_entry_lines(self, account, amount):
        """Return the values of the journal items that write off an amount: the receivable first, then the loss.

        :param account: account.account, for bad debts
        :param amount: float in the item's currency, positive
        """
        self.ensure_one()
        journal_item = self.move_line_id
        balance = self._book_value(amount)
        common = {"partner_id": journal_item.partner_id.id, "currency_id": self.currency_id.id, "name": self.name}
        losses = [{"amount_currency": amount, "balance": balance, "account_id": account.id}]
        if self.write_off_id.tax_treatment == "reverse" and journal_item.move_id.is_sale_document():
            losses = self._prepare_taxed_lines(account, amount, balance)
        receivable = {"account_id": journal_item.account_id.id, "amount_currency": -amount, "balance": -balance}
        return [{**common, **values} for values in (receivable, *losses)]

    def _prepare_taxed_lines(self, account, amount, balance):
        """Return the debits of a write-off that takes the tax back: the bases on bad debts, the taxes on theirs.

        :param amount: float, in the item's currency; `balance`: the same in company currency, at book value
        :return: list of values that sum to both
        """
        journal_item = self.move_line_id
        invoice = journal_item.move_id
        total = sum(
            invoice.line_ids.filtered(lambda line: line.account_id == journal_item.account_id).mapped("amount_currency")
        )
        sold = invoice.line_ids.filtered(
            lambda line: line.account_id != journal_item.account_id and line.display_type not in _NOT_SOLD
        )
        taxes = [
            self._scaled(line, amount / total, self._refund_values(line, account))
            for line in sold.filtered("tax_repartition_line_id")
        ]
        bases = [
            self._scaled(lines, amount / total, {"account_id": account.id, **self._base_values(tax_ids)})
            for tax_ids, lines in sold.filtered(lambda line: not line.tax_repartition_line_id)
            .grouped("tax_ids")
            .items()
        ] or [{"account_id": account.id, "amount_currency": 0, "balance": 0}]
        # what rounding leaves goes to the largest base: a tax is what it is
        largest = max(bases, key=lambda values: abs(values["balance"]))
        for field, wanted, currency in (
            ("amount_currency", amount, self.currency_id),
            ("balance", balance, journal_item.company_currency_id),
        ):
            rest = wanted - sum(values[field] for values in (*bases, *taxes))
            largest[field] = currency.round(largest[field] + rest)
        return bases + taxes

    def _scaled(self, lines, share, values):
        """Return values with a share of what lines of an invoice credit, as a debit."""
        return {
            **values,
            "amount_currency": self.currency_id.round(-sum(lines.mapped("amount_currency")) * share),
            "balance": self.move_line_id.company_currency_id.round(-sum(lines.mapped("balance")) * share),
        }

    def _base_values(self, taxes):
        """Return the taxes and grids of a base as a credit note has them; a tax due on payment has none yet."""
        due = taxes.flatten_taxes_hierarchy().filtered(lambda tax: tax.tax_exigibility != "on_payment")
        return {
            "tax_ids": [Command.set(taxes.ids)],
            "tax_tag_ids": [Command.set(due.get_tax_tags(True, "base").ids)],
        }

    def _refund_values(self, line, account):
        """Return where a credit note would put a tax line of the invoice."""
        repartition = line.tax_repartition_line_id
        tax = repartition.tax_id
        refund = tax.refund_repartition_line_ids[list(tax.invoice_repartition_line_ids).index(repartition)]
        # a tax due on payment waits on its own account; Odoo's cash basis entries take both out when they meet
        waits = tax.tax_exigibility == "on_payment"
        # the taxes computed on this one have it for a base
        base = self._base_values(line.tax_ids)
        base["tax_tag_ids"] += [Command.link(tag_id) for tag_id in ([] if waits else refund.tag_ids.ids)]
        return {
            **base,
            "account_id": (line.account_id if waits else refund.account_id or account).id,
            "tax_repartition_line_id": refund.id,
            "group_tax_id": line.group_tax_id.id,
        }
