"""The figures of a notice: its items as plain dicts, totals per currency, where to pay and the links to pay online."""

import re

from odoo import api, models
from odoo.tools import SQL


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
            self._add_links([line for shown in lines.values() for line in shown if line["move"]])
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
                # sudo: for its reference, its bank account and the link alone
                "move": line.item_id.sudo().move_id,
            }
            for line in self.line_ids
        ]

    @api.model
    def _add_links(self, lines):
        """Put the link to pay its invoice online into the lines of which something can be paid."""
        # sudo: see _line_values
        moves = {move.id: move for move in self.env["account.move"].sudo().union(*(line["move"] for line in lines))}
        self._ensure_tokens(self.env["account.move"].sudo().browse(moves))
        for line in lines:
            move = moves[line["move"].id]
            if move.access_token and move._has_to_be_paid():
                url = move.get_portal_url(query_string="&payment=True", anchor="portal_pay")
                line["url"] = move.get_base_url() + url

    @api.model
    def _ensure_tokens(self, moves):
        """Give those of some invoices that have none the token of Odoo's own links, in one statement.

        In a transaction of its own, that takes no row somebody else is writing: an accountant neither waits for a
        batch of notices nor fails because of it. An invoice that was being written gets no link this time. Only the
        token changes: there is nothing for accounting to synchronise, which costs milliseconds an invoice.
        """
        missing = moves.filtered(lambda move: not move.access_token)
        if not missing:
            return

        def ensure(env):
            return env.execute_query(
                SQL(
                    """
                    UPDATE account_move
                       SET access_token = gen_random_uuid()
                      FROM (SELECT id
                              FROM account_move
                             WHERE id = ANY(%s) AND access_token IS NULL
                        FOR NO KEY UPDATE SKIP LOCKED) AS free
                     WHERE account_move.id = free.id
                 RETURNING account_move.id, account_move.access_token
                    """,
                    missing.ids,
                )
            )

        # this transaction began before that one and does not see what it wrote
        token_field = moves._fields["access_token"]
        for move_id, token in self.env["mail.mail"]._retrying(ensure):
            token_field._update_cache(moves.browse(move_id), token)

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
