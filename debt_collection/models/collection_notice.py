"""What a notice says: words of the level, items, totals, how to pay, whom to talk to; in the debtor's language.

How it works. `_notices` gathers everything for the notices that go together: the addresses, their languages, the
words, the lines as plain dicts (see collection_notice_lines.py), the totals per currency, where to pay and whom to
ask. The QWeb templates in report/ only lay it out: as an e-mail (`notice_mail`), as a letter (`notice_letter`), or the
table alone (`notice_items`).
"""

import re
from functools import cache

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import email_normalize, format_amount, format_date, format_list, html2plaintext

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
            texts = [self.env["res.currency"].browse(currency).format(claim) for currency, claim in claims.items()]
            action.claim_text = format_list(self.env, texts) if len(texts) > 1 else "".join(texts)

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
        return self._addresses()[self]

    def _addresses(self):
        """Return {action: the contact its notice goes to}."""
        addresses = {}
        for (channel, company), actions in self.grouped(lambda a: (a.channel, a.company_id)).items():
            # sudo: see collection.case._compute_address
            debtors = actions.partner_id.sudo()
            found = debtors._collections_addresses(channel, company)
            addresses |= {action: found.get(action.partner_id, debtors.browse()) for action in actions}
        return addresses

    def _language(self, address=None):
        """Return the code of the language the debtor is written to: chosen, or of the address, the debtor, the company.

        :param address: res.partner, where `_address` has been asked already
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        address = self._address() if address is None else address
        partner = self.partner_id.sudo()  # sudo: see _addresses
        chosen = self.case_id.debtor_id.sudo()._chosen_language()  # sudo: the language alone
        wanted = (chosen, address.lang, partner.lang, self.company_id.sudo().partner_id.lang, "en_US")
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _in_language(self, language=None):
        """Return this action in an environment of the debtor's language."""
        return self.with_context(lang=language or self._language())

    def _contact_user(self):
        """Return the user a debtor talks to: the collector of the case, or the company's default collector; or none."""
        self.ensure_one()
        # sudo: name, number and address of a colleague, which the debtor is shown anyway
        return self.case_id.user_id.sudo() or self.company_id._collection_settings().collection_user_id.sudo()

    def _address_lines(self, address=None):
        """Return the lines of the address window: the debtor, for whose attention, and the postal address."""
        self.ensure_one()
        address = self._address() if address is None else address
        debtor = self.partner_id.sudo()  # sudo: see _addresses
        names = [debtor.name]
        if address != debtor and address.name and address.name != debtor.name:
            names.append(address.env._("Attn: %s", address.name))
        return [name for name in names if name] + filled_lines(address._display_address(without_company=True))

    # ---- what it says ---------------------------------------------------------------------------------------------

    def _words(self, language=None, level=None):
        """Return {"subject", "body"} of this notice; see `_words_in`.

        :param language: code, where `_language` has been asked already
        """
        self.ensure_one()
        return self._words_in(language or self._language(), level)[self]

    def _words_in(self, language, level=None):
        """Return {action: {"subject", "body"}}: as edited for it, or the level's own in a language.

        Each text of a level is rendered in one call for all its notices.
        :param language: code
        :param level: collection.level whose tone is taken; default each action's own
        :raises Exception: whatever a broken template raises
        """
        words = {}
        for (one_level, channel), actions in self.grouped(lambda a: (level or a.level_id, a.channel)).items():
            # sudo: the administrator's text, read for it; what it names of the debtor is what the debtor is sent
            template = self.env["mail.template"]
            if one_level:
                template = one_level.with_env(self.sudo().env)._text_template(channel)
            subjects = actions._rendered(template, "subject", language, "subject")
            bodies = actions._rendered(template, "body_html", language, "body")
            for action in actions:
                subject = subjects.get(action.id) or one_level.with_context(lang=language).name
                words[action] = {
                    "subject": subject or action.company_id.sudo().name,
                    "body": bodies.get(action.id) or Markup(),
                }
        return words

    def _rendered(self, template, field, language, edited):
        """Return {action id: text}: what was edited for an action, or a field of a template rendered for it."""
        texts = {action.id: action[edited] for action in self if action[edited]}
        missing = [action_id for action_id in self.ids if action_id not in texts]
        if template and missing:
            texts |= template._render_field(field, missing, set_lang=language)
        return texts

    def _notice_values(self, lines=None, links=False, level=None):
        """Return what the QWeb templates show of this notice; see `_notices`."""
        self.ensure_one()
        return self._notices(links, level, lines and {self: lines})[self]

    def _notices(self, links=False, level=None, lines=None):
        """Return {action: what the QWeb templates of notices show}.

        :param links: bool, make the links to pay online
        :param level: collection.level whose words are taken; default each action's own
        :param lines: {action: list of dicts with the columns of collection.action.line}, for a preview; default the
            lines of each
        :raises Exception: whatever a broken template raises
        """
        addresses = self._addresses()
        languages = {action: action._language(address) for action, address in addresses.items()}
        notices = {}
        for language, actions in self.grouped(languages.get).items():
            context = {"lang": language}
            for action in lines or ():
                shown = tuple(
                    (line["name"], line["date_due"], line["currency"].id, line["amount_claim"])
                    for line in lines[action]
                )
                context["collection_lines"] = (action.id, shown)
            actions = actions.with_context(**context)
            notices |= actions._notices_in(language, addresses, actions._lines_shown(lines, links), level)
        return {action: notices[action] for action in self}

    def _notices_in(self, language, addresses, lines, level):
        """Return {action: what the templates show}, of notices in one language; see `_notices`."""
        words = self._words_in(language, level)
        interest = self._interest_shown(lines, level)
        rules = self.env["collection.contact.rule"]._phrase_rules(self)

        @cache
        def frame(company, user):
            return self._frame(company, user, language)

        notices = {}
        for action in self:
            # sudo: name, address and bank accounts of the creditor and of the debtor, as they stand on any invoice
            company = action.company_id.sudo()
            shown = lines[action]
            notices[action] = {
                **frame(company, action._contact_user()),
                "o": action,
                "address": addresses[action].with_context(lang=language),
                "debtor": action.partner_id.sudo(),
                "banks": action._banks(company, shown),
                "overdue": [line for line in shown if line["days_overdue"] > 0],
                "upcoming": [line for line in shown if line["days_overdue"] <= 0],
                "totals": action._totals_with_interest(shown, interest.get(action, {})),
                "words": words[action],
                "reference": action._reference(shown),
                "phrases": rules[action]._phrases(action, language)[0],
            }
        return notices

    @api.model
    def _frame(self, company, user, language):
        """Return what the notices of a company in a language have in common, in the name of one user (or none)."""
        direction = self.env["res.lang"]._lang_get(language).direction
        return {
            "company": company,
            "company_lines": filled_lines(company.partner_id._display_address(without_company=True)),
            "contact": user.partner_id,
            "contact_name": user.name or company.name,
            "contact_email": email_normalize(user.email) or email_normalize(company.email),
            "contact_phone": user.phone or company.phone,
            "today": self.env["collection.case"]._today(),
            "direction": direction,
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "lang": language,
            # an amount or a date as the language writes it: far quicker than a widget of QWeb each
            "money": lambda amount, currency: format_amount(self.env, amount, currency, lang_code=language),
            "day": cache(lambda date: format_date(self.env, date, lang_code=language)),
        }

    def _render_notice(self, lines=None, links=False, level=None):
        """Return the HTML of the notice as an e-mail."""
        return self._render_values("debt_collection.notice_mail", self._notice_values(lines, links, level))

    @api.model
    def _render_values(self, template, values):
        """Return the HTML of one of the templates of notices, in the language of its values.

        sudo: a template formats what `_notices` has gathered for this notice, and reads nothing of its own.
        """
        return (
            self.env["ir.qweb"].sudo().with_context(lang=values["lang"])._render(template, values, lang=values["lang"])
        )

    def _plain_words(self, html):
        """Return HTML as the plain text kept in the log, without the logo and the links, which open invoices."""
        without_logo = re.sub(r"<img[^>]*>", "", str(html or ""))
        lines = (line.strip() for line in html2plaintext(without_logo, include_references=False).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
