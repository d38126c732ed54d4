"""Payment plans: made with the wizard, accepted, refused in a sentence when something is wrong."""

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
