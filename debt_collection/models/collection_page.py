"""What the debtor's page shows, read live: what is owed, what can be paid, and what every part of it has in common."""

from functools import cache

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_amount, format_date


class CollectionPage(models.AbstractModel):
    _name = "collection.page"
    _description = "Debtor's Page"

    @api.model
    def _lines(self, debtor):
        """Return the open lines of a debtor, as dicts; debits first, the oldest due first.

        :param debtor: collection.debtor, with rights
        :return: the rows of `collection.picture._open_lines` without what is left out of follow-up, and
            `amount` (open, in the line's currency; a credit is negative), `item` (collection.item or none),
            `move` (account.move), `payable` (bool: something of it can be paid)
        """
        self.env["collection.ledger"]._prepare()
        rows = self.env["collection.picture"]._open_lines(
            debtor.partner_id, debtor.company_id, self.env["collection.case"]._today()
        )
        rows = [row for row in rows if not (row["is_debit"] and row["no_followup"])]
        # sudo: of the debtor whose page it is
        items = self.env["collection.item"].sudo().browse(row["item_id"] for row in rows if row["item_id"])
        moves = self.env["account.move"].sudo().browse({row["move_id"] for row in rows})
        items, moves = ({record.id: record for record in records} for records in (items, moves))
        for row in rows:
            row["amount"] = row["currency"].round(float(row["residual_currency"]))
            row["item"] = items.get(row["item_id"], self.env["collection.item"])
            row["move"] = moves[row["move_id"]]
            row["payable"] = row["is_debit"] and not row["currency"].is_zero(row["amount"])
        return rows

    @api.model
    def _chosen(self, debtor, line_ids, lines=None):
        """Return those of a debtor's payable lines that somebody chose, in the order of `_lines`.

        :param line_ids: what came with the request: numbers of journal items, as str or int
        :raises UserError: when one of them is none of this debtor's open lines (any more)
        """
        lines = self._lines(debtor) if lines is None else lines
        wanted = {str(line_id) for line_id in line_ids}
        chosen = [line for line in lines if line["payable"] and str(line["line_id"]) in wanted]
        if len(chosen) != len(wanted):
            raise UserError(
                self.env._("What is owed has changed since this page was opened. Look again, and choose anew.")
            )
        return chosen

    @api.model
    def _language(self, debtor, wanted=None):
        """Return the code of the language a debtor's page is in: the one asked for, or that it is written to in."""
        installed = dict(self.env["res.lang"].get_installed())
        partner = debtor.partner_id
        address = partner._collections_address("email", debtor.company_id) if partner else partner
        codes = (
            wanted,
            debtor._chosen_language(),
            address.lang,
            partner.lang,
            debtor.company_id.partner_id.lang,
            "en_US",
        )
        return next((code for code in codes if code in installed), next(iter(installed)))

    @api.model
    def _frame(self, debtor, path, language):
        """Return what the templates of every part of the page use.

        :param debtor: collection.debtor, with rights
        :param path: str, the path of the page itself, with its token; what the parts link to
        :param language: code
        """
        company = debtor.company_id
        case = debtor._page_case()
        page = self.with_context(lang=language)
        user = case.user_id or debtor.user_id or company._collection_settings().collection_user_id
        languages = self.env["res.lang"]
        return {
            "debtor": debtor,
            "case": case,
            "company": company,
            "contact_name": user.name or company.name,
            "contact_email": email_normalize(user.email) or email_normalize(company.email),
            "contact_phone": user.phone or company.phone,
            "path": path,
            "today": self.env["collection.case"]._today(),
            "form_key": self.env["collection.page.act"]._new_key(),
            "lang": language,
            "direction": languages._lang_get(language).direction,
            "languages": [
                (code, languages._lang_get(code).name.split(" / ")[-1]) for code, _name in languages.get_installed()
            ],
            "money": page._money,
            "day": cache(page._day),
            "settings": company._collection_settings(),
        }

    @api.model
    def _money(self, amount, currency):
        """Return an amount as the language of the page writes it."""
        return format_amount(self.env, amount, currency)

    @api.model
    def _day(self, date):
        """Return a date as the language of the page writes it."""
        return format_date(self.env, date)

    @api.model
    def _said(self, value):
        """Return a value as it stands in a sentence: in a language from right to left kept apart from its words."""
        if self.env["res.lang"]._lang_get(self.env.lang).direction != "rtl":
            return value
        return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
