"""Credits nobody has applied: what they could pay, and applying them as Odoo does."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import day
from .common_dispute import DisputeCommon


@tagged("post_install", "-at_install")
class TestUnapplied(DisputeCommon):
    """The debtor owes 1,000 in dollars since twelve days; two euros are a dollar."""

    def _rows(self, partner=None, user=None):
        model = self.env["collection.unapplied"]
        model.invalidate_model()
        return (model.with_user(user) if user else model).search([("partner_id", "=", (partner or self.debtor).id)])

    def _apply(self, row):
        action = row.action_reconcile()
        return self._on(row.env[action["res_model"]].browse(action["res_id"]), day(0))

    def test_a_credit_stands_beside_the_items_it_could_pay_oldest_first(self):
        later = self._invoice(300, day(-2))
        self._invoice(80, day(-40), self._partner("Azure"))
        payment = self._payment(250, day(-1))
        row = self._rows()
        self.assertEqual((row.name, row.kind, row.date), (payment.move_id.name, "payment", day(-1)))
        self.assertEqual((row.amount_currency, row.amount), (250, 250))
        self.assertEqual((row.could_pay_count, row.could_pay_amount), (2, 1300))
        self.assertEqual(row.oldest_due_date, day(-12))
        self.assertEqual(row.could_pay, f"{self.invoice.name}, {later.name}")

    def test_a_contacts_payment_could_pay_what_the_company_owes(self):
        contact = self._partner("Jo of Deco", parent_id=self.debtor.id, is_company=False)
        self._payment(250, day(-1), contact)
        self.assertEqual(self._rows().could_pay_count, 1)

    def test_a_partly_applied_payment_is_listed_with_what_is_left_of_it(self):
        invoice = self._invoice(100, day(-30))
        payment = self._payment(250, day(-1))
        (self._receivable(payment.move_id) | self._receivable(invoice)).reconcile()
        self.assertEqual(self._rows().amount_currency, 150)

    def test_a_credit_that_is_applied_is_not_listed(self):
        self._pay(self.invoice, day(-1), amount=400)
        self.assertFalse(self._rows())

    def test_a_credit_in_another_currency_pays_nothing_and_says_so(self):
        self._credit_note(60, day(-1), currency_id=self.euro)
        row = self._rows()
        self.assertEqual((row.kind, row.amount_currency, row.amount), ("credit_note", 60, 30))
        self.assertEqual(row.could_pay_count, 0)
        self.assertIn("Nothing in EUR", row.could_pay)
        with self.assertRaisesRegex(UserError, "Nothing of Deco Addict is open in EUR"):
            row.action_reconcile()
        azure = self._partner("Azure")
        self._payment(10, day(-1), azure)
        self.assertIn("owes nothing", self._rows(azure).could_pay)

    def test_what_we_owe_them_stands_beside_it(self):
        self._payment(250, day(-1))
        self.assertEqual(self._rows().vendor_balance, 0)
        self._create_invoice_one_line(
            price_unit=90, name="Wood", tax_ids=self.env["account.tax"], partner_id=self.debtor,
            move_type="in_invoice", invoice_date=day(-5), post=True,
        )  # fmt: skip
        self.assertEqual(self._rows().vendor_balance, 90)

    def test_the_oldest_items_are_ticked_up_to_the_credit_and_odoo_matches_them(self):
        old = self._invoice(200, day(-50))
        self._invoice(300, day(-2))
        self._assess(day(0))
        payment = self._payment(700, day(-1))
        wizard = self._apply(self._rows())
        self.assertEqual(
            [(line.amount, line.ticked, line.applied) for line in wizard.line_ids],
            [(200, True, 200), (1000, True, 500), (300, False, 0)],
        )
        self.assertEqual((wizard.amount, wizard.applied, wizard.remaining), (700, 700, 0))
        answer = wizard.action_confirm()
        self.assertIn("700.00", answer["params"]["message"])
        self.assertEqual(old.payment_state, self.env["account.move"]._get_invoice_in_payment_state())
        self.assertEqual(self.invoice.amount_residual, 500)
        self.assertTrue(self._receivable(payment.move_id).reconciled)
        self.assertEqual(self._case().amount_credit, 0, "the case was read again")
        self.assertFalse(self._rows())

    def test_another_item_may_be_ticked_and_the_rest_of_the_credit_stays(self):
        later = self._invoice(300, day(-2))
        self._payment(700, day(-1))
        wizard = self._apply(self._rows())
        wizard.line_ids.filtered(lambda line: line.name == self.invoice.name).ticked = False
        wizard.line_ids.filtered(lambda line: line.name == later.name).ticked = True
        self.assertEqual((wizard.applied, wizard.remaining), (300, 400))
        wizard.action_confirm()
        self.assertEqual((self.invoice.amount_residual, later.amount_residual), (1000, 0))
        self.assertEqual(self._rows().amount_currency, 400)

    def test_a_foreign_credit_pays_the_foreign_item(self):
        theirs = self._invoice(80, day(-3), currency_id=self.euro)
        self._payment(50, day(-1), currency=self.euro)
        row = self._rows()
        self.assertEqual((row.could_pay_count, row.could_pay_amount), (1, 80))
        self._apply(row).action_confirm()
        self.assertEqual((theirs.amount_residual, self.invoice.amount_residual), (30, 1000))

    def test_disputed_promised_and_planned_items_are_marked_and_not_ticked(self):
        promised, planned, ignored = (self._invoice(100, day(-age)) for age in (20, 19, 18))
        self._assess(day(0))
        self._dispute({self.invoice: 1000})
        case = self._on(self._case(), day(0))
        items = self._item(promised)
        self.env["collection.promise"].with_env(case.env)._make(case, items.with_env(case.env), 100, day(5))
        self.env["collection.plan"].sudo().create(
            {
                "case_id": case.id,
                "currency_id": self.company.currency_id.id,
                "state": "active",
                "date_start": day(0),
                "next_date": day(9),
                "judge_on": day(15),
                "line_ids": [Command.create({"date": day(9), "amount": 100})],
                "plan_item_ids": [Command.create({"item_id": self._item(planned).id, "amount": 100, "live": True})],
            }
        )
        ignored.no_followup = True
        self._payment(700, day(-1))
        wizard = self._apply(self._rows())
        marks = {line.name: (line.mark, line.ticked) for line in wizard.line_ids}
        self.assertEqual(
            marks,
            {
                self.invoice.name: ("disputed", False),
                promised.name: ("promised", False),
                planned.name: ("planned", False),
                ignored.name: ("no_followup", False),
            },
        )
        with self.assertRaisesRegex(UserError, "Tick at least one"):
            wizard.action_confirm()
        wizard.line_ids.filtered(lambda line: line.mark == "promised").ticked = True
        wizard.action_confirm()
        self.assertEqual(promised.amount_residual, 0, "the accountant decides")

    def test_what_somebody_has_matched_meanwhile_is_not_matched_again(self):
        payment = self._payment(1000, day(-1))
        wizard = self._apply(self._rows())
        (self._receivable(payment.move_id) | self._receivable(self.invoice)).reconcile()
        with self.assertRaisesRegex(UserError, "Somebody has matched this meanwhile"):
            wizard.action_confirm()

    def test_only_accountants_apply_a_credit(self):
        self._payment(250, day(-1))
        manager = self._user("mona", "debt_collection.group_collection_manager")
        auditor = self._user("otto", "debt_collection.group_collection_auditor")
        clerk = self._user("nick", "account.group_account_invoice")
        for user in (manager, auditor):
            row = self._rows(user=user)
            self.assertEqual(row.amount_currency, 250)
            with self.assertRaises(AccessError):
                row.action_reconcile()
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self._rows(user=carla)
        self._apply(self._rows(user=clerk)).action_confirm()
        self.assertEqual(self.invoice.amount_residual, 750)

    def test_a_branchs_invoice_is_paid_with_its_roots_credit_and_another_company_is_a_wall(self):
        branch = self._branch()
        other = self.setup_other_company(name="Elsewhere")["company"]
        self.env.user.company_ids |= other
        azure = self._partner("Azure")
        theirs = self._invoice(60, day(-3), azure, company_id=branch)
        self._invoice(500, day(-3), azure, company_id=other)
        self._payment(100, day(-1), azure)
        model = self.env["collection.unapplied"]
        ids = [self.company.id, branch.id, other.id]
        row = model.with_context(allowed_company_ids=ids).search([("partner_id", "=", azure.id)])
        self.assertEqual((row.could_pay_count, row.could_pay_amount), (1, 60))
        self._apply(row).action_confirm()
        self.assertEqual(theirs.amount_residual, 0)
        elsewhere = model.with_context(allowed_company_ids=[other.id])
        elsewhere.invalidate_model()
        self.assertFalse(elsewhere.search([]))
