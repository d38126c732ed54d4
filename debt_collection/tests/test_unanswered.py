"""Debtors contacted again and again without an answer: what counts, and what begins the count anew."""

from datetime import datetime, time

from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestUnanswered(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, day(-40))
        cls._assess(day(0))

    def _log(self, days, outcome="sent", channel="email", direction="out", partner=None, **values):
        case = self._case(partner)
        return case._log_contact(
            channel=channel, direction=direction, outcome=outcome, summary=outcome,
            date=datetime.combine(day(days), time(10)), **values,
        )  # fmt: skip

    def _row(self, partner=None, user=None):
        model = self.env["collection.unanswered"]
        model.invalidate_model()
        return (model.with_user(user) if user else model).search([("partner_id", "=", (partner or self.debtor).id)])

    def test_contacts_count_with_the_first_the_last_and_their_channels(self):
        self._log(1)
        self._log(4, channel="sms")
        self._log(9, "no_answer", channel="call")
        row = self._row()
        self.assertEqual(row.contact_count, 3)
        self.assertEqual((row.first_date, row.last_date), (day(1), day(9)))
        self.assertEqual(sorted(row.channels.split(", ")), ["E-mail", "Phone call", "SMS"])
        self.assertEqual((row.amount_claim, row.case_id, row.answered_on), (1000, self._case(), False))
        self.assertEqual(row.action_open_case()["res_id"], self._case().id)

    def test_who_was_never_contacted_is_not_listed(self):
        self.assertFalse(self._row())
        self._log(1, "note", channel="note", direction="internal")
        self._log(1, "failed")
        self._log(1, "skipped")
        self._log(1, "wrong_number", channel="call")
        self.assertFalse(self._row(), "nobody was contacted")

    def test_a_reply_begins_the_count_anew(self):
        self._log(1)
        self._log(2)
        self._log(3, "received", direction="in")
        self.assertFalse(self._row())
        self._log(5)
        row = self._row()
        self.assertEqual((row.contact_count, row.answered_on), (1, day(3)))

    def test_an_automatic_reply_and_a_mail_that_came_back_are_no_answers(self):
        self._log(1)
        self._log(2)
        self._log(3, "auto_reply", direction="in")
        self.assertEqual(self._row().contact_count, 2)
        self._log(3, "bounced", direction="in")
        self.assertEqual(self._row().contact_count, 2)

    def test_what_came_back_was_no_contact(self):
        actions = self._follow_up(day(0))
        self._log(2)
        self.assertEqual(self._row().contact_count, 2)
        self._log(3, "bounced", direction="in", action_id=actions.id)
        self.assertEqual(self._row().contact_count, 1)

    def test_a_conversation_is_an_answer_and_a_call_to_someone_else_is_none(self):
        self._log(1)
        self._log(2, "third_party", channel="call")
        self.assertEqual(self._row().contact_count, 2)
        self._log(3, "reached", channel="call")
        self.assertFalse(self._row())

    def test_a_promise_begins_the_count_anew(self):
        self._log(-3)
        self._log(-2)
        case = self._on(self._case(), day(0))
        self.env["collection.promise"].with_env(case.env)._make(case, case.open_item_ids, 1000, day(5))
        self.assertFalse(self._row())

    def test_a_payment_begins_the_count_anew_though_nobody_has_matched_it(self):
        self._log(1)
        self._log(2)
        self._payment(100, day(2))
        self.assertFalse(self._row(), "what was sent on the day of the payment may have led to it")
        self._log(3)
        row = self._row()
        self.assertEqual((row.contact_count, row.answered_on), (1, day(2)))

    def test_a_part_payment_of_the_invoice_begins_the_count_anew(self):
        self._log(1)
        self._pay(self.invoice, day(2), amount=300)
        self._log(4)
        self.assertEqual(self._row().contact_count, 1)

    def test_a_credit_note_is_no_answer(self):
        self._log(1)
        self._credit_note(50, day(2))
        self.assertEqual(self._row().contact_count, 1)

    def test_what_was_corrected_does_not_count(self):
        wrong = self._log(1)
        self._log(2)
        self._log(3, "failed", corrects_id=wrong.id)
        self.assertEqual(self._row().contact_count, 1)

    def test_a_collector_sees_own_and_unassigned_cases_and_another_company_is_a_wall(self):
        azure, ready = self._partner("Azure"), self._partner("Ready Mat")
        for customer in (azure, ready):
            self._invoice(100, day(-40), customer)
        self._assess(day(0))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        dan = self._user("dan", "debt_collection.group_collection_collector")
        self._case(azure).user_id = carla
        self._case(ready).user_id = dan
        for customer in (self.debtor, azure, ready):
            self._log(1, partner=customer)
        model = self.env["collection.unanswered"]
        model.invalidate_model()
        self.assertEqual(model.with_user(carla).search([]).partner_id, self.debtor | azure)
        for number, group in enumerate(
            ("debt_collection.group_collection_manager", "debt_collection.group_collection_auditor")
        ):
            user = self._user(f"reader{number}", group)
            self.assertEqual(model.with_user(user).search([]).partner_id, self.debtor | azure | ready)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self._user("mona", "debt_collection.group_collection_manager", companies=other)
        self.assertFalse(model.with_user(manager).search([]))
