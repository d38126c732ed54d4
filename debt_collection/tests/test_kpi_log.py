"""The KPIs of the log and of what was agreed: contacts, answers, costs, promises, disputes and write-offs."""

from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import day
from .common_write_off import WriteOffCommon

MARCH = (day(-9), day(21))  # the 1st to the 31st


@tagged("post_install", "-at_install")
class TestKpiLog(WriteOffCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.damaged = cls.env.ref("debt_collection.dispute_reason_damaged")
        cls.azure = cls._partner("Azure")
        cls.invoice = cls._invoice(1000, day(-20))
        cls._invoice(600, day(-15), cls.azure)
        cls._assess(day(-9))
        cls.case, cls.other = cls._case(), cls._case(cls.azure)

    def _log(self, channel, outcome, on=0, hour=12, case=None, direction="out", **values):
        """Note an entry of the log, on a day and at an hour in UTC."""
        moment = datetime.combine(day(on), datetime.min.time()) + timedelta(hours=hour)
        return (case or self.case)._log_contact(
            channel=channel, outcome=outcome, direction=direction, date=moment, summary=outcome, **values
        )

    def _kpis(self, group_by=None, period=MARCH):
        found = self.env["collection.kpi"]._compute(self.company, *period, group_by)
        return found if group_by else found[None]

    def _correct(self, entry, outcome, **values):
        return self._log("call", outcome, on=3, corrects_id=entry.id, **values)

    # ---- contacts -------------------------------------------------------------------------------------------------

    def test_what_left_or_was_made_is_a_contact_and_what_failed_is_none(self):
        for channel, outcome in (
            ("email", "sent"), ("letter", "printed"), ("call", "no_answer"), ("call", "wrong_number"),
            ("visit", "visited"), ("whatsapp", "note"),
        ):  # fmt: skip
            self._log(channel, outcome)
        for channel, outcome in (
            ("email", "failed"), ("email", "skipped"), ("email", "unknown"), ("call", "scheduled"),
            ("call", "override"), ("email", "bounced"), ("sms", "delivered"), ("registered", "note"), ("note", "note"),
        ):  # fmt: skip
            self._log(channel, outcome)
        self._log("call", "reached", direction="in")
        values = self._kpis()
        self.assertEqual(values["contacts"], 6)
        self.assertEqual(values["contact_rate"], 0)
        self.assertEqual(values["accounts_contacted"], 1)

    def test_who_decides_is_told_from_anybody(self):
        for outcome in ("reached", "refuses", "third_party", "no_answer", "no_answer"):
            self._log("call", outcome)
        values = self._kpis()
        self.assertEqual(values["contact_rate"], 60)  # three of five
        self.assertEqual(values["right_party_rate"], 40)  # two of five

    def test_each_debtor_is_one_account_however_often_contacted(self):
        for case in (self.case, self.case, self.other):
            self._log("email", "sent", case=case)
        values = self._kpis()
        self.assertEqual((values["contacts"], values["accounts_contacted"]), (3, 2))

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        entry = self._log("call", "no_answer", cost=2)
        self._correct(entry, "reached")
        values = self._kpis()
        self.assertEqual((values["contacts"], values["contact_rate"], values["cost"]), (1, 100, 2))
        # the correction of a correction: nobody was reached after all, and it took longer
        self._correct(self.case.contact_ids.sorted("seq")[-1], "third_party", cost=3)
        values = self._kpis()
        self.assertEqual((values["contacts"], values["contact_rate"], values["cost"]), (1, 100, 3))
        self.assertEqual(values["right_party_rate"], 0)

    def test_a_note_on_an_entry_leaves_it_as_it_is(self):
        self._correct(self._log("call", "reached"), "note")
        self.assertEqual(self._kpis()["contacts"], 1)
        self.assertEqual(self._kpis()["contact_rate"], 100)

    def test_the_day_is_that_of_the_companys_time_zone(self):
        self._log("email", "sent", on=21, hour=23)
        self.assertEqual(self._kpis()["contacts"], 1)
        self.company.partner_id.tz = "Asia/Riyadh"  # two in the morning of the 1st of April
        self.assertEqual(self._kpis()["contacts"], 0)
        self.assertEqual(self._kpis(period=(day(22), day(22)))["contacts"], 1)

    # ---- answers --------------------------------------------------------------------------------------------------

    def test_a_message_within_the_days_for_an_answer_is_one(self):
        self._log("email", "sent", 0)
        self.assertEqual(self._kpis()["response_rate"], 0)
        self._log("email", "received", 7, direction="in")
        self.assertEqual(self._kpis()["response_rate"], 100)
        self.company.collection_response_days = 6
        self.assertEqual(self._kpis()["response_rate"], 0)

    def test_what_a_machine_says_is_no_answer_nor_what_was_said_before(self):
        self._log("email", "received", 0, hour=11, direction="in")
        self._log("email", "sent", 0)
        for outcome in ("auto_reply", "delivered", "bounced"):
            self._log("email", outcome, 1, direction="in")
        self._log("email", "received", 1, direction="in", case=self.other)
        self.assertEqual(self._kpis()["response_rate"], 0)

    def test_a_payment_is_an_answer(self):
        self._log("letter", "printed", 0)
        self._log("letter", "printed", 0, case=self.other)
        self._payment(10, day(8))
        self.assertEqual(self._kpis()["response_rate"], 0)
        self._payment(10, day(7))
        self.assertEqual(self._kpis()["response_rate"], 50)

    def test_a_promise_is_an_answer(self):
        self._log("letter", "printed", 0)
        self._promise(on=2, promised=10)
        self.assertEqual(self._kpis()["response_rate"], 100)

    def test_channels_are_told_apart(self):
        self._log("email", "sent", 0)
        self._log("call", "reached", 1, cost=1.5)
        self._log("email", "received", 0, hour=20, direction="in")
        found = self._kpis("channel")
        self.assertEqual({key: values["contacts"] for key, values in found.items()}, {"email": 1, "call": 1})
        self.assertEqual((found["email"]["response_rate"], found["call"]["response_rate"]), (100, 0))
        self.assertEqual((found["call"]["cost"], found["call"]["contact_rate"]), (1.5, 100))
        self.assertNotIn("dso", found["email"])

    def test_the_cost_of_a_unit_collected_is_that_of_the_contacts_and_the_minutes(self):
        self._log("letter", "printed", cost=1.2)
        self._log("call", "reached", direction="in", cost=0.8)
        self.assertIsNone(self._kpis()["cost_per_unit"], "nothing was collected")
        self._payment(100, day(3))
        self.assertAlmostEqual(self._kpis()["cost_per_unit"], 0.02)

    # ---- promises -------------------------------------------------------------------------------------------------

    def _promise(self, on=0, promised=5, case=None, amount=100):
        case = self._on((case or self.case).sudo(), day(on))
        return (
            self.env["collection.promise"]
            .with_env(case.env)
            ._make(case, case.item_ids, amount, day(promised), origin="case")
        )

    def test_promises_count_on_the_day_they_are_judged(self):
        kept, broken = self._promise(promised=5), self._promise(promised=6, case=self.other)
        self._pay(self.invoice, day(5), amount=100)
        self._assess(day(20))
        self.assertEqual((kept.state, broken.state), ("kept", "broken"))
        self.assertEqual(self._kpis()["promise_kept_rate"], 50)
        self.assertEqual(self._kpis()["promise_partial_rate"], 0)
        at = kept.date_judged
        self.assertEqual(self._kpis(period=(at, at))["promise_kept_rate"], 100)
        self.assertIsNone(self._kpis(period=(day(22), day(40)))["promise_kept_rate"])

    def test_a_promise_that_is_cancelled_or_not_judged_yet_counts_for_nothing(self):
        self._promise()._cancel("Made by mistake")
        self._promise(case=self.other)
        self.assertIsNone(self._kpis()["promise_kept_rate"])

    def test_a_promise_kept_in_part_is_told_apart(self):
        promise = self._promise()
        self._pay(self.invoice, day(5), amount=60)
        self._assess(day(9))
        self.assertEqual(promise.state, "partial")
        self.assertEqual((self._kpis()["promise_kept_rate"], self._kpis()["promise_partial_rate"]), (0, 100))

    # ---- disputes and write-offs ----------------------------------------------------------------------------------

    def _dispute(self, amount, on):
        case = self._on(self.case, day(on))
        item = self._item(self.invoice).with_env(case.env)
        return self.env["collection.dispute"].with_env(case.env)._raise(case, {item: amount}, self.damaged)

    def test_what_is_disputed_counts_while_the_dispute_is_open(self):
        dispute = self._dispute(400, 0)
        self.assertEqual(self._kpis()["dispute_rate"], 25)  # 400 of 1,600
        self.assertEqual(self._kpis(period=(day(-9), day(-1)))["dispute_rate"], 0)
        self._on(dispute, day(5))._withdraw("Found")
        self.assertEqual(self._kpis()["dispute_rate"], 0)
        self.assertEqual(self._kpis(period=(day(-9), day(4)))["dispute_rate"], 25)

    def test_no_more_is_disputed_than_was_open(self):
        self._dispute(400, 0)
        self._pay(self.invoice, day(10), amount=700)
        self.assertAlmostEqual(self._kpis()["dispute_rate"], 300 * 100 / 900)
        self.assertEqual(self._kpis(period=(day(-9), day(9)))["dispute_rate"], 25)

    def test_what_is_written_off_counts_and_what_reverses_it_counts_against(self):
        self._invoice(5000, day(40), invoice_date=day(1))
        self._invoice(2000, day(60), invoice_date=day(25))
        write_off = self._give_up(on=day(2))
        self.assertEqual(self._kpis()["bad_debt_to_sales"], 20)  # 1,000 of 5,000
        self._undo(write_off, "reverse", on=day(24))
        self.assertEqual(self._kpis()["bad_debt_to_sales"], 20, "what is reversed in April was written off in March")
        april = (day(22), day(51))
        self.assertEqual(self._kpis(period=april)["bad_debt_to_sales"], -50)  # 1,000 taken back of 2,000

    def test_what_the_log_tells_counts_for_who_had_the_debtor_on_that_day(self):
        debtor = self.case.debtor_id
        assignment = self.env["collection.assignment"].sudo()
        self.env.cr.execute("DELETE FROM collection_assignment")
        for user, first, last in ((self.carla, day(-30), day(4)), (self.boss, day(5), False)):
            assignment.create(
                {
                    "company_id": self.company.id,
                    "debtor_id": debtor.id,
                    "user_id": user.id,
                    "date_from": first,
                    "date_to": last,
                }
            )
        self._log("email", "sent", 4)
        self._log("email", "sent", 5)
        self._log("email", "sent", 6)
        self._log("email", "sent", 6, case=self.other)
        found = self._kpis("user_id")
        self.assertEqual(
            {key: values["contacts"] for key, values in found.items()}, {self.carla.id: 1, self.boss.id: 2, None: 1}
        )
