"""Payment plans judged by what is really paid: filled, credited, missed, defaulted, taken up again, adapted."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import day
from .test_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanJudged(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(900, day(-20))
        cls.other = cls._invoice(300, day(-15))
        cls._assess(day(0))

    def _plan(self, **values):
        """Four weekly instalments of 300 from today on: of 900 and of 300."""
        return self._active(day(0), number=4, frequency="weekly", **values)

    def _states(self, plan):
        return [(line.amount_paid, line.state) for line in plan.line_ids]

    def test_payments_fill_the_instalments_oldest_first(self):
        plan = self._plan()
        self.assertRecordValues(plan, [{"next_date": day(0), "judge_on": day(6)}])
        self._pay(self.invoice, day(2), 450)
        self._assess(day(2), partners=self.debtor)
        self.assertEqual(self._states(plan), [(300, "paid"), (150, "partial"), (0, "open"), (0, "open")])
        self.assertRecordValues(
            plan, [{"amount_paid": 450, "amount_left": 750, "next_date": day(7), "judge_on": day(13)}]
        )
        self._pay(self.other, day(9))
        self._assess(day(9), partners=self.debtor)
        self.assertEqual(self._states(plan), [(300, "paid"), (300, "paid"), (150, "partial"), (0, "open")])

    def test_all_paid_is_completed_and_a_payment_taken_back_puts_the_plan_back(self):
        plan = self._plan()
        self._pay(self.invoice, day(2))
        payment = self._pay(self.other, day(3))
        self._assess(day(3), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "completed", "amount_paid": 1200, "next_date": False}])
        self.assertFalse(any(plan.plan_item_ids.mapped("live")))
        payment.move_id.line_ids.remove_move_reconcile()
        self._assess(day(4), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "active", "amount_paid": 900, "next_date": day(21)}])
        self.assertTrue(all(plan.plan_item_ids.mapped("live")))
        self.assertIn("a payment was taken back, $\xa0300.00 is still to pay", plan.case_id.contact_ids[0].summary)

    def test_a_payment_taken_back_long_after_is_no_default_at_that_moment(self):
        plan = self._plan()
        payment = self._pay(self.invoice | self.other, day(2), group_payment=True)
        self._assess(day(2), partners=self.debtor)
        payment.move_id.line_ids.remove_move_reconcile()
        self._assess(day(90), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "active", "judge_on": day(91)}])
        self._assess(day(91), partners=self.debtor)
        self.assertEqual(plan.state, "defaulted")

    def test_a_credit_note_is_taken_off_the_last_instalments(self):
        plan = self._plan()
        credit = self._credit_note(400, day(1))
        (self._receivable(credit) | self._receivable(self.invoice)).reconcile()
        self._assess(day(2), partners=self.debtor)
        self.assertEqual(plan.line_ids.mapped("amount_credited"), [0, 0, 100, 300])
        self.assertEqual([line.state for line in plan.line_ids], ["open", "open", "open", "paid"])
        self.assertRecordValues(plan, [{"amount_paid": 0, "amount_credited": 400, "amount_left": 800}])
        # 500 of the first invoice and 300 of the second are left: they complete it
        self._pay(self.invoice | self.other, day(3), group_payment=True)
        self._assess(day(3), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "completed", "amount_paid": 800, "amount_credited": 400}])

    def test_a_payment_dated_before_the_plan_fills_no_instalment(self):
        plan = self._plan()
        self._pay(self.other, day(-1))
        self._assess(day(1), partners=self.debtor)
        self.assertEqual([line.state for line in plan.line_ids], ["open", "open", "open", "paid"])
        self.assertRecordValues(plan, [{"amount_paid": 0, "amount_credited": 300}])

    def test_what_was_paid_earlier_on_the_day_of_the_plan_is_not_counted_again(self):
        self._pay(self.invoice, day(0), 100)
        plan = self._active(day(0), number=2, frequency="weekly")
        self.assertInstalments(plan, (day(0), 550, 0, "open"), (day(7), 550, 0, "open"))
        self._pay(self.invoice, day(0), 50)
        self._assess(day(0), partners=self.debtor)
        self.assertEqual(self._states(plan), [(50, "partial"), (0, "open")])

    def test_an_instalment_is_missed_after_its_grace_and_two_missed_are_a_default(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        case = self._case()
        case.user_id = carla
        item = self._item(self.invoice)
        item.sudo().write({"level_id": self.friendly.id, "level_date": day(-10)})
        plan = self._plan()
        self._assess(day(5), partners=self.debtor)
        self.assertEqual(plan.line_ids[0].state, "open")
        self._assess(day(6), partners=self.debtor)
        self.assertEqual([line.state for line in plan.line_ids], ["missed", "open", "open", "open"])
        self.assertEqual(plan.state, "active")
        self._assess(day(12), partners=self.debtor)
        self.assertEqual(plan.state, "active")
        self._assess(day(13), partners=self.debtor)
        self.assertEqual([line.state for line in plan.line_ids], ["missed", "missed", "open", "open"])
        self.assertRecordValues(plan, [{"state": "defaulted", "judge_on": False}])
        self.assertFalse(any(plan.plan_item_ids.mapped("live")))
        # no level is named: another round from the level they had
        self.assertRecordValues(item, [{"round": 2, "level_id": self.friendly.id, "level_date": day(-10)}])
        self.assertRecordValues(case.activity_ids, [{"user_id": carla.id, "date_deadline": day(13)}])
        self.assertIn("2 instalments were missed, $\xa01,200.00 is still to pay", case.contact_ids[0].summary)
        # it stays defaulted, whatever is paid
        self._pay(self.invoice | self.other, day(14), group_payment=True)
        self._assess(day(14), partners=self.debtor)
        self.assertEqual(plan.state, "defaulted")

    def test_a_missed_instalment_that_is_paid_late_is_paid(self):
        plan = self._plan()
        self._assess(day(6), partners=self.debtor)
        self._pay(self.other, day(8))
        self._assess(day(8), partners=self.debtor)
        self.assertEqual(self._states(plan), [(300, "paid"), (0, "open"), (0, "open"), (0, "open")])

    def test_the_grace_and_the_limit_are_those_of_the_day_the_plan_was_made(self):
        self.company.write({"collection_plan_grace_days": 0, "collection_plan_missed_limit": 1})
        plan = self._plan()
        self.company.write({"collection_plan_grace_days": 30, "collection_plan_missed_limit": 9})
        self._assess(day(1), partners=self.debtor)
        self.assertEqual(plan.state, "defaulted")

    def test_after_a_default_the_level_the_strategy_names_is_next(self):
        self.strategy.plan_default_level_id = self.firm
        plan = self._plan()
        self._assess(day(13), partners=self.debtor)
        self.assertEqual(plan.state, "defaulted")
        items = self._item(self.invoice) | self._item(self.other)
        self.assertRecordValues(items, [{"level_id": self.reminder.id, "level_date": False, "round": 2}] * 2)
        self.assertSteps(self._run(day(13)).action_ids, (self.debtor, self.firm, "email"))

    def test_the_level_after_a_default_is_one_of_the_strategy(self):
        other = self.env["collection.strategy"].create({"name": "Other"})
        level = self._level("Elsewhere", 7, strategy=other)
        with self.assertRaisesRegex(ValidationError, "is not a step of"):
            self.strategy.plan_default_level_id = level
        with self.assertRaisesRegex(ValidationError, "is not a step of"):
            self.strategy.plan_default_level_id = self.note

    def test_a_defaulted_plan_is_taken_up_again_by_a_person(self):
        plan = self._plan()
        self._assess(day(13), partners=self.debtor)
        self._on(plan, day(13)).action_reactivate()
        self.assertRecordValues(plan, [{"state": "active", "missed_limit": 4}])
        self.assertTrue(all(plan.plan_item_ids.mapped("live")))
        self._assess(day(20), partners=self.debtor)
        self.assertEqual(plan.state, "active")  # three missed, two of them forgiven
        self._assess(day(27), partners=self.debtor)
        self.assertEqual(plan.state, "defaulted")

    def test_a_cancelled_plan_frees_its_items(self):
        plan = self._plan()
        self._on(plan, day(1)).action_cancel()
        self.assertEqual(plan.state, "cancelled")
        self.assertFalse(any(plan.plan_item_ids.mapped("live")))
        with self.assertRaisesRegex(UserError, "has ended already"):
            self._on(plan, day(1)).action_cancel()
        self.assertEqual(self._make(day(1)).item_ids, plan.item_ids)

    def test_an_invoice_set_back_to_draft_pays_nothing(self):
        plan = self._plan()
        self.other.button_draft()
        self._assess(day(1), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "active", "amount_paid": 0, "amount_credited": 0}])

    def test_two_companies_judge_their_own(self):
        other = self.setup_other_company()["company"]
        plan = self._plan()
        self._pay(self.other, day(1))
        self.env.flush_all()
        self.env["collection.plan"].sudo()._judge(other, self.debtor.ids, day(1))
        self.assertEqual(self._states(plan)[0], (0, "open"))
        self.env["collection.plan"].sudo()._judge(self.company, self.debtor.ids, day(1))
        self.env.invalidate_all()
        self.assertEqual(self._states(plan)[0], (300, "paid"))

    def test_a_plan_in_another_currency_is_filled_in_that_currency(self):
        euro, customer = self.setup_other_currency("EUR"), self._partner("Abroad")
        invoice = self._invoice(600, day(-10), customer, currency_id=euro.id)
        self._assess(day(0))
        plan = self._active(day(0), case=self._case(customer), number=2, frequency="weekly")
        self.assertRecordValues(plan, [{"currency_id": euro.id, "amount_total": 600}])
        self._pay(invoice, day(1), 200, currency_id=euro.id)
        self._assess(day(1), partners=customer)
        self.assertEqual(self._states(plan), [(200, "partial"), (0, "open")])

    def test_judging_a_hundred_plans_takes_as_many_statements_as_judging_ten(self):
        partners = self.env["res.partner"].concat(*[self._partner(f"Debtor {n}") for n in range(30)])
        invoices = [self._invoice(100, day(-10), partner) for partner in partners]
        self._assess(day(0))
        plans = self.env["collection.plan"].concat(
            *[self._active(day(0), case=self._case(partner), number=2, frequency="weekly") for partner in partners]
        )
        for invoice in invoices:
            self._pay(invoice, day(1), 50)
        self.env.flush_all()
        judge = self.env["collection.plan"].sudo()
        with self.assertQueryCount(1):
            judge._judge(self.company, partners[:10].ids, day(1))
        with self.assertQueryCount(1):
            judge._judge(self.company, partners.ids, day(1))
        plans.invalidate_recordset()
        self.assertEqual(set(plans.mapped("amount_paid")), {50})


@tagged("post_install", "-at_install")
class TestPlanAdapted(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1200, day(-20))
        cls._assess(day(0))

    def _adapt(self, plan, on, **values):
        action = self._on(plan, on).action_adapt()
        wizard = self._on(self.env["collection.plan.make"], on).with_context(**action["context"]).create(values)
        return self.env["collection.plan"].browse(wizard.action_confirm()["res_id"])

    def test_the_rest_is_paid_at_what_was_really_paid_per_instalment(self):
        plan = self._active(day(0), number=4, frequency="weekly")
        self._pay(self.invoice, day(1), 200)
        self._pay(self.invoice, day(8), 100)
        adapted = self._adapt(plan, day(9))
        # 300 paid in two instalments that have come: 150 each, and 900 are left
        self.assertInstalments(
            adapted,
            *[(day(14 + 7 * week), 150, 0, "open") for week in range(6)],
        )
        self.assertRecordValues(adapted, [{"state": "draft", "amount_total": 900, "previous_plan_id": plan.id}])
        self.assertEqual(plan.state, "active")
        self._accept(adapted, day(10))
        self.assertRecordValues(plan, [{"state": "cancelled", "amount_paid": 300}])
        self.assertFalse(any(plan.plan_item_ids.mapped("live")))
        self.assertEqual(plan.line_ids.mapped("amount_paid"), [300, 0, 0, 0])
        self.assertTrue(all(adapted.plan_item_ids.mapped("live")))
        self.assertTrue(any("goes on as" in entry.summary for entry in plan.case_id.contact_ids))
        self._pay(self.invoice, day(14), 150)
        self._assess(day(14), partners=self.debtor)
        self.assertEqual(adapted.line_ids.mapped("amount_paid"), [150, 0, 0, 0, 0, 0])
        self.assertEqual(plan.amount_paid, 300)

    def test_a_rest_that_does_not_divide_ends_with_a_smaller_instalment(self):
        plan = self._active(day(0), number=4, frequency="weekly")
        self._pay(self.invoice, day(1), 500)
        adapted = self._adapt(plan, day(2), accepted=True, accept_reason="On the phone")
        self.assertEqual(adapted.line_ids.mapped("amount"), [500, 200])
        self.assertEqual((plan.state, adapted.state), ("cancelled", "active"))

    def test_where_nothing_was_paid_the_instalments_left_share_the_rest(self):
        plan = self._active(day(0), number=4, frequency="weekly")
        adapted = self._adapt(plan, day(8))
        self.assertInstalments(adapted, (day(14), 600, 0, "open"), (day(21), 600, 0, "open"))

    def test_a_defaulted_plan_is_adapted_and_stays_in_history(self):
        plan = self._active(day(0), number=4, frequency="weekly")
        self._assess(day(30), partners=self.debtor)
        adapted = self._adapt(plan, day(30), accepted=True, accept_reason="On the phone")
        self.assertEqual((plan.state, adapted.state), ("defaulted", "active"))
        self.assertInstalments(adapted, (day(35), 1200, 0, "open"))
