"""A promise to pay: what may be promised, what waits for it, and how it ends by hand."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestPromise(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.old, cls.young = cls._invoice(500, day(-20)), cls._invoice(300, day(-10))
        cls.future = cls._invoice(900, day(20))
        cls._assess(day(0))
        cls.case = cls._case()

    def _wizard(self, on=0, user=None, **values):
        return (
            self._on(self.env["collection.promise.make"].with_user(user or self.carla), day(on))
            .with_context(default_case_id=self.case.id)
            .create({"promise_date": day(on + 5), **values})
        )

    def _promise(self, on=0, user=None, **values):
        self._wizard(on, user, **values).action_confirm()
        return self.case.promise_ids.sorted("id")[-1:]

    def assertRefused(self, words, **values):
        """Check that a promise is refused with these words, and that nothing is saved."""
        before = self.case.promise_ids, self.case.contact_ids
        with self.assertRaisesRegex(UserError, words):
            self._promise(**values)
        self.assertEqual((self.case.promise_ids, self.case.contact_ids), before)

    def test_a_promise_covers_all_that_is_overdue_unless_told_otherwise(self):
        promise = self._promise()
        self.assertRecordValues(
            promise,
            [
                {
                    "amount": 800,
                    "currency_id": self.company.currency_id.id,
                    "date_made": day(0),
                    "date": day(5),
                    "date_judged": day(8),
                    "state": "open",
                    "amount_paid": 0,
                    "create_uid": self.carla.id,
                }
            ],
        )
        self.assertRecordValues(
            promise.line_ids.sorted("amount"),
            [
                {"item_id": self._item(self.young).id, "amount": 300, "live": True},
                {"item_id": self._item(self.old).id, "amount": 500, "live": True},
            ],
        )
        self.assertEqual(promise.move_line_ids, self._receivable(self.old) | self._receivable(self.young))

    def test_a_smaller_amount_falls_on_what_was_due_first(self):
        promise = self._promise(promise_amount=600)
        self.assertRecordValues(
            promise.line_ids.sorted("amount"),
            [
                {"item_id": self._item(self.young).id, "amount": 100},
                {"item_id": self._item(self.old).id, "amount": 500},
            ],
        )

    def test_the_form_says_how_much_of_the_chosen_invoices_is_open(self):
        with Form(
            self._on(self.env["collection.promise.make"], day(0)).with_context(default_case_id=self.case.id)
        ) as f:
            self.assertEqual((f.promise_open, f.promise_amount), (800, 800))
            f.promise_item_ids.remove(self._item(self.old).id)
            self.assertEqual((f.promise_open, f.promise_amount), (300, 300))
            f.promise_date = day(3)

    def test_the_log_says_what_was_promised_and_who_took_it(self):
        self._promise()
        entry = self.case.contact_ids.sorted("seq")[-1]
        self.assertRecordValues(
            entry, [{"outcome": "promise", "direction": "in", "channel": "note", "user_name": "Carla"}]
        )
        for word in ("800.00", self.old.name, self.young.name):
            self.assertIn(word, entry.summary)
        self.assertFalse(self.case.contact_ids._verify_chain())

    def test_the_tolerance_is_that_of_the_day_it_was_made(self):
        promise = self._promise()
        self.company.collection_promise_tolerance = 10
        later = self._promise(promise_item_ids=self._item(self.future).ids)
        self.assertEqual((promise | later).mapped("date_judged"), [day(8), day(15)])

    def test_what_was_proposed_for_the_promised_items_is_taken_back(self):
        run = self._run(day(0))
        self.assertTrue(run.action_ids)
        self._promise()
        self.assertEqual(set(run.action_ids.mapped("state")), {"cancelled"})

    def test_a_promise_for_today_is_taken_and_one_for_yesterday_is_not(self):
        self.assertRefused("today or a day to come", promise_date=day(-1))
        self.assertTrue(self._promise(promise_date=day(0)))

    def test_a_promise_is_of_more_than_zero(self):
        for amount in (0, -10, 0.001):
            self.assertRefused("more than zero", promise_amount=amount)

    def test_a_promise_is_of_at_most_what_is_owed(self):
        self.assertRefused("more than is owed", promise_amount=800.01)
        self.assertTrue(self._promise(promise_amount=800))

    def test_what_a_credit_covers_is_not_owed(self):
        self._payment(200, day(0))
        self.assertRefused("600", promise_amount=800)
        self.assertEqual(self._promise(promise_amount=600).amount, 600)

    def test_what_is_disputed_is_not_promised(self):
        item = self._item(self.old)
        reason = self.env["collection.dispute.reason"].create({"name": "Broken"})
        dispute = (
            self.env["collection.dispute"]
            .sudo()
            .create(
                {
                    "case_id": self.case.id, "reason_id": reason.id, "amount": 120,
                    "currency_id": item.currency_id.id,
                    "line_ids": [(0, 0, {"item_id": item.id, "amount": 120})],
                }
            )
        )  # fmt: skip
        self.assertRefused("380", promise_item_ids=item.ids, promise_amount=500)
        self.assertEqual(self._wizard(promise_item_ids=item.ids).promise_amount, 380)
        dispute.line_ids.amount = 500
        self.assertRefused("disputed", promise_item_ids=item.ids, promise_amount=500)

    def test_an_item_is_promised_once_at_a_time(self):
        first = self._promise(promise_item_ids=self._item(self.old).ids)
        self.assertRefused(f"{self.old.name} is promised already", promise_item_ids=self._item(self.old).ids)
        self.assertEqual(self._promise().line_ids.item_id, self._item(self.young), "of the rest it is suggested")
        self.assertEqual(first.state, "open")

    def test_an_item_in_a_plan_is_not_promised(self):
        item = self._item(self.old)
        plan = (
            self.env["collection.plan"]
            .sudo()
            .create({"case_id": self.case.id, "currency_id": item.currency_id.id, "date_start": day(0)})
        )
        self.env["collection.plan.item"].sudo().create(
            {"plan_id": plan.id, "item_id": item.id, "amount": 500, "live": True}
        )
        self.assertRefused("payment plan", promise_item_ids=item.ids)

    def test_a_paid_item_is_not_promised(self):
        self._pay(self.old, day(0))
        self.assertRefused(f"{self.old.name} is paid", promise_item_ids=self._item(self.old).ids, promise_amount=10)

    def test_nothing_chosen_is_nothing_promised(self):
        self.assertRefused("at least one invoice", promise_item_ids=[], promise_amount=10)

    def test_another_debtors_item_is_not_promised(self):
        other = self._invoice(100, day(-10), self._partner("Azure"))
        self._assess(day(0))
        self.assertRefused("not in the case", promise_item_ids=self._item(other).ids, promise_amount=10)

    def test_another_companys_item_is_not_promised(self):
        data = self.setup_other_company()
        other = data["company"]
        other.collection_strategy_id = self.strategy
        invoice = self._invoice(100, day(-10), company_id=other, journal_id=data["default_journal_sale"])
        self._assess(day(0), other)
        self.assertTrue(self._item(invoice))
        with self.assertRaisesRegex(UserError, "not in the case"):
            self.env["collection.promise"]._make(self._on(self.case, day(0)), self._item(invoice), 10, day(5))
        with self.assertRaises(AccessError):
            self._wizard(promise_item_ids=self._item(invoice).ids)

    def test_a_promise_is_in_one_currency_the_companys_first(self):
        euro = self.setup_other_currency("EUR")
        foreign = self._invoice(100, day(-10), currency_id=euro.id)
        self._assess(day(0))
        both = self._item(self.old) | self._item(foreign)
        self.assertRefused("one currency", promise_item_ids=both.ids, promise_amount=10)
        self.assertEqual(self._promise().currency_id, self.company.currency_id)
        self.assertRecordValues(self._promise(), [{"currency_id": euro.id, "amount": 100}])

    def test_who_has_broken_too_many_promises_makes_no_further_one(self):
        self.case.debtor_id.broken_promise_count = 2
        self.company.collection_max_broken_promises = 2
        self.assertRefused("broken 2 promises")
        self.company.collection_max_broken_promises = 3
        self.assertTrue(self._promise())

    def test_a_collector_takes_no_promise_on_a_colleagues_case(self):
        self.case.user_id = self._user("colin", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.env["collection.promise"].with_user(self.carla)._make(
                self.case.with_user(self.carla), self._item(self.old), 100, day(5)
            )

    def test_an_accountant_takes_promises(self):
        accountant = self._user("anna", "account.group_account_invoice")
        self.assertEqual(self._promise(user=accountant).state, "open")

    def test_the_state_of_a_promise_is_not_written_by_hand(self):
        promise = self._promise()
        for values in ({"state": "kept"}, {"amount": 1}, {"bounce_reason": "x"}):
            with self.assertRaises(AccessError):
                promise.with_user(self.carla).write(values)
        with self.assertRaises(UserError):
            promise.sudo().unlink()

    def test_a_cancelled_promise_lets_reminders_go_on_and_counts_as_nothing(self):
        promise = self._promise()
        end = self._on(self.env["collection.promise.end"].with_user(self.carla), day(1))
        end.create({"promise_id": promise.id, "reason": "Agreed on a plan"}).action_confirm()
        self.assertRecordValues(promise, [{"state": "cancelled", "cancel_reason": "Agreed on a plan"}])
        self.assertFalse(any(promise.line_ids.mapped("live")))
        self.assertIn("Agreed on a plan", self.case.contact_ids.sorted("seq")[-1].summary)
        self._pay(self.old | self.young, day(2), group_payment=True)
        self._assess(day(20), partners=self.debtor)
        self.assertEqual(promise.state, "cancelled", "what a person has cancelled is judged no more")
        self.assertEqual(self.case.debtor_id.broken_promise_count, 0)
        with self.assertRaisesRegex(UserError, "judged already"):
            promise._cancel("again")

    def test_a_promise_made_in_a_call_is_one_entry_in_the_log(self):
        entries = len(self.case.contact_ids)
        wizard = self._on(self.env["collection.log.call"].with_user(self.carla), day(0)).create(
            {"case_id": self.case.id, "outcome": "promise", "promise_date": day(4), "promise_amount": 250,
             "notes": "Waits for a customer's money"}
        )  # fmt: skip
        wizard.action_confirm()
        self.assertRecordValues(
            self.case.promise_ids, [{"amount": 250, "date": day(4), "state": "open", "origin": "call"}]
        )
        self.assertEqual(len(self.case.contact_ids), entries + 1)
        entry = self.case.contact_ids.sorted("seq")[-1]
        self.assertRecordValues(entry, [{"outcome": "promise", "channel": "call", "direction": "out"}])
        self.assertIn("250.00", entry.summary)
        self.assertIn("customer's money", entry.text)

    def test_a_call_with_a_wrong_promise_is_not_logged(self):
        entries = len(self.case.contact_ids)
        wizard = self._on(self.env["collection.log.call"].with_user(self.carla), day(0)).create(
            {"case_id": self.case.id, "outcome": "promise", "promise_date": day(-4)}
        )
        with self.assertRaisesRegex(UserError, "today or a day to come"):
            wizard.action_confirm()
        self.assertEqual((len(self.case.contact_ids), len(self.case.promise_ids)), (entries, 0))

    def test_promises_go_with_their_items_when_two_contacts_are_merged(self):
        twin = self._partner("Deco Adict")
        its = self._invoice(50, day(-12), twin)
        self._assess(day(0))
        promise = self.env["collection.promise"]._make(self._on(self._case(twin), day(0)), self._item(its), 50, day(5))
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.debtor | twin).ids, self.debtor)
        self._assess(day(1), partners=self.debtor)
        self.assertEqual(promise.case_id, self.case)
        self._assess(day(9), partners=self.debtor)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(self.case.debtor_id.broken_promise_count, 1)
