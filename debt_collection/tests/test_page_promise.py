"""A debtor promises on the page to pay by a day: within limits, once, and the collector learns of it."""

from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPagePromise(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user("collector", "debt_collection.group_collection_collector", email="c@example.com")
        cls.case = cls._owing((100, 12), (50, 8))
        cls.case.user_id = cls.collector
        cls.mine = cls.case.debtor_id
        cls.lines = {line["amount"]: str(line["line_id"]) for line in cls.env["collection.page"]._lines(cls.mine)}

    def _promise(self, **values):
        values.setdefault("date", self._in_days(7).isoformat())
        return self._send(self.mine, "/promise", **values)

    def _refused(self, answer, words):
        self.assertEqual(answer.status_code, 422)
        self.assertIn(words, self._text(answer))
        self.assertFalse(self.case.promise_ids)

    def _break(self):
        """Let the open promise break."""
        promise = self.case.promise_ids.filtered(lambda one: one.state == "open")
        self.env.cr.execute(
            "UPDATE collection_promise SET date_judged = %s, date = %s, date_made = %s WHERE id = %s",
            [self._in_days(-1), self._in_days(-2), self._in_days(-3), promise.id],
        )
        self.env.invalidate_all()
        self._assess(self.today, partners=self.debtor)
        self.assertEqual(promise.state, "broken")

    def test_everything_overdue_is_promised_unless_the_debtor_chooses(self):
        answer = self._promise()
        self.assertEqual(answer.status_code, 303)
        promise = self.case.promise_ids
        self.assertEqual((promise.amount, promise.date, promise.origin), (150.0, self._in_days(7), "portal"))
        self.assertEqual(set(promise.line_ids.mapped("amount")), {100.0, 50.0})
        self.assertEqual(self.case.stage, "promised")
        self.assertIn("you will pay $ 150.00 by", self._text(self.url_open(answer.headers["Location"])))

    def test_the_log_the_collector_and_the_debtor_learn_of_it(self):
        self._promise(line=[self.lines[100.0]])
        entry = self.case.contact_ids.filtered(lambda one: one.outcome == "promise")
        self.assertEqual((entry.direction, entry.user_id.id, entry.user_name), ("in", False, False))
        self.assertIn("100.00", entry.summary)
        message = self.case.message_ids.filtered(lambda one: "debtor's page" in (one.body or ""))
        self.assertEqual(message.author_id, self.debtor)
        self.assertIn(self.collector.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.debtor, self.case.message_partner_ids)
        mail = self.env["mail.mail"].sudo().search([("model", "=", "collection.case"), ("res_id", "=", self.case.id)])
        mail = mail.filtered(lambda one: self.debtor in one.recipient_ids)
        self.assertIn("Your promise to pay", mail.subject)
        self.assertIn("100.00", mail.body_html)

    def test_a_part_may_be_promised_in_arabic_digits_and_falls_on_the_oldest(self):
        self._promise(amount="١٢٠٫٥٠")
        promise = self.case.promise_ids
        self.assertEqual(promise.amount, 120.5)
        self.assertEqual(promise.line_ids.sorted("amount").mapped("amount"), [20.5, 100.0])

    def test_a_small_promise_does_not_put_off_what_it_does_not_reach(self):
        self._promise(amount="0.01")
        self.assertEqual(self.case.promise_ids.line_ids.mapped("amount"), [0.01])
        lines = {line["amount"]: line["state"] for line in self.env["collection.page"]._lines(self.mine)}
        self.assertEqual(lines, {100.0: "promised", 50.0: "overdue"})

    def test_reminders_of_what_is_promised_wait(self):
        self._promise(line=[self.lines[100.0]])
        lines = {line["amount"]: line["state"] for line in self.env["collection.page"]._lines(self.mine)}
        self.assertEqual(lines, {100.0: "promised", 50.0: "overdue"})
        form = self._get(self.mine, "/promise").text
        self.assertNotIn(f'value="{self.lines[100.0]}"', form)
        self.assertIn(f'value="{self.lines[50.0]}"', form)

    def test_amounts_that_are_none_or_too_much_promise_nothing(self):
        for amount, words in (
            ("150.01", "at most $ 150.00"),
            ("0", "more than zero"),
            ("-1", "digits alone"),
            ("NaN", "digits alone"),
            ("1e1", "digits alone"),
            ("inf", "digits alone"),
            ("<script>", "digits alone"),
        ):
            with self.subTest(amount=amount):
                answer = self._promise(amount=amount)
                self._refused(answer, words)
                self.assertNotIn("<script>", answer.text)

    def test_days_gone_or_too_far_promise_nothing(self):
        for date in (
            self._in_days(-1).isoformat(),
            self._in_days(15).isoformat(),
            "",
            "soon",
            "2026-02-31",
            "2026-W01",
        ):
            with self.subTest(date=date):
                self._refused(self._promise(date=date), "Choose a day from")
        self.assertEqual(self._promise(date=self._in_days(14).isoformat()).status_code, 303)

    def test_what_is_filled_in_stays_when_something_is_wrong(self):
        answer = self._promise(amount="120", date="2000-01-01", line=[self.lines[100.0]])
        _path, form = self._form(answer, "/promise")
        self.assertEqual((form["amount"], form["date"], list(form["line"])), ("120", "2000-01-01", [self.lines[100.0]]))

    def test_nothing_chosen_or_the_invoice_of_another_promises_nothing(self):
        path, form = self._form(self._get(self.mine, "/promise"), "/promise")
        form = {**form, "date": self._in_days(3).isoformat()}
        self._refused(self._post(path, {**form, "line": []}), "at least one invoice")
        other = self._owing((70, 9), partner=self._partner("Somebody Else"))
        [line] = self.env["collection.page"]._lines(other.debtor_id)
        for foreign in (str(line["line_id"]), "0", "x", "9" * 30):
            self._refused(self._post(path, {**form, "line": [self.lines[50.0], foreign]}), "has changed")
        self.assertFalse(other.promise_ids)

    def test_what_is_not_due_needs_no_promise(self):
        self._invoice(30, self._in_days(5))
        self._assess(self.today)
        lines = {line["amount"]: str(line["line_id"]) for line in self.env["collection.page"]._lines(self.mine)}
        self.assertNotIn(f'value="{lines[30.0]}"', self._get(self.mine, "/promise").text)
        self._refused(self._promise(line=[lines[30.0]]), "needs no promise")

    def test_a_form_sent_twice_promises_once(self):
        path, form = self._form(self._get(self.mine, "/promise"), "/promise")
        form["date"] = self._in_days(3).isoformat()
        first, second = self._post(path, form), self._post(path, form)
        self.assertEqual((first.status_code, second.status_code), (303, 303))
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self.case.promise_ids), 1)

    def test_only_so_many_promises_are_taken_in_the_period(self):
        self.company.collection_page_promises = 1
        self.assertEqual(self._promise(line=[self.lines[100.0]]).status_code, 303)
        page = self._get(self.mine, "/promise")
        self.assertIn("No other promise can be made here", self._text(page))
        self.assertNotIn("<form", page.text)
        self.env["collection.page.act"].sudo().search([]).date = self._in_days(-90)
        self.assertEqual(self._promise(line=[self.lines[50.0]]).status_code, 303)

    def test_a_company_that_takes_none_offers_none(self):
        self.assertIn("/promise", self._get(self.mine).text)
        _path, form = self._form(self._get(self.mine, "/promise"), "/promise")
        self.company.collection_page_promises = 0
        self.assertNotIn("/promise", self._get(self.mine).text)
        page = self._get(self.mine, "/promise")
        self.assertIn("cannot be promised on this page", self._text(page))
        form["date"] = self._in_days(3).isoformat()
        self._refused(self._post(f"{self.mine._page_path()}/promise", form), "cannot be promised on this page")

    def test_an_invoice_is_promised_twice_on_the_page_and_not_again(self):
        self.company.collection_page_promises = 9
        for _time in range(2):
            self.assertEqual(self._promise(line=[self.lines[100.0]]).status_code, 303)
            self._break()
        self.assertNotIn(f'value="{self.lines[100.0]}"', self._get(self.mine, "/promise").text)
        answer = self._promise(line=[self.lines[100.0]])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("has been promised here 2 times already", self._text(answer))
        self.assertEqual(len(self.case.promise_ids), 2)
        # the other one is not to blame
        self.assertEqual(self._promise(line=[self.lines[50.0]]).status_code, 303)
        self._break()
        self.assertEqual(self._promise(line=[self.lines[50.0]]).status_code, 303)
        self._break()
        self.assertIn("What is overdue has been promised here", self._text(self._get(self.mine, "/promise")))

    def test_who_broke_too_many_promises_makes_no_other(self):
        self.company.collection_max_broken_promises = 1
        self._promise(line=[self.lines[100.0]])
        self._break()
        self.assertIn("Earlier promises were not kept", self._text(self._get(self.mine, "/promise")))

    def test_each_currency_is_promised_apart(self):
        self.env.ref("base.EUR").active = True
        euro = self._invoice(80, self._in_days(-9), currency_id=self.env.ref("base.EUR").id)
        self._assess(self.today)
        line = str(self._receivable(euro).id)
        self._refused(self._promise(line=[self.lines[50.0], line]), "in one currency")
        page = self._get(self.mine, "/promise", currency="EUR")
        path, form = self._form(page, "/promise")
        self.assertIn(form["line"], (line, [line]))
        self.assertEqual(self._post(path, {**form, "date": self._in_days(2).isoformat()}).status_code, 303)
        self.assertEqual((self.case.promise_ids.currency_id.name, self.case.promise_ids.amount), ("EUR", 80.0))

    def test_nothing_overdue_says_so(self):
        self._pay(self.case.item_ids.move_id, self.today)
        self._assess(self.today)
        self.assertIn("Nothing is open that needs a promise", self._text(self._get(self.mine, "/promise")))

    def test_an_invoice_overdue_since_the_last_look_can_be_promised(self):
        new = self._invoice(40, self._in_days(-3))
        answer = self._promise(line=[str(self._receivable(new).id)])
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.case.promise_ids.amount, 40.0)
