"""A debtor writes to the collector on the page: in the log, in the chatter, and somebody's to answer."""

from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPageMessage(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user("collector", "debt_collection.group_collection_collector", email="c@example.com")
        cls.case = cls._owing()
        cls.case.user_id = cls.collector
        cls.mine = cls.case.debtor_id

    def _received(self):
        return self.case.contact_ids.filtered(lambda one: one.outcome == "received")

    def _write(self, text="Where is my delivery note?", **values):
        return self._send(self.mine, "/message", text=text, **values)

    def _paid(self, **values):
        path, form = self._form(self._get(self.mine, "/message", about="paid"), "/message")
        values = {"date": self._in_days(-2).isoformat(), "amount": "100", "way": "transfer", **values}
        return self._post(path, {**form, **values})

    def test_a_message_is_in_the_log_in_the_chatter_and_somebody_s_to_answer(self):
        words = "I did not get <b>this</b>.\r\nWhere is it?"
        self.assertEqual(self._write(words, subject="invoice").status_code, 303)
        entry = self._received()
        self.assertEqual((entry.direction, entry.user_id.id), ("in", False))
        self.assertIn("A question about an invoice", entry.summary)
        self.assertEqual(entry.text_ids.body, "I did not get <b>this</b>.\nWhere is it?")
        [message] = self.case.message_ids.filtered(lambda one: one.author_id == self.debtor)
        self.assertIn("&lt;b&gt;this&lt;/b&gt;.<br>Where is it?", message.body)
        self.assertIn(self.collector.partner_id, message.notified_partner_ids)
        [activity] = self.case.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.collector, self.today))
        self.assertFalse(self.case.contact_ids._verify_chain())

    def test_the_debtor_has_its_own_words_in_writing(self):
        self._write("First line\n<script>alert(1)</script>")
        mail = self.env["mail.mail"].sudo().search([("subject", "like", "We have your message")])
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("First line", mail.body_html)
        self.assertIn("&lt;script&gt;", mail.body_html)
        self.assertNotIn("<script>", mail.body_html)

    def test_it_is_an_answer(self):
        self.case._log_contact(channel="email", direction="out", outcome="sent", summary="Reminder")
        self.env.flush_all()
        unanswered = self.env["collection.unanswered"]
        self.assertTrue(unanswered.search([("case_id", "=", self.case.id)]))
        self._write()
        self.assertFalse(unanswered.search([("case_id", "=", self.case.id)]))

    def test_two_messages_are_two_entries_and_one_activity(self):
        self._write("One")
        self._write("Two")
        self.assertEqual(len(self._received()), 2)
        self.assertEqual(len(self.case.activity_ids), 1)

    def test_a_message_without_words_or_with_too_many_is_not_taken(self):
        for text, words in (("", "Write what"), (" \n ", "Write what"), ("a" * 4001, "4001 characters")):
            answer = self._write(text)
            self.assertEqual(answer.status_code, 422)
            self.assertIn(words, self._text(answer))
        self.assertFalse(self._received())
        self.assertEqual(self._write("a" * 4000).status_code, 303)

    def test_what_cannot_be_stored_or_is_huge_breaks_nothing(self):
        self.assertEqual(self._write("Nothing\x00 more").status_code, 303)
        self.assertEqual(self._received().text_ids.body, "Nothing more")
        answer = self._write("ä" * 500_000)
        self.assertEqual(answer.status_code, 422)
        self.assertLess(len(answer.text), 100_000)
        self.assertEqual(self._write("a" * 11_000_000).status_code, 413)
        self.assertEqual(len(self._received()), 1)

    def test_a_subject_nobody_offered_is_none(self):
        self.assertEqual(self._write("Hello", subject="<img>").status_code, 303)
        self.assertIn("A message: Hello", self._received().summary)

    def test_five_messages_a_day_are_enough(self):
        for number in range(5):
            self.assertEqual(self._write(f"Message {number}").status_code, 303)
        answer = self._write("One more")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("5 times today", self._text(answer))
        self.assertEqual(len(self._received()), 5)
        self.env["collection.page.act"].sudo().search([]).date = self._in_days(-1)
        self.assertEqual(self._write("One more").status_code, 303)

    def test_a_form_sent_twice_writes_once(self):
        path, form = self._form(self._get(self.mine, "/message"), "/message")
        for _time in range(2):
            self._post(path, {**form, "text": "Once"})
        self.assertEqual(len(self._received()), 1)

    def test_what_is_said_to_be_paid_is_looked_for_and_pauses_nothing(self):
        answer = self._paid(amount="99,50", text="From my wife's account")
        self.assertEqual(answer.status_code, 303)
        entry = self._received()
        self.assertIn("99.50", entry.summary)
        self.assertIn("By bank transfer", entry.summary)
        self.assertEqual(entry.text_ids.body, "From my wife's account")
        [activity] = self.case.activity_ids
        self.assertIn("Find and match the payment of", activity.summary)
        [line] = self.env["collection.page"]._lines(self.mine)
        self.assertEqual(line["state"], "overdue")

    def test_a_payment_that_cannot_be_is_not_noted(self):
        for values, words in (
            ({"date": self._in_days(1).isoformat()}, "today or a day before"),
            ({"date": "yesterday"}, "today or a day before"),
            ({"amount": "0"}, "more than zero"),
            ({"amount": "a lot"}, "digits alone"),
            ({"way": "magic"}, "how you paid"),
            ({"currency": "XXX"}, "the currency"),
        ):
            with self.subTest(values=values):
                answer = self._paid(**values)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(words, self._text(answer))
        self.assertFalse(self._received())

    def test_a_debtor_without_a_case_is_told_whom_to_call(self):
        self.company.write({"phone": "+1 555 0100", "email": "billing@example.com"})
        partner = self._partner("Never Late")
        debtor = self.env["collection.debtor"].sudo()._get(self.company, partner)
        page = self._get(debtor, "/message")
        self.assertIn("Please call us", self._text(page))
        self.assertIn("billing@example.com", page.text)
        self.assertNotIn("<form", page.text)

    def test_the_log_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.mine.sudo().lang = "fr_FR"
        self._write("Bonjour", subject="invoice")
        self.assertIn("A question about an invoice: Bonjour", self._received().summary)
