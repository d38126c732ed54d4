"""A case: opened, refreshed and closed by the ledger; held, assigned and left alone by people."""

from datetime import timedelta

import psycopg2
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCase(CollectionCommon):
    def _hold(self, case, on, until, items=None):
        wizard = self._on(self.env["collection.hold"], on).create(
            {"case_id": case.id, "until": until, "reason": "Awaits a delivery", "item_ids": items and items.ids}
        )
        wizard.action_confirm()

    def _leave_alone(self, case, on, until=False):
        wizard = self._on(self.env["collection.do.not.follow.up"], on).create(
            {"case_id": case.id, "until": until, "reason": "The owner is a friend"}
        )
        wizard.action_confirm()

    # ---- opened and closed by the ledger --------------------------------------------------------------------------

    def test_an_overdue_invoice_opens_a_case(self):
        self._invoice(100, day(-1))
        self._invoice(40, day(30))
        result = self._assess(day(0))
        self.assertEqual(result, {"opened": 1, "closed": 0, "updated": 0})
        self.assertRecordValues(
            self._case(),
            [
                {
                    "stage": "new",
                    "date_open": day(0),
                    "amount_due": 140,
                    "amount_overdue": 100,
                    "amount_claim": 100,
                    "oldest_due_date": day(-1),
                    "bucket": "1_30",
                    "next_level_id": self.friendly.id,
                    "next_action_date": day(2),
                }
            ],
        )

    def test_less_than_the_minimum_opens_no_case(self):
        self.strategy.min_amount = 50
        self._invoice(49.99, day(-10))
        self._assess(day(0))
        self.assertFalse(self._case())
        self._invoice(0.01, day(-10))
        self._assess(day(0))
        self.assertTrue(self._case(), "the minimum itself is enough")

    def test_a_case_already_open_is_worked_until_the_last_cent(self):
        self.strategy.min_amount = 50
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        self._pay(invoice, day(1), amount=99)
        self._assess(day(1))
        self.assertEqual(self._case().amount_claim, 1)

    def test_what_is_left_of_a_case_below_the_minimum_is_not_reminded_of_and_says_so(self):
        self.strategy.min_amount = 50
        invoice = self._invoice(100, day(-10))
        run = self._run(day(0))
        self._pay(invoice, day(0), amount=99.99)
        run.action_approve()
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.state, "skipped")
        self.assertFalse(self._run(day(1)).action_ids)
        self.assertRegex(self._case().reason, "minimum")
        self.assertFalse(self._case().next_level_id)

    def test_a_note_before_the_due_date_makes_no_case_of_less_than_the_minimum(self):
        self.strategy.min_amount = 50
        invoice = self._invoice(100, day(2))
        self._follow_up(day(0))
        self._pay(invoice, day(1), amount=80)
        self.assertFalse(self._run(day(6)).action_ids)
        self.assertFalse(self._case().filtered(lambda case: case.stage != "courtesy"))

    def test_a_paid_case_closes_by_itself(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._pay(invoice, day(1))
        self.assertEqual(self._assess(day(1))["closed"], 1)
        self.assertRecordValues(
            case,
            [{"state": "closed", "stage": "closed", "close_reason": "paid", "date_close": day(1), "amount_due": 0}],
        )
        self.assertEqual(self._item(invoice).status, "closed")

    def test_a_credit_note_nobody_matched_closes_the_case_as_covered(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._credit_note(100, day(1))
        self._assess(day(1))
        self.assertRecordValues(
            case, [{"state": "closed", "close_reason": "covered", "amount_overdue": 100, "amount_credit": 100}]
        )
        self.assertEqual(self._on(self._item(invoice), day(1)).status, "covered")

    def test_what_is_left_out_of_follow_up_closes_the_case_as_excluded(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        invoice.no_followup = True
        self._assess(day(1))
        self.assertRecordValues(case, [{"state": "closed", "close_reason": "excluded"}])
        self.assertEqual(self._on(self._item(invoice), day(1)).status, "no_followup")

    def test_a_due_date_put_off_closes_the_case(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._receivable(invoice).date_maturity = day(20)
        self._assess(day(0))
        self.assertEqual(case.state, "closed")
        self.assertEqual(self._on(self._item(invoice), day(0)).status, "not_due")

    def test_a_debtor_never_has_two_open_cases(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            case.sudo().copy({"debtor_id": case.debtor_id.id, "state": "open"}).flush_recordset()

    def test_a_payment_that_bounced_opens_a_new_case_and_the_level_stays(self):
        invoice = self._invoice(100, day(-10))
        self.assertSteps(self._follow_up(day(0)), (self.debtor, self.friendly, "email"))
        first = self._case()
        payment = self._pay(invoice, day(3))
        self._assess(day(3))
        self.assertFalse(self._case())
        payment.action_cancel()
        self._assess(day(6))
        second = self._case()
        self.assertNotEqual(first, second)
        self.assertEqual(second.debtor_id, first.debtor_id)
        item = self._item(invoice)
        self.assertRecordValues(item, [{"case_id": second.id, "level_id": self.friendly.id, "is_open": True}])
        self.assertEqual(second.next_level_id, self.reminder)

    def test_a_change_in_the_books_is_taken_up_without_waiting_for_the_night(self):
        invoice = self._invoice(100, day(-10))
        cases = self._on(self.env["collection.case"], day(0)).sudo()
        cases._cron_assess_changed()
        self.assertTrue(self._case())
        self._pay(invoice, day(0))
        cases._cron_assess_changed()
        self.assertFalse(self._case())

    # ---- courtesy -------------------------------------------------------------------------------------------------

    def test_what_falls_due_soon_is_a_courtesy_and_no_debtor_yet(self):
        invoice = self._invoice(100, day(3))
        self.assertEqual(self._assess(day(-1))["opened"], 0, "four days before is too early for a note at three")
        self._assess(day(0))
        case = self._case()
        self.assertRecordValues(case, [{"stage": "courtesy", "amount_claim": 0, "next_level_id": self.note.id}])
        self.assertEqual(self.debtor.collection_case_count, 0)
        self.assertFalse(invoice.collection_case_id)
        self._assess(day(4))
        self.assertEqual(case.stage, "new")
        self.debtor.invalidate_recordset()
        invoice.invalidate_recordset()
        self.assertEqual(self.debtor.collection_case_count, 1)
        self.assertEqual(invoice.collection_case_id, case)

    def test_a_courtesy_paid_in_time_ends_without_a_word(self):
        invoice = self._invoice(100, day(3))
        self._assess(day(0))
        case = self._case()
        self._pay(invoice, day(1))
        self._assess(day(1))
        self.assertEqual(case.state, "closed")
        self.assertFalse(case.contact_ids)

    # ---- nothing changed, nothing written -------------------------------------------------------------------------

    def _versions(self):
        """Return where PostgreSQL keeps each row: a row written again moves."""
        self.env.flush_all()
        versions = {}
        for table in ("collection_case", "collection_item", "collection_debtor"):
            self.env.cr.execute(SQL("SELECT id, ctid::text FROM %s ORDER BY id", SQL.identifier(table)))
            versions[table] = self.env.cr.fetchall()
        return versions

    def test_a_second_assessment_of_the_same_day_writes_nothing(self):
        self._invoice(100, day(-10))
        self._invoice(60, day(-4), currency_id=self.setup_other_currency("EUR"))
        self._payment(30, day(-1))
        self._invoice(80, day(2), self._partner("Azure"))
        self._assess(day(0))
        before = self._versions()
        self.assertEqual(self._assess(day(0)), {"opened": 0, "closed": 0, "updated": 0})
        self.assertEqual(self._versions(), before)

    def test_a_day_that_only_passes_writes_nothing(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        before = self._versions()
        self.assertEqual(self._assess(day(1))["updated"], 0)
        self.assertEqual(self._versions(), before)

    # ---- what people decide ---------------------------------------------------------------------------------------

    def test_a_debtor_left_alone_gets_no_step_and_the_case_says_why(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._leave_alone(case, day(0))
        self.assertFalse(case.next_level_id)
        self.assertIn("The owner is a friend", case.reason)
        self.assertIn("The owner is a friend", case.contact_ids.summary)
        self.assertFalse(self._run(day(5)).action_ids)

    def test_a_debtor_left_alone_until_a_day_is_followed_up_from_that_day(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self._leave_alone(self._case(), day(0), until=day(5))
        self.assertFalse(self._run(day(4)).action_ids)
        self.assertSteps(self._run(day(5)).action_ids, (self.debtor, self.friendly, "email"))

    def test_leaving_a_debtor_alone_takes_back_what_was_proposed(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        self._leave_alone(self._case(), day(0))
        self.assertEqual(run.action_ids.state, "cancelled")

    def test_followed_up_again_the_debtor_gets_the_next_step(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._on(self._case(), day(0))
        self._leave_alone(case, day(0))
        case.action_follow_up_again()
        self.assertEqual(case.next_level_id, self.friendly)
        self.assertEqual(len(case.contact_ids), 2)

    def test_a_case_on_hold_waits_until_its_day(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._hold(case, day(0), day(7))
        self.assertRecordValues(case, [{"stage": "hold", "next_action_date": day(7)}])
        self.assertIn("Awaits a delivery", case.reason)
        self.assertFalse(self._run(day(6)).action_ids)
        self.assertSteps(self._run(day(7)).action_ids, (self.debtor, self.friendly, "email"))
        self.assertRecordValues(case, [{"stage": "new", "hold_until": False, "hold_reason": False}])

    def test_a_hold_ended_by_hand_is_over_at_once_and_logged(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._on(self._case(), day(0))
        self._hold(case, day(0), day(7))
        case.action_release()
        self.assertEqual(case.stage, "new")
        self.assertEqual(len(case.contact_ids), 2)

    def test_an_item_on_hold_is_not_claimed_and_the_others_are(self):
        held, chased = self._invoice(100, day(-10)), self._invoice(70, day(-10))
        self._assess(day(0))
        self._hold(self._case(), day(0), day(7), items=self._item(held))
        run = self._run(day(0))
        self.assertEqual(run.action_ids.line_ids.item_id.move_id, chased)
        self.assertEqual(run.action_ids.amount, 70)

    def test_a_hold_ends_on_a_day_to_come(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        with self.assertRaises(ValidationError):
            self._hold(self._case(), day(0), day(0))

    def test_a_case_goes_to_the_debtors_collector_or_else_to_the_companys(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        dan = self._user("dan", "debt_collection.group_collection_collector")
        self.company.collection_user_id = carla
        special = self._partner("Azure")
        self.env["collection.debtor"]._get(self.company, special).user_id = dan
        self._invoice(100, day(-10))
        self._invoice(100, day(-10), special)
        self._assess(day(0))
        self.assertEqual((self._case().user_id, self._case(special).user_id), (carla, dan))
        self._case().debtor_id.user_id = dan
        self.assertEqual(self._case().user_id, dan)
        self._case().debtor_id.user_id = False
        self.assertEqual(self._case().user_id, carla)

    def test_a_case_cannot_be_deleted(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case().sudo()
        with self.assertRaises(UserError):
            case.unlink()
        with self.assertRaises(UserError):
            case.debtor_id.unlink()

    # ---- age ------------------------------------------------------------------------------------------------------

    def test_cases_are_found_by_their_days_overdue(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        cases = self._on(self.env["collection.case"], day(0))
        self.assertEqual(self._on(self._case(), day(0)).days_overdue, 10)
        for operator, number, found in (
            ("=", 10, True), ("=", 9, False), (">", 9, True), (">", 10, False), (">=", 10, True),
            ("<", 11, True), ("<", 10, False), ("<=", 10, True), ("!=", 10, False), ("in", [10, 3], True),
        ):  # fmt: skip
            domain = [("partner_id", "=", self.debtor.id), ("days_overdue", operator, number)]
            self.assertEqual(bool(cases.search(domain)), found, f"{operator} {number}")

    def test_the_bucket_is_that_of_the_oldest_item_claimed(self):
        invoice = self._invoice(100, day(0))
        for days, bucket in (
            (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_90"), (91, "91_120"),
            (120, "91_120"), (121, "over_120"),
        ):  # fmt: skip
            self._assess(invoice.invoice_date_due + timedelta(days=days))
            self.assertEqual(self._case().bucket, bucket, f"{days} days")

    def test_the_ageing_bar_shows_what_is_open_after_credits(self):
        self._invoice(100, day(-40))
        self._invoice(60, day(-10))
        self._invoice(40, day(10))
        self._payment(100, day(-1))
        self._assess(day(0))
        ageing = self._on(self._case(), day(0)).ageing
        self.assertEqual([(bar["bucket"], bar["share"]) for bar in ageing], [("not_due", 40), ("1_30", 60)])
