"""What a debtor writes to the collector on the page, or says has been paid: noted, shown, and somebody's to answer."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

LONGEST = 4000  # characters of a message
MESSAGES_A_DAY = 5
LONGEST_LINE = 160


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    @api.model
    def _page_subjects(self):
        """Return {code: what a message is about}."""
        return {
            "invoice": self.env._("A question about an invoice"),
            "address": self.env._("A change of address"),
            "other": self.env._("Something else"),
        }

    @api.model
    def _page_ways_to_pay(self):
        """Return {code: how something was paid}."""
        return {
            "transfer": self.env._("By bank transfer"),
            "card": self.env._("By card"),
            "cash": self.env._("In cash"),
            "cheque": self.env._("By cheque"),
            "other": self.env._("Otherwise"),
        }

    def _page_write(self, subject, text):
        """Take a message that this debtor writes on the page, and confirm it with its own words.

        :param subject: code, see `_page_subjects`; whatever is no code is none
        :param text: str, as it was written
        :return: str, what the debtor is told
        :raises UserError: says what to put right; nothing is saved
        """
        self.ensure_one()
        case = self._page_case_to_write_to()
        text = self._page_read_text(text, LONGEST)
        if not text:
            raise UserError(self.env._("Write what you want to tell us."))
        about = self.with_env(case.env)._page_subjects().get(subject) or case.env._("A message")
        first = next(line.strip() for line in text.splitlines() if line.strip())
        summary = case.env._(
            "Written on the debtor's page. %(about)s: %(words)s", about=about, words=first[:LONGEST_LINE]
        )
        self._page_take_in(case, summary, text, case.env._("Answer what the debtor wrote on the page"))
        told = self.env._("Thank you. We have your message and will answer you.")
        own_words = [line for line in text.splitlines() if line.strip()]
        self._page_confirm(
            self.env._("We have your message"), [told, self.env._("This is what you wrote:"), *own_words]
        )
        return told

    def _page_say_paid(self, date, amount, currency, way, text):
        """Take note that this debtor says something has been paid: somebody looks for it; nothing is paused.

        :param date: str, ISO
        :param amount: str, as it was written
        :param currency: str, code of one of the currencies in which something is open
        :param way: code, see `_page_ways_to_pay`
        :param text: str, more about it; may be empty
        :return: str, what the debtor is told
        :raises UserError: says what to put right; nothing is saved
        """
        self.ensure_one()
        case = self._page_case_to_write_to()
        today = self.env["collection.case"]._today()
        date = self._page_read_day(date)
        if not date or date > today:
            raise UserError(self.env._("Choose the day on which you paid: today or a day before."))
        currency = self._page_currencies().filtered(lambda one: one.name == currency)
        if not currency:
            raise UserError(self.env._("Choose the currency in which you paid."))
        amount = self._page_read_amount(amount, currency)
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter how much you paid: more than zero."))
        if way not in self._page_ways_to_pay():
            raise UserError(self.env._("Choose how you paid."))
        text = self._page_read_text(text, LONGEST)
        told = self.env._("Thank you. We look for your payment and tell you if we do not find it.")
        said = self._page_paid_words(amount, currency, date, way)
        colleague = self.with_env(case.env)
        summary = case.env._(
            "Says on the debtor's page that it is paid. %s", colleague._page_paid_words(amount, currency, date, way)
        )
        task = case.env._(
            "Find and match the payment of %(amount)s the debtor made on %(date)s",
            amount=currency.with_env(case.env).format(amount),
            date=colleague._page_day(date),
        )
        self._page_take_in(case, summary, text, task)
        lines = [line for line in text.splitlines() if line.strip()]
        self._page_confirm(self.env._("You told us that you have paid"), [told, said, *lines])
        return told

    def _page_paid_words(self, amount, currency, date, way):
        """Return what was paid, when and how, in the language of this debtor's environment."""
        return self.env._(
            "%(amount)s on %(date)s. %(way)s.",
            amount=currency.with_env(self.env).format(amount),
            date=self._page_day(date),
            way=self._page_ways_to_pay()[way],
        )

    def _page_currencies(self):
        """Return the currencies in which something is open, the company's where nothing is."""
        lines = self.env["collection.page"]._lines(self)
        return self.env["res.currency"].union(*(line["currency"] for line in lines)) or self.company_id.currency_id

    def _page_case_to_write_to(self):
        """Return the case that what a debtor writes lands on, in the language colleagues read.

        :raises UserError: when there is none, or so much has been written today already
        """
        self.env["collection.page.act"]._check_limit(
            self,
            "message",
            MESSAGES_A_DAY,
            self.env._("You have written %s times today. Please write again tomorrow, or call us.", MESSAGES_A_DAY),
            days=1,
        )
        case = self._page_case()
        if not case:
            raise UserError(self.env._("Nobody is dealing with your account here. Please call us, or send an e-mail."))
        return case.with_context(lang=self.company_id.partner_id.lang or "en_US")

    def _page_take_in(self, case, summary, text, task):
        """Put what a debtor wrote into the log and the chatter of its case, and have somebody see to it.

        :param task: str, what the collector has to do
        """
        case._log_contact(channel="note", direction="in", outcome="received", summary=summary, text=text or None)
        case._tell_from_page(plaintext2html("\n".join(filter(None, [summary, text]))), task)
