"""Statements of account as a spreadsheet: per debtor and currency a sheet of movements and a sheet of open items."""

from odoo import api, models

from ..tools.workbook import workbook


class CollectionStatement(models.AbstractModel):
    _inherit = "collection.statement"

    @api.model
    def _workbook(self, partners, company, date_from, date_to, language=None, with_movements=True, interest=None):
        """Return the XLSX (bytes) of the statements of some debtors, in one language.

        :param partners: res.partner, commercial entities; whether the user may read them is the caller's to check
        :param language: code; default the user's
        :param with_movements: bool; without, the open items alone
        :param interest: see `_paper_values`
        """
        language = language or self.env.lang or "en_US"
        service = self.with_context(lang=language)
        statements = service._statements(partners, company, date_from, date_to)
        sheets = []
        for partner in partners.sudo():  # sudo: the name alone
            for account in statements[partner.id]["currencies"]:
                name = f"{partner.name} {account['currency'].name}"
                if with_movements:
                    sheets.append((name, service._movement_columns(), service._movement_rows(account, date_from)))
                owed = (interest or {}).get(partner.id, {}).get(account["currency"])
                sheets.append(
                    (
                        service.env._("Open %s", name),
                        service._open_columns(),
                        service._open_rows(account, owed),
                    )
                )
        if not sheets:
            sheets = [(service.env._("Statement of account"), [(service.env._("Nothing is open"), "text")], [])]
        direction = self.env["res.lang"]._get_data(code=language).direction
        return workbook(sheets, rtl=direction == "rtl")

    @api.model
    def _movement_columns(self):
        return [
            (self.env._("Date"), "date"),
            (self.env._("Entry"), "text"),
            (self.env._("Number"), "text"),
            (self.env._("Reference"), "text"),
            (self.env._("Due date"), "date"),
            (self.env._("Debit"), "money"),
            (self.env._("Credit"), "money"),
            (self.env._("Balance"), "money"),
        ]

    @api.model
    def _movement_rows(self, account, date_from):
        kinds = self._kinds()
        rows = [
            [
                row["date"], kinds[row["kind"]], row["number"], row["reference"], row["date_due"],
                row["debit"] or None, row["credit"] or None, row["balance"],
            ]
            for row in account["movements"]
        ]  # fmt: skip
        opening = [(None,), self.env._("Opening balance"), None, None, None, None, None, account["opening"]]
        closing = [
            (None,), self.env._("Closing balance"), None, None, None,
            account["debit"], account["credit"], account["closing"],
        ]  # fmt: skip
        return [*([opening] if date_from else []), *rows, closing]

    @api.model
    def _open_columns(self):
        return [
            (self.env._("Number"), "text"),
            (self.env._("Date"), "date"),
            (self.env._("Due date"), "date"),
            (self.env._("Days late"), "number"),
            (self.env._("Open"), "money"),
        ]

    @api.model
    def _open_rows(self, account, interest):
        rows = [
            [
                row["number"], row["date"], row["date_due"] if row["is_debit"] else None,
                row["days_late"] if row["is_debit"] and row["days_late"] > 0 else None, row["amount"],
            ]
            for row in account["open"]
        ]  # fmt: skip
        rows.append([(self.env._("Balance"),), None, None, None, account["closing"]])
        rows += [[label, None, None, None, amount] for _key, label, amount in account["ageing"]]
        rows.append([self.env._("Credits"), None, None, None, -account["open_credit"]])
        if interest:
            rows.append([self.env._("Interest to date, not part of the balance"), None, None, None, interest])
        return rows
