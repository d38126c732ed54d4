"""The ageing of a day as a spreadsheet: a line per debtor, a column per bucket, a sheet per currency."""

from odoo import api, models
from odoo.tools import SQL, format_date

from ..tools.workbook import workbook


class CollectionAgeing(models.Model):
    _inherit = "collection.ageing"

    @api.model
    def _workbook(self, by_currency=False):
        """Return the XLSX of the ageing that the context says (see `_at`), as bytes; one statement reads it.

        :param by_currency: bool, a sheet for each currency of the entries, in that currency; else a sheet for each
            currency of the companies, in that
        """
        self.check_access("read")
        buckets = self._selection_bucket()
        sheets = {}
        for currency, partner_id, debtor, *amounts in self._debtor_rows([key for key, _label in buckets], by_currency):
            first = debtor if partner_id else (self.env._("Grand total"),)
            sheets.setdefault(currency, []).append([first, *amounts])
        columns = [
            (self.env._("Debtor"), "text"),
            *((label, "money") for _key, label in buckets),
            (self.env._("Total"), "money"),
        ]
        blocks = [(currency, columns, rows) for currency, rows in sheets.items()]
        rtl = self.env["res.lang"]._lang_get(self.env.lang or "en_US").direction == "rtl"
        return workbook([*blocks, self._about_sheet(by_currency)], rtl=rtl)

    def _debtor_rows(self, keys, by_currency):
        """Return [(currency code, partner id, debtor, an amount per bucket..., total)] by currency and name.

        The last of each currency is its grand total, without a partner.
        """
        amount = SQL("amount_currency") if by_currency else SQL("amount")
        return self.env.execute_query(
            SQL(
                """
                SELECT currency.name, partner.id, partner.complete_name, %(buckets)s, sum(%(amount)s) AS total
                  FROM (%(ageing)s) ageing
                  JOIN res_partner partner ON partner.id = ageing.partner_id
                  JOIN res_currency currency ON currency.id = ageing.%(currency)s
              GROUP BY GROUPING SETS ((currency.name, partner.id, partner.complete_name), (currency.name))
              ORDER BY currency.name, grouping(partner.id), partner.complete_name, partner.id
                """,
                ageing=self._table_query,
                amount=amount,
                currency=SQL("currency_id") if by_currency else SQL("company_currency_id"),
                buckets=SQL(", ").join(
                    SQL("coalesce(sum(%s) FILTER (WHERE bucket = %s), 0)", amount, key) for key in keys
                ),
            )
        )

    def _about_sheet(self, by_currency):
        """Return the sheet that says what the others are."""
        at, basis = self._day()
        names = ", ".join(self._companies().mapped("name"))
        return (
            self.env._("About"),
            [(self.env._("Aged receivables"), "text"), ("", "text")],
            [
                [self.env._("At the end of"), format_date(self.env, at)],
                [self.env._("Days since"), self._basis_label(basis)],
                [
                    self.env._("Amounts"),
                    self.env._("In the currency of the entries") if by_currency else self.env._("In company currency"),
                ],
                [self.env._("Companies"), names],
                [self.env._("Read on"), format_date(self.env, self.env["collection.case"]._today())],
            ],
        )

    def _basis_label(self, basis):
        return self.env._("the invoice date") if basis == "invoice" else self.env._("the due date")
