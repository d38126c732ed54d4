"""What a notice says: words of the level, items, totals, how to pay, whom to talk to; in the debtor's language.

How it works. `_notice_values` gathers everything once per notice: the address, its language, the words, the lines as
plain dicts, the totals per currency, where to pay and whom to ask. The QWeb templates in report/ only lay it out: as
an e-mail (`notice_mail`), as a letter (`notice_letter`), or the table alone (`notice_items`).
"""

import re

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_list, html2plaintext


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

    def _sender(self):
        """Return the e-mail address (with name) this notice comes from and is answered to.

        The collector's, the company's, the approver's, or that of the company's mail domain. Where there is none of
        these, Odoo's own user's, as for Odoo's other mails; the settings and the batch warn of it.
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: the addresses of the creditor
        for one in (self._contact_user(), company, self.approved_by_id.sudo()):
            if email_normalize(one.email):
                return one.email_formatted
        return company.default_from_email or self.env.ref("base.user_root").sudo().email_formatted

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
            "company_lines": _lines(company.partner_id._display_address(without_company=True)),
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
        return [name for name in names if name] + _lines(address._display_address(without_company=True))

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

    # ---- the letter -----------------------------------------------------------------------------------------------

    def _letter_top(self):
        """Return the margin at the top of the pages of these letters, and how far below it the address stands; in mm.

        The layouts that set the logo above the company's address let a long header run over what stands at the top of
        the second page: there the margin grows with the header, and the debtor's address stays about where it was.
        In the others the address stands where the layout puts it (None).
        """
        company = self.company_id[:1].sudo() or self.env.company  # sudo: see _notice_values
        paper = (
            self.env["ir.actions.report"]
            .sudo()
            .with_company(company)
            .get_paperformat_by_xmlid("debt_collection.report_notice_letter")
        )
        margin, address = paper.margin_top, 11
        layout = company.external_report_layout_id.sudo().key or "web.external_layout_standard"
        above = {"web.external_layout_standard": 27, "web.external_layout_bubble": 33}.get(layout)
        if not paper.css_margins or not above:
            return {"margin": margin, "address": None}
        if company.is_company_details_empty:
            details = [company.name, *_lines(company.partner_id._display_address(without_company=True))]
        else:
            details = _lines(html2plaintext(company.company_details))
        height = above + 6 * len(details) + (6 if company.report_header else 0) + (0 if company.logo else -16)
        more = max(height + 5 - margin, 0)
        return {"margin": margin + more, "address": max(address - more, 5)}

    # ---- the e-mail -----------------------------------------------------------------------------------------------

    def _mail_text(self):
        """Return subject and HTML of the e-mail, as the lines are now.

        :raises Exception: whatever a broken template raises
        """
        self.ensure_one()
        values = self._notice_values(links=True)
        return {
            "subject": values["words"]["subject"],
            "body_html": self._render_values("debt_collection.notice_mail", values),
        }

    def _mail_values(self):
        """Return the values of the mail.mail that carries this notice.

        :raises Exception: whatever a broken template raises, or a missing address
        """
        self.ensure_one()
        address = self._address()
        if not address._collections_reachable("email"):
            raise UserError(self.env._("%s has no e-mail address that can be used.", address.display_name))
        sender = self._sender()
        user = self._contact_user()
        return {
            **self._mail_text(),
            # what the chatter shows; without it the message looks removed
            "body": self._words()["body"],
            "collection_action_id": self.id,
            "model": "collection.case",
            "res_id": self.case_id.id,
            "email_from": sender,
            "reply_to": sender,
            "author_id": (user.partner_id or self.company_id.sudo().partner_id).id,
            "recipient_ids": [(4, address.id)],
            "message_type": "email_outgoing",
            "auto_delete": False,
            "attachment_ids": [(4, attachment.id) for attachment in self._invoice_attachments()],
        }

    def _invoice_attachments(self):
        """Return the PDFs of the invoices claimed, where the level attaches them: the ones Odoo keeps, or made now."""
        attachments = self.env["ir.attachment"].sudo()  # sudo: the debtor's own invoices, whoever sends the notice
        if not self.level_id.attach_invoices:
            return attachments
        moves = self.line_ids.item_id.sudo().move_id.filtered(lambda move: move.is_sale_document())
        attachments |= moves.invoice_pdf_report_id
        missing = moves.filtered(lambda move: not move.invoice_pdf_report_id)
        standard = self.env.ref("account.account_invoices").sudo()
        reports = missing.grouped(lambda move: move.partner_id.invoice_template_pdf_report_id or standard)
        renderer = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        renderer = renderer.with_context(lang=self._language())
        for report, group in reports.items():
            # not Odoo's fallback, which prints “Proforma” over a posted invoice
            content, kind = renderer._pre_render_qweb_pdf(report.report_name, res_ids=group.ids)
            pdfs = renderer._get_splitted_report(report.report_name, content, kind)
            attachments |= attachments.create(
                [
                    {
                        "name": move._get_invoice_report_filename(report=report),
                        "raw": pdfs[move.id],
                        "mimetype": "application/pdf",
                        "res_model": "collection.action",
                        "res_id": self.id,
                    }
                    for move in group
                ]
            )
        return attachments

    # ---- on the screen --------------------------------------------------------------------------------------------

    @api.depends("line_ids", "subject", "body", "level_id", "state")
    def _compute_preview_html(self):
        """Show the notice as it would leave now, or as it left; what does not render says why."""
        for action in self:
            try:
                action.preview_html = action._kept_html() or action._preview()
            except Exception as error:
                # a template's error carries a traceback: its first line says which template
                reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
                action.preview_html = Markup("<p>%s</p>") % self.env._("The text could not be made: %s", reason)

    def _kept_html(self):
        """Return a sent notice as it left: the e-mail itself, or the words of the letter that the log keeps."""
        self.ensure_one()
        if self.state != "sent":
            return None
        if self.mail_id:
            return self.sudo().mail_id.body_html  # sudo: the text that went out
        texts = self.env["collection.contact"].search([("action_id", "=", self.id)], order="seq desc").text_ids
        return texts[:1].body and Markup('<div style="white-space: pre-wrap;">%s</div>') % texts[:1].body

    def _preview(self):
        """Return the HTML of the notice as it would leave now; of a call, what the caller sees."""
        self.ensure_one()
        if self.channel == "call":
            return self._call_note()
        verdict = self._live_verdict()
        if not verdict:
            return self._render_notice()
        return self._render_notice(self._live_lines(verdict), level=verdict.level)

    def _live_verdict(self):
        """Return the Verdict on an open action that would leave as the ledger is now; None for any other."""
        self.ensure_one()
        if self.state not in ("proposed", "approved", "deferred"):
            return None
        verdict = self._look_again()[self]
        return verdict if verdict.kind == "send" else None

    def _live_lines(self, verdict=None):
        """Return the lines of an open action as the ledger is now; None when they stand as they are."""
        verdict = verdict or self._live_verdict()
        if not verdict:
            return None
        today = self.env["collection.case"]._today()
        return [
            {
                "name": row["move_name"],
                "date_invoice": row["date_invoice"],
                "date_due": row["date_due"],
                "amount_original": float(row["original_currency"]),
                "amount_currency": float(row["residual_currency"]),
                "amount_claim": float(row["claim_currency"]),
                "days_overdue": (today - row["date_due"]).days,
                "currency": self.env["res.currency"].browse(row["currency_id"]),
                # sudo: for its reference, its bank account and the link alone
                "move": self.env["account.move"].sudo().browse(row["move_id"]),
            }
            for row in verdict.rows
        ]

    @api.depends("line_ids")
    def _compute_items_html(self):
        for action in self:
            action.items_html = self._render_values("debt_collection.notice_items", action._notice_values())

    def _call_note(self):
        """Return the HTML a caller sees on the activity: script, what is owed, where to call."""
        self.ensure_one()
        partner = self.partner_id.sudo()  # sudo: see _address
        phone = self._address().phone or partner.phone
        items = [
            self.env._(
                "%(number)s: %(amount)s, %(days)s days late",
                number=line.name,
                amount=line.currency_id.format(line.amount_claim),
                days=line.days_overdue,
            )
            for line in self.line_ids
        ]
        return (
            Markup("<p>%s %s</p>") % (self.env._("Phone:"), phone or self.env._("no number known"))
            + (self._in_language().level_id.call_script or Markup())
            + Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % item for item in items)
        )

    def _plain_words(self, html):
        """Return HTML as the plain text kept in the log: without the logo, and without links, whose tokens open invoices."""
        without_logo = re.sub(r"<img[^>]*>", "", str(html or ""))
        lines = (line.strip() for line in html2plaintext(without_logo, include_references=False).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _lines(text):
    """Return the lines of an address that say something."""
    return [line for line in (line.strip(" ,") for line in (text or "").splitlines()) if line]


def _iban(number):
    """Return an account number in groups of four when it is an IBAN (ISO 13616), else None."""
    compact = re.sub(r"[\s-]", "", number or "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return None
    if int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 != 1:
        return None
    return " ".join(re.findall(".{1,4}", compact))
