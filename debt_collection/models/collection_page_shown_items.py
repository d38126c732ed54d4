"""The items on the debtor's page: each with what a debtor wants to know of it, so many at a time."""

from odoo import api, models
from odoo.tools import SQL

FIRST = 100  # items on the page as it opens
SHEET = 250  # items on a sheet of the whole list


class CollectionPage(models.AbstractModel):
    _inherit = "collection.page"

    @api.model
    def _items_shown(self, debits, promises, sheet=None):
        """Return items (dicts), items_more (words, when there are), sheet, sheets and sheet_words.

        In a few statements whatever their number; the oldest due come first.
        :param debits: the open debits, see `_lines`
        :param promises: collection.promise, those that stand
        :param sheet: int, which sheet of the whole list, from 1; None: the first items alone
        """
        number = len(debits)
        sheets = max(-(-number // SHEET), 1)
        if sheet is None:
            shown = debits[:FIRST]
        else:
            sheet = min(max(sheet, 1), sheets)
            shown = debits[(sheet - 1) * SHEET : sheet * SHEET]
        places, discounts = self._places(shown), self._discounts(shown)
        promised = {part.item_id: promise.date for promise in promises for part in promise.line_ids if part.live}
        return {
            "items": [
                {
                    **self._document(line),
                    "place": places.get(line["line_id"]),
                    "original": self._original(line),
                    "discount": discounts.get(line["line_id"]),
                    "badges": self._badges(line, promised.get(line["item"])),
                }
                for line in shown
            ],
            "items_more": self.env._("Show all: %s more", number - len(shown))
            if sheet is None and number > len(shown)
            else None,
            "sheet": sheet,
            "sheets": sheets,
            "sheet_words": self.env._("Page %(page)s of %(pages)s", page=sheet, pages=sheets) if sheet else None,
        }

    @api.model
    def _document(self, line):
        """Return an open line with whether it has a document of ours."""
        return {**line, "has_document": line["move"].is_sale_document(include_receipts=True)}

    @api.model
    def _places(self, lines):
        """Return {line id: words: which, of how many} of those lines that are instalments of an invoice."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, place, number
                  FROM (SELECT l.id, count(*) OVER (PARTITION BY l.move_id) AS number,
                               row_number() OVER (PARTITION BY l.move_id
                                                  ORDER BY coalesce(l.date_maturity, l.date), l.id) AS place
                          FROM account_move_line l
                          JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                         WHERE l.move_id = ANY(%s) AND l.balance > 0) numbered
                 WHERE number > 1 AND id = ANY(%s)
                """,
                list({line["move_id"] for line in lines}),
                [line["line_id"] for line in lines],
            )
        )
        return {
            line_id: self.env._("instalment %(place)s of %(number)s", place=place, number=number)
            for line_id, place, number in rows
        }

    @api.model
    def _discounts(self, lines):
        """Return {line id: (words, address)} of invoices that cost less when they are paid in whole by a day to come.

        The address is that of Odoo's own page for the invoice, which takes the discount off.
        """
        today = self.env["collection.case"]._today()
        # sudo: of the debtor whose page it is
        entries = self.env["account.move.line"].sudo().browse(line["line_id"] for line in lines)
        entries.fetch(["discount_date", "discount_amount_currency"])
        return {
            entry.id: (
                self.env._(
                    "Pay %(amount)s until %(date)s: with the discount for paying early",
                    amount=self._said(self._money(entry.discount_amount_currency, line["currency"])),
                    date=self._said(self._day(entry.discount_date)),
                ),
                line["move"]._collection_pay_url(),
            )
            for entry, line in zip(entries, lines, strict=True)
            if entry.discount_date
            and entry.discount_date >= today
            and line["move"]._is_eligible_for_early_payment_discount(line["currency"], today)
        }

    @api.model
    def _original(self, line):
        """Return what an item was before something of it was paid, in words, or None."""
        currency = line["currency"]
        original = currency.round(float(line["original_currency"]))
        if currency.compare_amounts(original, line["amount"]) <= 0:
            return None
        return self.env._("open of %s", self._said(self._money(original, currency)))

    @api.model
    def _badges(self, line, promised_for):
        """Return how an item stands, as [(colour, words)].

        :param promised_for: datetime.date, the day it is promised for, or None
        """
        env, currency = self.env, line["currency"]
        disputed = currency.round(float(line["disputed_currency"]))
        whole = currency.is_zero(line["amount"] - disputed)
        badges = []
        if not currency.is_zero(disputed):
            objected = env._("You object: we look into it") if whole else None
            badges.append(
                ("disputed", objected or env._("You object to %s", self._said(self._money(disputed, currency))))
            )
        if whole:
            return badges
        if line["state"] == "planned":
            return [*badges, ("planned", env._("In your payment plan"))]
        if line["state"] == "promised":
            words = env._("Promised for %s", self._said(self._day(promised_for))) if promised_for else env._("Promised")
            return [*badges, ("promised", words)]
        if currency.is_zero(self._claim(line)):
            return [*badges, ("covered", env._("Covered by your credits"))]
        return [*badges, (self._share(line), self._days_in_words(line["days_late"]))]

    @api.model
    def _days_in_words(self, days_late):
        env = self.env
        if days_late > 1:
            return env._("%s days late", days_late)
        if days_late == 1:
            return env._("1 day late")
        if not days_late:
            return env._("Due today")
        return env._("Due tomorrow") if days_late == -1 else env._("Due in %s days", -days_late)
