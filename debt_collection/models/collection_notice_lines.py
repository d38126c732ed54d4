"""The figures of a notice: its items as plain dicts, totals per currency, where to pay and the links to pay online."""

import re

from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _lines_shown(self, lines=None, links=False):
        """Return {action: its lines as dicts}, with currencies, references and links to pay.

        :param lines: {action: list of dicts}, where they are not those of the action itself; they are completed
        :param links: see `_notices`
        """
        lines = lines or {action: action._line_values() for action in self}
        for line in (line for shown in lines.values() for line in shown):
            line["reference"] = line["move"].payment_reference or line["name"]
            line["url"] = None
        if links:
            self._add_links({action: [line for line in shown if line["move"]] for action, shown in lines.items()})
        return lines

    def _line_values(self):
        """Return the lines of this action as plain dicts."""
        self.ensure_one()
        fields_read = (
            "name", "date_invoice", "date_due", "amount_original", "amount_currency", "amount_claim", "days_overdue"
        )  # fmt: skip
        return [
            {name: line[name] for name in fields_read}
            | {
                "currency": line.currency_id,
                "item": line.item_id,
                # sudo: for its reference, its bank account and the link alone
                "move": line.item_id.sudo().move_id,
            }
            for line in self.line_ids
        ]

    @api.model
    def _add_links(self, lines):
        """Put the link to pay its invoice online into the lines of which something can be paid.

        :param lines: {action: its lines as dicts}
        """
        lines = [line for shown in lines.values() for line in shown]
        # sudo: see _line_values
        moves = {move.id: move for move in self.env["account.move"].sudo().union(*(line["move"] for line in lines))}
        for line in lines:
            move = moves[line["move"].id]
            if move._has_to_be_paid():
                line["url"] = move._collection_pay_url()

    @api.model
    def _banks(self, company, lines):
        """Return the bank accounts to pay to, as dicts: those on the invoices, or the company's.

        Accounts in a currency in which nothing is claimed are left out when there are others.
        """
        moves = self.env["account.move"].sudo().union(*[line["move"] for line in lines if line["move"]])
        # sudo: see _notice_values
        banks = moves.filtered(lambda move: move.is_sale_document()).partner_bank_id.filtered("active")
        if not banks:
            banks = company.partner_id.bank_ids.filtered(lambda bank: not bank.company_id or bank.company_id == company)
        currencies = self.env["res.currency"].union(*[line["currency"] for line in lines])
        fitting = banks.filtered(lambda bank: not bank.currency_id or bank.currency_id in currencies)
        return [
            {
                "holder": bank.acc_holder_name or bank.partner_id.name,
                "bank": bank.bank_id.name,
                "bic": bank.bank_id.bic,
                "number": _iban(bank.acc_number) or bank.acc_number,
                "is_iban": bool(_iban(bank.acc_number)),
                "currency": bank.currency_id.name if len(banks) > 1 else None,
                "account": bank,
            }
            for bank in (fitting or banks).with_context(lang=self.env.lang)
        ]

    @api.model
    def _reference(self, lines):
        """Return the references to quote with a payment, or nothing when they are too many for a transfer."""
        references = list(dict.fromkeys(line["reference"] for line in lines if line["reference"]))
        return ", ".join(references) if len(references) <= 3 else ""

    @api.model
    def _totals(self, lines):
        """Return a dict per currency, in order of appearance: currency, open, credit and claim, each positive."""
        totals = {}
        for line in lines:
            total = totals.setdefault(line["currency"], {"currency": line["currency"], "open": 0.0, "claim": 0.0})
            total["open"] += line["amount_currency"]
            total["claim"] += line["amount_claim"]
        for currency, total in totals.items():
            total["open"] = currency.round(total["open"])
            total["claim"] = currency.round(total["claim"])
            total["credit"] = currency.round(total["open"] - total["claim"])
        return list(totals.values())


def _iban(number):
    """Return an account number in groups of four when it is an IBAN (ISO 13616), else None."""
    compact = re.sub(r"[\s-]", "", number or "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return None
    if int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 != 1:
        return None
    return " ".join(re.findall(".{1,4}", compact))
