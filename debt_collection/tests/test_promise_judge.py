"""Promises judged: kept, kept in part, broken, to match; put back when the payments change."""

from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestPromiseJudge(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.company.collection_user_id = cls.carla
        cls.invoice = cls._invoice(1000, day(-15))
        cls._assess(day(0))
        cls.case = cls._case()
        cls.item = cls._item(cls.invoice)

    def _promise(self, amount=1000, date=5, on=0, items=None):
        """Promise on a day, for another; judged after the three days of tolerance."""
        case = self._on(self.case, day(on))
        return self.env["collection.promise"]._make(case, items or self.item, amount, day(date))

    def _judge(self, on):
        self._assess(day(on), partners=self.debtor)

    def _unreconcile(self, payment):
        payment.move_id.line_ids.remove_move_reconcile()

    def assertJudged(self, promise, state, paid=0, reduced=0):
        self.assertRecordValues(promise, [{"state": state, "amount_paid": paid, "amount_reduced": reduced}])

    # ---- kept -----------------------------------------------------------------------------------------------------

    def test_a_promise_that_is_paid_before_its_day_is_kept_at_once(self):
        promise = self._promise()
        self._pay(self.invoice, day(2))
        self._judge(2)
        self.assertJudged(promise, "kept", paid=1000)
        self.assertFalse(promise.line_ids.live)

    def test_a_promise_of_a_part_is_kept_by_that_part(self):
        promise = self._promise(300)
        self._pay(self.invoice, day(4), 299.99)
        self._judge(4)
        self.assertJudged(promise, "open", paid=299.99)
        self._pay(self.invoice, day(5), 0.01)
        self._judge(5)
        self.assertJudged(promise, "kept", paid=300)

    def test_an_amount_was_promised_whichever_of_its_invoices_is_paid(self):
        other = self._invoice(400, day(-12))
        self._judge(0)
        promise = self._promise(1200, items=self.item | self._item(other))
        self._pay(other, day(3))
        self._pay(self.invoice, day(3), 800)
        self._judge(3)
        self.assertJudged(promise, "kept", paid=1200)

    def test_a_payment_within_the_tolerance_keeps_a_promise(self):
        promise = self._promise()
        self._judge(8)
        self.assertJudged(promise, "open")
        self._pay(self.invoice, day(8))
        self._judge(9)
        self.assertJudged(promise, "kept", paid=1000)

    def test_what_was_paid_earlier_on_the_day_of_the_promise_is_not_paid_for_it(self):
        self._pay(self.invoice, day(0), 400)
        promise = self._promise(600)
        self._judge(1)
        self.assertJudged(promise, "open")
        self._judge(9)
        self.assertJudged(promise, "broken")

    def test_a_promise_in_a_foreign_currency_is_judged_in_it(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0), ("2025-03-12", 4.0)])
        foreign = self._invoice(500, day(-15), currency_id=euro.id)
        self._judge(0)
        promise = self._promise(500, items=self._item(foreign))
        self._pay(foreign, day(3), 200, currency_id=euro.id)
        self._judge(9)
        self.assertJudged(promise, "partial", paid=200)

    # ---- kept in part, broken -------------------------------------------------------------------------------------

    def test_something_paid_is_kept_in_part(self):
        promise = self._promise()
        self._pay(self.invoice, day(5), 250)
        self._judge(8)
        self.assertJudged(promise, "open", paid=250)
        self._judge(9)
        self.assertJudged(promise, "partial", paid=250)
        self.assertEqual(self.case.debtor_id.broken_promise_count, 0)

    def test_nothing_paid_is_broken_and_counts(self):
        promise = self._promise()
        self._judge(9)
        self.assertJudged(promise, "broken")
        self.assertFalse(promise.line_ids.live)
        self.assertEqual(self.case.debtor_id.broken_promise_count, 1)
        self.assertIn("broken", self.case.contact_ids.sorted("seq")[-1].summary)
        self.assertFalse(self.case.contact_ids._verify_chain())
        self.assertRecordValues(promise.activity_id, [{"user_id": self.carla.id, "res_id": self.case.id}])

    def test_a_payment_that_comes_later_mends_no_broken_promise(self):
        promise = self._promise()
        self._judge(9)
        self._pay(self.invoice, day(12))
        self._judge(12)
        self.assertJudged(promise, "broken")

    def test_a_bank_statement_imported_late_turns_broken_into_kept(self):
        promise = self._promise()
        self._judge(9)
        activity = promise.activity_id
        self._pay(self.invoice, day(5))
        self._judge(12)
        self.assertJudged(promise, "kept", paid=1000)
        self.assertEqual(promise.case_id.debtor_id.broken_promise_count, 0)
        self.assertFalse(activity.exists(), "nothing is left to look at")
        self.assertIn("judged “Broken” before", promise.case_id.contact_ids.sorted("seq")[-1].summary)

    def test_a_judgement_is_told_once(self):
        self._promise()
        self._judge(9)
        entries = len(self.case.contact_ids)
        self._judge(10)
        self._judge(11)
        self.assertEqual(len(self.case.contact_ids), entries)

    # ---- credits --------------------------------------------------------------------------------------------------

    def _credit(self, amount, on):
        note = self._credit_note(amount, day(on))
        (self._receivable(note) | self._receivable(self.invoice)).reconcile()
        return note

    def test_a_credit_note_reduces_what_was_promised(self):
        promise = self._promise()
        self._credit(300, 2)
        self._pay(self.invoice, day(3), 600)
        self._judge(3)
        self.assertJudged(promise, "open", paid=600, reduced=300)
        self._pay(self.invoice, day(4), 100)
        self._judge(4)
        self.assertJudged(promise, "kept", paid=700, reduced=300)

    def test_a_promise_reduced_to_nothing_is_cancelled_not_kept(self):
        promise = self._promise()
        self._credit(1000, 2)
        self._judge(2)
        self.assertJudged(promise, "cancelled", reduced=1000)
        self.assertIn("nothing is left to pay", promise.case_id.contact_ids.sorted("seq")[-1].summary)

    def test_what_is_credited_after_its_time_mends_no_broken_promise(self):
        promise = self._promise()
        self._judge(9)
        self._credit(1000, 12)
        self._judge(12)
        self.assertJudged(promise, "broken")

    def test_a_payment_older_than_the_promise_leaves_nothing_to_keep(self):
        promise = self._promise()
        self._pay(self.invoice, day(-1))
        self._judge(9)
        self.assertJudged(promise, "cancelled", reduced=1000)

    def test_an_invoice_taken_back_leaves_nothing_to_keep(self):
        promise = self._promise()
        self.invoice.button_draft()
        self._judge(9)
        self.assertJudged(promise, "cancelled", reduced=1000)

    def test_a_payment_nobody_has_matched_is_for_a_person_to_look_at(self):
        promise = self._promise()
        self._payment(1000, day(5))
        self._judge(8)
        self.assertEqual(promise.state, "open")
        self._judge(9)
        self.assertJudged(promise, "to_match")
        self.assertTrue(promise.line_ids.live, "no reminder for what may be paid")
        self.assertEqual(promise.case_id.debtor_id.broken_promise_count, 0)
        self.assertEqual(promise.action_reconcile_by_hand()["res_model"], "account.move.line")

    def test_a_matched_payment_settles_the_question(self):
        promise = self._promise()
        payment = self._payment(400, day(5))
        self._judge(9)
        self.assertEqual(promise.state, "to_match")
        (self._receivable(payment.move_id) | self._receivable(self.invoice)).reconcile()
        self._judge(10)
        self.assertJudged(promise, "partial", paid=400)

    def test_a_credit_that_comes_later_leaves_a_broken_promise_broken(self):
        promise = self._promise()
        self._judge(9)
        self._payment(100, day(11))
        self._judge(11)
        self.assertEqual(promise.state, "broken")

    # ---- put back -------------------------------------------------------------------------------------------------

    def test_a_payment_unreconciled_before_the_day_opens_the_promise_again(self):
        promise = self._promise()
        payment = self._pay(self.invoice, day(2))
        self._judge(2)
        self.assertEqual(promise.state, "kept")
        self._unreconcile(payment)
        self._judge(3)
        self.assertJudged(promise, "open")
        self.assertTrue(promise.line_ids.live)

    def test_a_payment_returned_after_the_day_breaks_the_promise(self):
        promise = self._promise()
        payment = self._pay(self.invoice, day(2))
        self._judge(2)
        payment.action_draft()
        payment.action_cancel()
        self._judge(9)
        self.assertJudged(promise, "broken")
        # the case had closed when all was paid; the promise goes with its item into the one that opens
        self.assertEqual(promise.case_id, self._case())

    def test_of_two_promises_for_one_item_the_newest_holds(self):
        first = self._promise(300)
        payment = self._pay(self.invoice, day(1), 300)
        self._judge(1)
        second = self._promise(700, on=1, date=20)
        payment.action_draft()
        payment.action_cancel()
        self._judge(2)
        self.assertEqual((first | second).mapped("state"), ["open", "open"])
        self.assertEqual((first | second).line_ids.sorted("id").mapped("live"), [False, True])
        self._judge(9)
        self.assertEqual((first | second).mapped("state"), ["broken", "open"])

    # ---- what a broken promise sets off ---------------------------------------------------------------------------

    def test_after_a_broken_promise_the_same_level_is_due_again(self):
        self._follow_up(day(0))  # friendly
        self._follow_up(day(7))  # reminder
        self.assertEqual(self.item.level_id, self.reminder)
        promise = self._promise(on=8, date=20)
        self._judge(24)
        self.assertEqual(promise.state, "broken")
        self.assertRecordValues(self.item, [{"level_id": self.friendly.id, "level_date": False, "round": 2}])
        self.assertSteps(self._run(day(24)).action_ids, (self.debtor, self.reminder, "email"))

    def test_the_lowest_level_is_due_again_too(self):
        self._follow_up(day(0))
        self._promise(on=1, date=9)
        self._judge(13)
        self.assertRecordValues(self.item, [{"level_id": False, "level_date": False, "round": 2}])
        self.assertSteps(self._run(day(13)).action_ids, (self.debtor, self.friendly, "email"))

    def test_a_judgement_taken_back_gives_the_level_back(self):
        self._follow_up(day(0))
        self._promise(400, on=1, date=5)
        self._judge(9)
        self.assertFalse(self.item.level_id)
        self._pay(self.invoice, day(4), 400)
        self._judge(10)
        self.assertRecordValues(self.item, [{"level_id": self.friendly.id, "level_date": day(0)}])

    def test_another_companys_promises_are_not_judged(self):
        promise = self._promise()
        other = self.setup_other_company()["company"]
        self.env["collection.promise"].sudo()._judge(other, [self.debtor.id], day(30))
        self.assertEqual(promise.state, "open")

    # ---- at full size ---------------------------------------------------------------------------------------------

    def test_judging_many_promises_takes_as_many_statements_as_judging_one(self):
        partners = [self._partner(f"Debtor {number}") for number in range(8)]
        for partner in partners:
            self._invoice(100, day(-15), partner)
        self._assess(day(0))
        for partner in partners:
            case = self._on(self._case(partner), day(0))
            self.env["collection.promise"]._make(case, case.open_item_ids, 100, day(5))
        promises = self.env["collection.promise"].sudo()

        def statements(on, few):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            promises._judge(self.company, [partner.id for partner in few], day(on))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements(1, partners)  # what is looked up once
        self.assertEqual(statements(1, partners[:1]), statements(1, partners))
        self.assertLessEqual(statements(1, partners), 9)
        one = statements(9, partners[:1])
        self.assertLessEqual(statements(9, partners[1:]), one, "breaking seven costs no more statements than one")
        self.assertEqual(
            set(promises.search([("partner_id", "in", [p.id for p in partners])]).mapped("state")), {"broken"}
        )
