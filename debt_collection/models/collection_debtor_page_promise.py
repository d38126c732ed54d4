"""A debtor promises on the page to pay by a day: within what the company allows, and not for ever."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

# a debtor who has promised the same invoice so often on the page pays it, or talks to a person
PROMISES_OF_AN_ITEM = 2


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _page_promisable(self, lines):
        """Return those of the page's lines that may be promised, each with `promisable`: the amount, after credits.

        :param lines: see `collection.page._lines`
        """
        worn = self._page_promised_often(lines)
        found = []
        for line in lines:
            if line["payable"] and line["state"] == "overdue" and line["item"] not in worn:
                line["promisable"] = line["currency"].round(float(line["claim_currency"]))
                if not line["currency"].is_zero(line["promisable"]):
                    found.append(line)
        return found

    def _page_promised_often(self, lines):
        """Return the items of some lines that have been promised on the page as often as they may be."""
        items = self.env["collection.item"].union(*(line["item"] for line in lines if line["state"] == "overdue"))
        # sudo: the promises of the debtor whose page it is
        counts = (
            self.env["collection.promise.line"]
            .sudo()
            ._read_group(
                [
                    ("item_id", "in", items.ids),
                    ("promise_id.origin", "=", "portal"),
                    ("promise_id.state", "!=", "cancelled"),
                ],
                ["item_id"],
                ["__count"],
                having=[("__count", ">=", PROMISES_OF_AN_ITEM)],
            )
        )
        return items.browse(item.id for item, _count in counts)

    def _page_check_promises(self, lines, most):
        """Check that this debtor may promise something on the page.

        :param lines: see `collection.page._lines`
        :param most: int, how many promises of the period there may be, the one that is being made among them
        :raises UserError: says what the debtor can do instead
        """
        settings = self.company_id._collection_settings()
        if not settings.collection_page_promises:
            raise UserError(
                self.env._("A date cannot be promised on this page. Please pay, or write to us: we look for a way.")
            )
        broken = settings.collection_max_broken_promises
        if broken and self.broken_promise_count >= broken:
            raise UserError(
                self.env._("Earlier promises were not kept, so no other can be made here. Please pay, or write to us.")
            )
        if not self._page_promisable(lines):
            if self._page_promised_often(lines):
                raise UserError(self._page_worn_words())
            raise UserError(
                self.env._(
                    "Nothing is open that needs a promise. What is not due yet, promised, in a payment plan, disputed "
                    "or covered by a credit needs none."
                )
            )
        self.env["collection.page.act"]._check_limit(
            self,
            "promise",
            most,
            self.env._(
                "No other promise can be made here within %s days of the last ones. Please pay, or write to us.",
                settings.collection_page_period,
            ),
        )

    def _page_worn_words(self):
        return self.env._(
            "What is overdue has been promised here %s times already. Please pay it, or write to us: we look for a "
            "way.",
            PROMISES_OF_AN_ITEM,
        )

    def _page_promise(self, line_ids, amount, date):
        """Take the promise that this debtor makes on the page, and confirm it.

        :param line_ids: [str], what was chosen
        :param amount: str, as it was written; empty: all of what was chosen
        :param date: str, ISO
        :return: str, what the debtor is told
        :raises UserError: says what to put right; nothing is saved
        """
        self.ensure_one()
        page, company = self.env["collection.page"], self.company_id
        # sudo: a case opens by what the ledger says, whoever looks
        self.env["collection.case"].sudo()._assess(company, partners=self.partner_id)
        lines = page._lines(self)
        self._page_check_promises(lines, company._collection_settings().collection_page_promises)
        chosen = self._page_check_chosen(page._chosen(self, line_ids, lines), lines)
        currency = chosen[0]["currency"]
        total = currency.round(sum(line["promisable"] for line in chosen))
        amount = self._page_read_amount(amount, currency) if amount else total
        if currency.compare_amounts(amount, 0) <= 0 or currency.compare_amounts(amount, total) > 0:
            raise UserError(
                self.env._(
                    "Enter an amount of more than zero and at most %s, which is open of what you have chosen.",
                    currency.format(total),
                )
            )
        date = self._page_read_promise_day(date)
        chosen = self._page_reached(chosen, amount)
        case = self._page_open_case().with_context(lang=company.partner_id.lang or "en_US")
        items = case.env["collection.item"].union(*(line["item"] for line in chosen))
        promise = case.env["collection.promise"]._make(case, items.with_env(case.env), amount, date, origin="portal")
        case._tell_from_page(
            case.env._("On the debtor's page: %s. Reminders of these invoices wait for it.", promise._summary())
        )
        words = {"amount": currency.format(amount), "date": self._page_day(date)}
        told = self.env._("Thank you. We have noted that you will pay %(amount)s by %(date)s.", **words)
        numbers = ", ".join(line["move_name"] for line in chosen)
        self._page_confirm(
            self.env._("Your promise to pay"),
            [
                told,
                self.env._("It is for: %s", numbers),
                self.env._("Until then we send you no reminder of it. If something comes in between, please tell us."),
            ],
        )
        return told

    def _page_reached(self, chosen, amount):
        """Return those of some lines that an amount reaches, the oldest due first: the others are not promised, so that
        nobody puts a large debt off with a small promise.
        """
        reached = []
        for line in sorted(chosen, key=lambda one: (one["item"].date_due, one["item"].id)):
            if line["currency"].compare_amounts(amount, 0) > 0:
                reached.append(line)
            amount = line["currency"].round(amount - line["promisable"])
        return reached

    def _page_check_chosen(self, chosen, lines):
        """Return what a debtor has chosen to promise.

        :raises UserError: when it is nothing, not in one currency, or something of it cannot be promised
        """
        if not chosen:
            raise UserError(self.env._("Choose what you will pay: at least one invoice."))
        if len({line["currency"] for line in chosen}) > 1:
            raise UserError(self.env._("A promise is in one currency: make one for each."))
        worn, promisable = self._page_promised_often(lines), self._page_promisable(lines)
        for line in chosen:
            if line["item"] in worn:
                raise UserError(
                    self.env._(
                        "%(number)s has been promised here %(times)s times already. Please pay it, or write to us.",
                        number=line["move_name"],
                        times=PROMISES_OF_AN_ITEM,
                    )
                )
            if line not in promisable:
                raise UserError(self.env._("%s needs no promise: leave it out.", line["move_name"]))
        return chosen

    def _page_read_promise_day(self, text):
        """Return the day of a promise.

        :raises UserError: when it is none, gone, or later than the company allows
        """
        date = self._page_read_day(text)
        today = self.env["collection.case"]._today()
        last = today + timedelta(days=self.company_id._collection_settings().collection_page_promise_days)
        if not date or not today <= date <= last:
            raise UserError(
                self.env._(
                    "Choose a day from %(first)s to %(last)s.", first=self._page_day(today), last=self._page_day(last)
                )
            )
        return date
