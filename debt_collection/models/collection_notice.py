"""What a notice says: words of the level, items, totals, how to pay, whom to talk to; in the debtor's language.

How it works. `_notice_values` gathers everything once per notice: the address, its language, the words, the lines as
plain dicts, the totals per currency, where to pay and whom to ask. The QWeb templates in report/ only lay it out: as
an e-mail (`notice_mail`), as a letter (`notice_letter`), or the table alone (`notice_items`).
"""

import re

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import email_normalize, format_list, html2plaintext

from ..tools.text import filled_lines


class CollectionAction(models.Model):
    _inherit = "collection.action"

    # what the texts of the levels may name, besides the fields of the action itself
    oldest_number = fields.Char(
        compute="_compute_claim_words", help="The number of the item that fell due first, for the texts of the levels."
    )
    claim_text = fields.Char(
        compute="_compute_claim_words",
        help="What the notice claims, per currency, as in “1,200.00 € and $ 300.00”; for the texts of the levels.",
    )

    @api.depends("line_ids.name", "line_ids.date_due", "line_ids.currency_id", "line_ids.amount_claim")
    @api.depends_context("lang", "collection_lines")
    def _compute_claim_words(self):
        """Put what is claimed into words, from the lines; a preview says what they are now.

        It passes `collection_lines` in the context: (action id, ((number, due date, currency id, claim), ...)).
        """
        shown, live = self.env.context.get("collection_lines") or (None, ())
        for action in self:
            rows = (
                live
                if action.id == shown
                else [
                    (line.name, line.date_due, line.currency_id.id, line.amount_claim)
                    for line in action.line_ids
                    if line.date_due
                ]
            )
            claims = {}
            for _number, _due, currency, claim in rows:
                claims[currency] = claims.get(currency, 0.0) + claim
            action.oldest_number = min(rows, key=lambda row: row[1])[0] if rows else False
            action.claim_text = format_list(
                self.env,
                [self.env["res.currency"].browse(currency).format(claim) for currency, claim in claims.items()],
            )

    def mail_allowed_qweb_expressions(self):
        """What somebody who may not write code in templates may put into the texts of the levels."""
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.company_id.name",
            "object.level_id.name",
            "object.oldest_number",
            "object.claim_text",
        )

    # ---- to whom, in which language, from whom --------------------------------------------------------------------

    def _address(self):
        """Return the contact this notice goes to: an address for collections, for invoices, or the debtor itself."""
        self.ensure_one()
        # sudo: see collection.case._compute_address
        return self.partner_id.sudo()._collections_address("letter" if self.channel == "letter" else "email")

    def _language(self, address=None):
        """Return the code of the language the debtor is written to: of the address, the debtor, the company.

        :param address: res.partner, where `_address` has been asked already
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        address = self._address() if address is None else address
        partner = self.partner_id.sudo()  # sudo: see _address
        wanted = (address.lang, partner.lang, self.company_id.sudo().partner_id.lang, "en_US")
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _in_language(self, language=None):
        """Return this action in an environment of the debtor's language."""
        return self.with_context(lang=language or self._language())

    def _contact_user(self):
        """Return the user a debtor talks to: the collector of the case, or the company's default collector; or none."""
        self.ensure_one()
        # sudo: name, number and address of a colleague, which the debtor is shown anyway
        return self.case_id.user_id.sudo() or self.company_id._collection_settings().collection_user_id.sudo()

    # ---- what it says ---------------------------------------------------------------------------------------------

    def _words(self, language=None, level=None):
        """Return {"subject", "body"} of this notice: as edited for it, or the level's own in the debtor's language.

        :param language: code, where `_language` has been asked already
        :param level: collection.level whose tone is taken; default the action's own
        :raises Exception: whatever a broken template raises
        """
        self.ensure_one()
        language = language or self._language()
        level = level or self.level_id
        subject, body = self.subject, self.body
        # sudo: the administrator's text, read for it; what it names of the debtor is what the debtor is sent
        template = self.env["mail.template"]
        if level:
            template = level.with_env(self.sudo().env)._text_template(self.channel)
        if template and not subject:
            subject = template._render_field("subject", self.ids, set_lang=language)[self.id]
        if template and not body:
            body = template._render_field("body_html", self.ids, set_lang=language)[self.id]
        subject = subject or level.with_context(lang=language).name or self.company_id.sudo().name
        return {"subject": subject, "body": body or Markup()}

    def _notice_values(self, lines=None, links=False, level=None):
        """Return what the QWeb templates of notices show.

        :param lines: list of dicts with the columns of collection.action.line, default this action's lines
        :param links: bool, make the links to pay online (writes Odoo's own access token where an invoice has none)
        :param level: collection.level whose words are taken; default the action's own
        """
        self.ensure_one()
        address = self._address()
        language = self._language(address)
        context = {"lang": language}
        if lines is not None:
            shown = tuple((line["name"], line["date_due"], line["currency"].id, line["amount_claim"]) for line in lines)
            context["collection_lines"] = (self.id, shown)
        action = self.with_context(**context)
        # sudo: name, address and bank accounts of the creditor and of the debtor, as they stand on any invoice
        company = action.company_id.sudo()
        debtor = action.partner_id.sudo()
        address = address.with_context(lang=language)
        user = action._contact_user()
        lines = action._line_values(lines, links)
        direction = self.env["res.lang"]._lang_get(language).direction
        return {
            "o": action,
            "address": address,
            "address_lines": action._address_lines(address),
            "debtor": debtor,
            "company": company,
            "company_lines": filled_lines(company.partner_id._display_address(without_company=True)),
            "contact": user.partner_id,
            "contact_name": user.name or company.name,
            "contact_email": email_normalize(user.email) or email_normalize(company.email),
            "contact_phone": user.phone or company.phone,
            "banks": action._banks(company, lines),
            "overdue": [line for line in lines if line["days_overdue"] > 0],
            "upcoming": [line for line in lines if line["days_overdue"] <= 0],
            "totals": action._totals(lines),
            "words": action._words(language, level),
            "today": self.env["collection.case"]._today(),
            "direction": direction,
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "lang": language,
            "reference": action._reference(lines),
        }

    def _address_lines(self, address=None):
        """Return the lines of the address window: the debtor, for whose attention, and the postal address."""
        self.ensure_one()
        address = self._address() if address is None else address
        debtor = self.partner_id.sudo()  # sudo: see _address
        names = [debtor.name]
        if address != debtor and address.name and address.name != debtor.name:
            names.append(address.env._("Attn: %s", address.name))
        return [name for name in names if name] + filled_lines(address._display_address(without_company=True))

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

    def _line_values(self, lines, links):
        """Return the lines as plain dicts, with currencies, references and links to pay."""
        fields_read = (
            "name", "date_invoice", "date_due", "amount_original", "amount_currency", "amount_claim", "days_overdue"
        )  # fmt: skip
        if lines is None:
            lines = [
                {name: line[name] for name in fields_read}
                | {
                    "currency": line.currency_id,
                    # sudo: for its reference, its bank account and the link alone
                    "move": line.item_id.sudo().move_id,
                }
                for line in self.line_ids
            ]
        for line in lines:
            move = line["move"]
            line["reference"] = (move and move.payment_reference) or line["name"]
            line["url"] = None
            if links and move and move._has_to_be_paid():
                # only the access token is written: nothing for accounting to synchronise, which costs 37 ms an invoice
                url = move.with_context(skip_invoice_sync=True).get_portal_url(
                    query_string="&payment=True", anchor="portal_pay"
                )
                line["url"] = move.get_base_url() + url
        return lines

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

    def _render_notice(self, lines=None, links=False, level=None):
        """Return the HTML of the notice as an e-mail."""
        return self._render_values("debt_collection.notice_mail", self._notice_values(lines, links, level))

    @api.model
    def _render_values(self, template, values):
        """Return the HTML of one of the templates of notices, in the language of its values.

        sudo: a template formats what `_notice_values` has gathered for this notice, and reads nothing of its own.
        """
        return (
            self.env["ir.qweb"].sudo().with_context(lang=values["lang"])._render(template, values, lang=values["lang"])
        )

    def _plain_words(self, html):
        """Return HTML as the plain text kept in the log, without the logo and the links, whose tokens open invoices."""
        without_logo = re.sub(r"<img[^>]*>", "", str(html or ""))
        lines = (line.strip() for line in html2plaintext(without_logo, include_references=False).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _iban(number):
    """Return an account number in groups of four when it is an IBAN (ISO 13616), else None."""
    compact = re.sub(r"[\s-]", "", number or "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return None
    if int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 != 1:
        return None
    return " ".join(re.findall(".{1,4}", compact))
