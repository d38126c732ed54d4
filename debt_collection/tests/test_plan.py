"""Payment plans: made, accepted, filled by what is really paid, missed, defaulted, adapted, reminded of."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day


class PlanCommon(CollectionCommon):
    def _make(self, on, case=None, **values):
        """Make a plan with the wizard, as somebody does on a day; all that is overdue, unless said otherwise."""
        context = self._on(case or self._case(), on).action_make_plan()["context"]
        wizard = self._on(self.env["collection.plan.make"], on).with_context(**context)
        wizard = wizard.create({"date_first": on, **values})
        return self.env["collection.plan"].browse(wizard.action_confirm()["res_id"])

    def _accept(self, plan, on, **values):
        values = values or {"reason": "By telephone"}
        self._on(self.env["collection.plan.accept"], on).create({"plan_id": plan.id, **values}).action_confirm()
        return plan

    def _active(self, on, **values):
        return self._accept(self._make(on, **values), on)

    def assertInstalments(self, plan, *expected):
        """Check the instalments: (date, amount, paid, state)."""
        found = [(line.date, line.amount, line.amount_paid, line.state) for line in plan.line_ids]
        self.assertEqual(found, list(expected))


@tagged("post_install", "-at_install")
class TestPlanMade(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls._invoice(600, day(-20)), cls._invoice(400, day(-10))
        cls.later = cls._invoice(250, day(40))
        cls._assess(day(0))

    def test_a_plan_is_made_of_all_that_is_overdue_and_sums_to_it(self):
        plan = self._make(day(0), number=3)
        self.assertRecordValues(
            plan, [{"state": "draft", "amount_total": 1000, "date_start": day(0), "next_date": day(0)}]
        )
        self.assertEqual(plan.item_ids, self._item(self.first) | self._item(self.second))
        self.assertInstalments(
            plan,
            (date(2025, 3, 10), 333.33, 0, "open"),
            (date(2025, 4, 10), 333.33, 0, "open"),
            (date(2025, 5, 10), 333.34, 0, "open"),
        )
        self.assertFalse(any(plan.plan_item_ids.mapped("live")))
        self.assertRegex(plan.name, r"^PLAN/2025/\d{4}$")
        self.assertIn(f"{plan.name} proposed: $\xa01,000.00 in 3 instalments", plan.case_id.contact_ids[0].summary)

    def test_a_down_payment_comes_first_and_interest_is_spread_over_the_rest(self):
        self.company.collection_plan_product_id = self.product_a
        plan = self._make(day(0), number=4, frequency="weekly", date_first=day(7), down_payment=210, interest=10)
        self.assertInstalments(
            plan,
            (day(0), 210, 0, "open"),
            (day(7), 200, 0, "open"),
            (day(14), 200, 0, "open"),
            (day(21), 200, 0, "open"),
            (day(28), 200, 0, "open"),
        )

    def test_instalments_of_an_amount_fall_on_the_payday_of_the_debtor(self):
        self._case().debtor_id.payday = 25
        plan = self._make(day(0), split="amount", each=300)
        self.assertEqual(plan.frequency, "payday")
        self.assertInstalments(
            plan,
            (date(2025, 3, 25), 300, 0, "open"),
            (date(2025, 4, 25), 300, 0, "open"),
            (date(2025, 5, 25), 300, 0, "open"),
            (date(2025, 6, 25), 100, 0, "open"),
        )

    def test_the_schedule_may_be_changed_before_the_plan_is_made_but_not_its_sum(self):
        wizard = self._on(self.env["collection.plan.make"], day(0)).create(
            {"case_id": self._case().id, "date_first": day(0), "number": 2}
        )
        wizard.line_ids[0].amount = 700
        self.assertEqual(wizard.difference, 200)
        with self.assertRaisesRegex(
            UserError, "come to \\$\xa01,200.00, and the items with the interest to \\$\xa01,000.00"
        ):
            wizard.action_confirm()
        wizard.line_ids[1].amount = 300
        plan = self.env["collection.plan"].browse(wizard.action_confirm()["res_id"])
        self.assertEqual(plan.line_ids.mapped("amount"), [700, 300])

    def test_an_accepted_plan_says_who_accepted_it_and_keeps_the_agreement(self):
        plan = self._accept(self._make(day(0)), day(1), agreement="UERG", filename="signed.pdf")
        self.assertRecordValues(plan, [{"state": "active", "date_accepted": day(1)}])
        self.assertRecordValues(plan.agreement_id, [{"name": "signed.pdf", "raw": b"PDF"}])
        self.assertTrue(all(plan.plan_item_ids.mapped("live")))
        self.assertIn("signed agreement attached", plan.case_id.contact_ids[0].summary)

    def test_a_plan_without_a_signature_needs_a_reason(self):
        plan = self._make(day(0))
        with self.assertRaisesRegex(UserError, "Attach the signed agreement, or say why"):
            self._accept(plan, day(0), reason="  ")
        self.assertEqual(plan.state, "draft")
        self._accept(plan, day(0), reason="Agreed at the counter")
        self.assertIn("Agreed at the counter", plan.case_id.contact_ids[0].summary)

    def test_the_wizard_may_accept_at_once(self):
        with self.assertRaisesRegex(ValidationError, "How was it accepted"):
            self._make(day(0), accepted=True)
        self.assertEqual(self._make(day(0), accepted=True, accept_reason="On the phone").state, "active")

    def test_an_item_is_in_one_plan_and_leaves_a_promise_for_it(self):
        case, item = self._case(), self._item(self.first)
        draft = self._make(day(0), item_ids=[Command.set(item.ids)])
        promise = self.env["collection.promise"].sudo().create(
            {
                "case_id": case.id, "amount": 600, "currency_id": item.currency_id.id, "date_made": day(0),
                "date": day(9), "date_judged": day(12),
                "line_ids": [Command.create({"item_id": item.id, "amount": 600})],
            }
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "is already promised. Cancel the promise first"):
            self._make(day(0), item_ids=[Command.set(item.ids)])
        self._accept(draft, day(1))
        self.assertRecordValues(promise, [{"state": "cancelled"}])
        self.assertFalse(promise.line_ids.live)
        self.assertTrue(any("takes its place" in entry.summary for entry in case.contact_ids))
        with self.assertRaisesRegex(UserError, f"is already paid by {draft.name}. Leave it out"):
            self._make(day(1), item_ids=[Command.set(item.ids)])
        # what is left for another plan is the other item
        self.assertEqual(self._make(day(1)).item_ids, self._item(self.second))

    def test_bad_input_is_refused_in_a_sentence_and_nothing_is_saved(self):
        case = self._case()
        stranger = self._invoice(70, day(-10), self._partner("Somebody Else"))
        paid = self._invoice(80, day(-10))
        euros = self._invoice(90, day(-10), currency_id=self.setup_other_currency("EUR").id)
        self._assess(day(0))
        self._pay(paid, day(0))
        ours = self._item(self.first)
        for message, values in (
            ("is in the past", {"date_first": day(-1)}),
            ("between 1 and 240", {"number": 0}),
            ("above zero", {"split": "amount", "each": 0}),
            ("zero or more", {"interest": -1}),
            ("whole amount", {"down_payment": 1000}),
            ("down payment is in the past", {"down_payment": 10, "date_down": day(-1), "date_first": day(1)}),
            ("down payment comes before", {"down_payment": 10}),
            ("above zero", {"split": "amount", "each": 0.001}),
            ("Enter 1 to 31", {"frequency": "payday", "payday": 32}),
            ("is not owed under this case", {"item_ids": [Command.set((ours | self._item(stranger)).ids)]}),
            ("is paid already", {"item_ids": [Command.set((ours | self._item(paid)).ids)]}),
            ("in one currency", {"item_ids": [Command.set((ours | self._item(euros)).ids)]}),
            ("Choose the items", {"item_ids": [Command.clear()]}),
            ("No product for the interest", {"interest": 5}),
        ):
            with self.subTest(message), self.assertRaisesRegex((UserError, ValidationError), message):
                self._make(day(0), case, **values)
            self.assertFalse(case.plan_ids)

    def test_an_instalment_under_the_smallest_unit_is_refused(self):
        small = self._partner("Small Debtor")
        self._invoice(1.5, day(-10), small)
        self._assess(day(0))
        with self.assertRaisesRegex(UserError, "less than \\$\xa00.01, the smallest amount"):
            self._make(day(0), self._case(small), number=200)
        self.assertEqual(self._make(day(0), self._case(small), number=150).line_ids.mapped("amount"), [0.01] * 150)

    def test_an_item_of_another_company_is_refused(self):
        other = self.setup_other_company()["company"]
        foreign = self._invoice(100, day(-10), company_id=other)
        other.collection_strategy_id = self.strategy
        self._assess(day(0), other)
        with self.assertRaisesRegex(UserError, "is not owed under this case"):
            self._make(day(0), item_ids=[Command.set(self._item(foreign).ids)])
        self.assertFalse(self._case().plan_ids)

    def test_a_collector_makes_plans_of_own_cases_and_of_no_others(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        case = self._case()
        wizard = self._on(self.env["collection.plan.make"].with_user(carla), day(0)).create({"case_id": case.id})
        plan = self.env["collection.plan"].browse(wizard.action_confirm()["res_id"]).with_user(carla)
        with self.assertRaises(AccessError):
            plan.state = "completed"
        case.user_id = self.env.user
        with self.assertRaises(AccessError):
            self._on(plan, day(0))._accept(reason="Mine")
        case.user_id = carla
        self._on(plan, day(0))._accept(reason="Mine")
        self.assertEqual(plan.state, "active")

    def test_interest_is_invoiced_when_the_plan_is_accepted_and_paid_by_it(self):
        self.company.collection_plan_product_id = self.env["product.product"].create(
            {"name": "Interest", "type": "service", "taxes_id": [Command.clear()]}
        )
        plan = self._make(day(0), number=2, interest=50)
        self.assertFalse(plan.interest_move_id)
        self._accept(plan, day(0))
        self.assertRecordValues(
            plan.interest_move_id,
            [
                {
                    "state": "posted",
                    "amount_total": 50,
                    "invoice_date_due": date(2025, 4, 10),
                    "move_type": "out_invoice",
                }
            ],
        )
        self.assertEqual(sum(plan.plan_item_ids.mapped("amount")), plan.amount_total)
        self.assertEqual(sorted(plan.plan_item_ids.mapped("amount")), [50, 400, 600])
        self.assertTrue(all(plan.plan_item_ids.mapped("live")))
        self._pay(self.first | self.second | plan.interest_move_id, day(1), group_payment=True)
        self._assess(day(1), partners=self.debtor)
        self.assertRecordValues(plan, [{"state": "completed", "amount_paid": 1050}])

    def test_interest_that_taxes_would_raise_is_refused(self):
        self.company.collection_plan_product_id = self.product_a  # 15 % of tax
        plan = self._make(day(0), number=2, interest=100)
        with (
            self.assertRaisesRegex(UserError, "comes to \\$\xa0115.00, and the plan says \\$\xa0100.00"),
            self.cr.savepoint(),
        ):
            self._accept(plan, day(0))
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.interest_move_id)


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


@tagged("post_install", "-at_install")
class TestPlanReminder(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(300, day(-20))
        cls._assess(day(0))

    def _remind(self, on, company=None):
        return self.env["collection.plan"].sudo()._remind(company or self.company, on)

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("model", "=", "collection.plan.line")], order="id")

    def test_each_instalment_is_reminded_of_once_before_it(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(3)))
        self.assertEqual(self._remind(day(4)), plan.line_ids[0])
        self.assertFalse(self._remind(day(5)))
        [mail] = self._mails()
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("$\xa0100.00", mail.subject)
        self.assertIn("03/17/2025", mail.body_html)
        entry = plan.case_id.contact_ids[0]
        self.assertRecordValues(entry, [{"channel": "email", "direction": "out", "address": "deco.addict@example.com"}])
        self.assertIn(plan.name, entry.text)
        self.assertEqual(self._remind(day(11)), plan.line_ids[1])

    def test_what_is_paid_is_not_reminded_of_and_what_is_paid_in_part_with_the_rest(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self._pay(self.invoice, day(1), 140)
        self._assess(day(1), partners=self.debtor)
        self.assertFalse(self._remind(day(4)))
        self.assertEqual(self._remind(day(11)), plan.line_ids[1])
        self.assertIn("$\xa060.00", self._mails().subject)

    def test_nothing_leaves_while_sending_is_stopped_or_the_debtor_is_left_alone(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.company.collection_stopped = True
        self.assertFalse(self._remind(day(4)))
        self.company.collection_stopped = False
        debtor = self._on(plan.case_id.debtor_id, day(4))
        debtor.do_not_follow_up = True
        self.assertFalse(self._remind(day(4)))
        self.assertFalse(self._mails())
        debtor.do_not_follow_up_until = day(6)
        self.assertEqual(self._remind(day(6)), plan.line_ids[0])

    def test_a_draft_and_a_setting_of_no_days_remind_of_nothing(self):
        plan = self._make(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(4)))
        self._accept(plan, day(4))
        self.company.collection_plan_reminder_days = 0
        self.assertFalse(self._remind(day(7)))

    def test_a_debtor_without_an_address_is_noted_once(self):
        self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.debtor.email = False
        self.assertFalse(self._remind(day(4)))
        self.assertFalse(self._remind(day(5)))
        entries = self._case().contact_ids.filtered(lambda entry: entry.outcome == "skipped")
        self.assertEqual(len(entries), 1)
        self.assertIn("there is no e-mail address", entries.summary)

    def test_another_company_reminds_of_its_own(self):
        self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(4), self.setup_other_company()["company"]))

    def test_the_agreement_names_items_instalments_and_terms_and_is_sent_on_request(self):
        plan = self._make(day(0), number=3, frequency="weekly")
        values = plan._agreement_values()
        self.assertEqual((values["direction"], values["lang"]), ("ltr", "en_US"))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("debt_collection.report_plan_agreement", plan.ids)[0]
            .decode()
        )
        for words in (
            plan.name,
            self.invoice.name,
            "Deco Addict",
            "$\xa0100.00",
            "03/24/2025",
            "Place, date, signature",
        ):
            self.assertIn(words, html)
        self._on(plan, day(0)).action_send_agreement()
        message = plan.case_id.message_ids[0]
        self.assertEqual(message.attachment_ids.name, plan.name.replace("/", "-") + ".pdf")
        self.assertEqual(message.partner_ids, self.debtor)
        self.assertIn(f"Agreement of payment plan {plan.name} sent", plan.case_id.contact_ids[0].summary)
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "All sending is stopped"):
            self._on(plan, day(0)).action_send_agreement()

    def test_the_agreement_is_in_the_language_and_direction_of_the_debtor(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        plan = self._make(day(0))
        values = plan._agreement_values()
        self.assertEqual((values["direction"], values["start"], values["lang"]), ("rtl", "right", "ar_001"))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("debt_collection.report_plan_agreement", plan.ids)[0]
            .decode()
        )
        self.assertIn('dir="rtl"', html)
