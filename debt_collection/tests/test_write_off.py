"""A debt given up: the entry, the tax, who decides, and how it is undone."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import day
from .common_write_off import MANAGER, WriteOffCommon


@tagged("post_install", "-at_install")
class TestWriteOff(WriteOffCommon):
    # ---- the entry ------------------------------------------------------------------------------------------------

    def test_an_insolvent_debtor_s_items_are_written_off_and_the_case_closes(self):
        first, second = self._invoice(100, day(-40)), self._invoice(60, day(-10))
        self._assess(day(0))
        case = self._case()
        write_off = self._give_up()
        receivable = self._receivable(first).account_id
        self.assertEqual(
            self._booked(write_off),
            [
                (self.bad_debt, 100, 100),
                (self.bad_debt, 60, 60),
                (receivable, -60, -60),
                (receivable, -100, -100),
            ],
        )
        self.assertEqual((first | second).mapped("amount_residual"), [0, 0])
        self.assertRecordValues(write_off, [{"state": "posted", "amount": 160, "amount_posted": 160}])
        self.assertEqual(write_off.entry_ids.line_ids.partner_id, self.debtor)
        self.assertEqual(case.state, "closed")
        self.assertIn("160.00", case.contact_ids[0].summary)
        self.assertIn("Insolvent", case.contact_ids[0].summary)
        self.assertEqual(case.contact_ids[0].user_id, self.env.user)

    def test_a_write_off_is_not_a_payment(self):
        invoice = self._invoice(100, day(-40))
        self._assess(day(0))
        item = self._item(invoice)
        self._give_up()
        self.env.flush_all()
        settled = self.env["collection.ledger"]._settled_cte(SQL("(%s)", item.id))
        rows = self.env.execute_query(SQL("WITH %s SELECT amount_currency, is_payment FROM settled", settled))
        self.assertEqual([(float(amount), is_payment) for amount, is_payment in rows], [(100, False)])

    def test_only_what_is_overdue_is_offered_unless_everything_is_asked_for(self):
        self._invoice(100, day(-10))
        self._invoice(60, day(30))
        self._assess(day(0))
        self.assertEqual(self._ask().amount, 100)
        self.assertEqual(self._ask(scope="open").amount, 160)

    def test_a_part_of_a_partly_paid_invoice_is_written_off_and_the_rest_is_still_owed(self):
        invoice = self._invoice(100, day(-10))
        self._pay(invoice, day(-5), 30)
        self._assess(day(0))
        wizard = self._ask()
        self.assertEqual(wizard.line_ids.amount, 70)
        wizard.line_ids.amount = 20
        wizard.action_confirm()
        self.assertEqual(invoice.amount_residual, 50)
        self.assertEqual(self._case().amount_claim, 50)

    def test_an_unapplied_credit_is_not_written_off_with_the_debt(self):
        self._invoice(100, day(-10))
        self._payment(40, day(-1))
        self._assess(day(0))
        wizard = self._ask()
        self.assertEqual((wizard.amount_credit, wizard.amount), (40, 60))

    def test_a_foreign_item_is_settled_to_the_cent_at_the_rate_of_the_books(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2), ("2025-03-01", 4)])
        invoice = self._invoice(100, day(-30), currency_id=euro)  # 100 EUR at 2 EUR a dollar: 50 dollars
        self._assess(day(0))
        write_off = self._give_up()
        receivable = self._receivable(invoice)
        self.assertEqual(self._booked(write_off), [(self.bad_debt, 100, 50), (receivable.account_id, -100, -50)])
        self.assertTrue(receivable.reconciled)
        self.assertFalse(receivable.matched_credit_ids.exchange_move_id)
        self.assertEqual(write_off.amount, 50)

    def test_items_of_a_branch_and_of_two_currencies_have_an_entry_each(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2)])
        branch = self._branch()
        invoices = self._invoice(100, day(-10)) | self._invoice(40, day(-10), currency_id=euro)
        theirs = self._invoice(50, day(-10), company_id=branch)
        self._assess(day(0))
        write_off = self._give_up()
        self.assertEqual((invoices | theirs).mapped("payment_state"), ["paid"] * 3)
        self.assertEqual(len(write_off.entry_ids), 3)
        self.assertEqual(self._receivable(theirs).matched_credit_ids.credit_move_id.company_id, branch)
        self.assertEqual(write_off.amount, 170)

    # ---- the tax --------------------------------------------------------------------------------------------------

    def test_the_tax_is_kept_unless_the_reason_takes_it_back(self):
        invoice = self._taxed(100, day(-10))
        self._assess(day(0))
        write_off = self._give_up()
        self.assertEqual(self._booked(write_off)[0], (self.bad_debt, 115, 115))
        self.assertFalse(write_off.entry_ids.line_ids.tax_tag_ids)
        self.assertEqual(invoice.amount_residual, 0)

    def test_the_tax_taken_back_stands_in_the_grids_of_a_credit_note(self):
        tax = self._tax_15()
        invoice = self._taxed(100, day(-10), taxes=tax)
        self._assess(day(0))
        write_off = self._give_up(reason_id=self.relief.id)
        tax_account = self.company_data["default_account_tax_sale"]
        self.assertEqual(
            self._booked(write_off),
            [(self.bad_debt, 100, 100), (tax_account, 15, 15), (self._receivable(invoice).account_id, -115, -115)],
        )
        credit_note = self._taxed(100, day(-10), taxes=tax, move_type="out_refund")

        def grids(move):
            return sorted((tag.name, line.balance) for line in move.line_ids for tag in line.tax_tag_ids)

        self.assertEqual(grids(write_off.entry_ids), grids(credit_note))
        self.assertEqual(grids(write_off.entry_ids), [("base refund", 100), ("tax refund", 15)])

    def test_of_a_partly_paid_invoice_only_the_unpaid_part_of_the_tax_is_taken_back(self):
        invoice = self._taxed(100, day(-10))
        self._pay(invoice, day(-5), 80.5)  # 34.50 of 115 are left: 30 and 4.50 of tax
        self._assess(day(0))
        write_off = self._give_up(reason_id=self.relief.id)
        self.assertEqual([balance for _account, _amount, balance in self._booked(write_off)], [30, 4.5, -34.5])
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_rounding_leaves_is_on_the_bad_debt_and_never_on_the_tax(self):
        invoice = self._taxed(0.99, day(-10))  # 0.99 and 0.15 of tax
        self._pay(invoice, day(-5), 0.57)  # half of 1.14: the tax is 0.075, rounded 0.08
        self.strategy.min_amount = 0
        self._assess(day(0))
        write_off = self._give_up(reason_id=self.relief.id)
        self.assertEqual([balance for _account, _amount, balance in self._booked(write_off)], [0.49, 0.08, -0.57])

    def test_a_tax_due_on_payment_never_falls_due_when_it_is_taken_back(self):
        self.company.tax_exigibility = True
        waiting = self.company_data["default_account_tax_sale"].copy({"reconcile": True})
        tax = self._tax_15(tax_exigibility="on_payment", cash_basis_transition_account_id=waiting.id)
        invoice = self._taxed(100, day(-10), taxes=tax)
        self._assess(day(0))
        self._give_up(reason_id=self.relief.id)
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(sum(lines.filtered(lambda line: line.account_id == waiting).mapped("balance")), 0)
        declared = lines.filtered(lambda line: line.account_id == self.company_data["default_account_tax_sale"])
        self.assertEqual(sum(declared.mapped("balance")), 0)
        self.assertEqual(invoice.amount_residual, 0)

    # ---- undoing --------------------------------------------------------------------------------------------------

    def test_a_write_off_reversed_is_owed_again_and_the_log_says_who_and_why(self):
        invoice = self._taxed(100, day(-10))
        self._assess(day(0))
        closed = self._case()
        write_off = self._give_up(reason_id=self.relief.id)
        self.assertFalse(self._case())
        self._undo(write_off, "reverse", "The debtor is solvent after all", user=self.boss)
        self.assertEqual(write_off.state, "reversed")
        self.assertEqual(invoice.amount_residual, 115)
        both = (write_off.entry_ids | write_off.entry_ids.reversal_move_ids).line_ids
        for account in (self.bad_debt, self.company_data["default_account_tax_sale"]):
            self.assertEqual(sum(both.filtered(lambda line, a=account: line.account_id == a).mapped("balance")), 0)
        self.assertEqual(self._case().amount_claim, 115)
        for case in closed | self._case():
            entry = case.contact_ids[0]
            self.assertIn("The debtor is solvent after all", entry.summary)
            self.assertEqual(entry.user_id, self.boss)
        self.assertNotEqual(self._case(), closed)
        self.assertRefused("nothing to reverse", self._undo, write_off, "reverse")

    def test_what_an_accountant_has_reversed_by_hand_is_not_reversed_twice(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        write_off = self._give_up()
        write_off.entry_ids._reverse_moves([{"date": day(0)}], cancel=True)
        self._undo(write_off, "reverse")
        self.assertEqual((write_off.state, invoice.amount_residual), ("reversed", 100))
        self.assertEqual(len(write_off.entry_ids.reversal_move_ids), 1)

    def test_an_accountant_asks_and_approves_too(self):
        anna, ben = (self._user(login, "account.group_account_invoice") for login in ("anna", "ben"))
        invoice = self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=anna)
        self._on(write_off.with_user(ben), day(0)).action_approve()
        self.assertEqual((write_off.state, invoice.amount_residual), ("posted", 0))

    def test_a_collector_reverses_nothing(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        write_off = self._give_up()
        with self.assertRaises(AccessError):
            self._undo(write_off, "reverse", user=self.carla)
        self.assertEqual(write_off.state, "posted")

    # ---- who decides ----------------------------------------------------------------------------------------------

    def test_above_the_limit_a_second_person_approves(self):
        invoice = self._invoice(1000.01, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self.assertEqual((write_off.state, invoice.amount_residual), ("waiting", 1000.01))
        self.assertIn(self.boss, write_off.activity_ids.user_id)
        with self.assertRaises(AccessError):
            self._on(write_off.with_user(self.carla), day(0)).action_approve()
        self._on(write_off.with_user(self.boss), day(0)).action_approve()
        self.assertRecordValues(write_off, [{"state": "posted", "approver_id": self.boss.id}])
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(write_off.activity_ids)

    def test_a_manager_does_not_approve_what_he_asked_for_himself(self):
        self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.boss)
        self.assertEqual(write_off.state, "waiting")
        self.assertFalse(write_off.with_user(self.boss).can_approve)
        self.assertRefused("second person", self._on(write_off.with_user(self.boss), day(0)).action_approve)
        with self.assertRaises(AccessError):
            write_off.with_user(self.boss).write({"requester_id": self.carla.id})
        with self.assertRaises(AccessError):
            write_off.with_user(self.boss).write({"state": "posted"})

    def test_up_to_the_limit_a_collector_writes_off_alone(self):
        invoice = self._invoice(1000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self.assertEqual((write_off.state, invoice.amount_residual), ("posted", 0))
        self.assertEqual(write_off.requester_id, self.carla)

    def test_a_debt_is_not_cut_into_slices_under_the_limit(self):
        first, second = self._invoice(600, day(-20)), self._invoice(600, day(-10))
        self._assess(day(0))
        slices = []
        for invoice in (first, second):
            wizard = self._ask(line_ids=[Command.create({"item_id": self._item(invoice).id, "amount": 600})])
            announced = wizard.needs_approval
            wizard.action_confirm()
            slices.append((announced, self._case().write_off_ids.sorted("id")[-1].state))
        self.assertEqual(slices, [(False, "posted"), (True, "waiting")])

    def test_without_a_limit_every_write_off_is_approved(self):
        self.company.collection_write_off_limit = 0
        self._invoice(1, day(-10))
        self._assess(day(0))
        self.assertEqual(self._give_up(user=self.carla).state, "waiting")

    def test_where_nobody_else_could_approve_the_sentence_says_what_to_do(self):
        group = self.env.ref(MANAGER)
        accountants = self.env.ref("account.group_account_invoice")
        for user in (group | accountants).all_user_ids - self.env.user:
            user.active = False
        self._invoice(2000, day(-10))
        self._assess(day(0))
        self.assertRefused("nobody else is a collections manager", self._ask().action_confirm)

    def test_a_refused_write_off_changes_nothing_and_says_why(self):
        invoice = self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self._undo(write_off, "refuse", "Sue them first", user=self.boss)
        self.assertEqual((write_off.state, invoice.amount_residual), ("refused", 2000))
        self.assertIn("Sue them first", self._case().contact_ids[0].summary)
        self.assertFalse(write_off.activity_ids)
        self.assertEqual(self._give_up(user=self.carla).state, "waiting", "it may be asked for again")

    def test_what_was_paid_before_the_approval_is_not_written_off(self):
        invoice = self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self._pay(invoice, day(0), 1500)
        self._on(write_off.with_user(self.boss), day(0)).action_approve()
        self.assertRecordValues(write_off, [{"amount": 2000, "amount_posted": 500, "state": "posted"}])

    def test_what_was_paid_in_full_before_the_approval_cannot_be_approved(self):
        invoice = self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self._pay(invoice, day(0))
        self.assertRefused("Nothing of", self._on(write_off.with_user(self.boss), day(0)).action_approve)
        self.assertEqual(write_off.state, "waiting")
        self._undo(write_off, "cancel", "Paid", user=self.carla)
        self.assertEqual(write_off.state, "cancelled")

    def test_a_collector_writes_off_nothing_of_a_colleague_s_case(self):
        self._invoice(100, day(-10))
        self.env["collection.debtor"]._get(self.company, self.debtor).user_id = self.boss
        self._assess(day(0))
        with self.assertRaises(AccessError):
            self._give_up(user=self.carla)
        write_off = self._give_up()
        with self.assertRaises(AccessError):
            write_off.with_user(self.carla).read(["amount"])

    # ---- what is wrong, in words ----------------------------------------------------------------------------------

    def test_more_than_is_open_is_refused(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        lines = [Command.create({"item_id": self._item(invoice).id, "amount": 100.01})]
        self.assertRefused("100.00", self._ask(line_ids=lines).action_confirm)

    def test_nothing_less_than_nothing_and_a_fraction_of_a_cent_are_refused(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        for amount in (0, -5, 0.001):
            lines = [Command.create({"item_id": self._item(invoice).id, "amount": amount})]
            self.assertRefused("above zero", self._ask(line_ids=lines).action_confirm)
        self.assertRefused("at least one item", self._ask(line_ids=[]).action_confirm)

    def test_a_paid_item_and_another_debtor_s_item_are_refused(self):
        paid, open_invoice = self._invoice(50, day(-20)), self._invoice(100, day(-10))
        other = self._invoice(70, day(-10), self._partner("Azure"))
        self._assess(day(0))
        wizard = self._ask(line_ids=[Command.create({"item_id": self._item(paid).id, "amount": 50})])
        self._pay(paid, day(0))
        self.assertRefused("is paid", wizard.action_confirm)
        lines = [Command.create({"item_id": self._item(other).id, "amount": 70})]
        self.assertRefused("another case", self._ask(line_ids=lines).action_confirm)
        lines = [Command.create({"item_id": self._item(open_invoice).id, "amount": 10})] * 2
        self.assertRefused("twice", self._ask(line_ids=lines).action_confirm)

    def test_an_item_that_waits_for_a_write_off_already_is_refused(self):
        self._invoice(2000, day(-10))
        self._assess(day(0))
        write_off = self._give_up(user=self.carla)
        self.assertRefused(write_off.name, self._ask().action_confirm)

    def test_a_day_to_come_is_refused(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        wizard = self._ask()
        wizard.date = day(1)
        self.assertRefused("future", wizard.action_confirm)

    def test_a_closed_period_is_refused(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        self.company.sudo().fiscalyear_lock_date = day(0)
        self.assertRefused("are closed on", self._ask().action_confirm)
        self.assertEqual(invoice.amount_residual, 100)

    def test_without_a_bad_debt_account_the_sentence_says_where_to_set_it(self):
        self.company.collection_bad_debt_account_id = False
        self._invoice(100, day(-10))
        self._assess(day(0))
        self.assertRefused("settings of Collections", self._ask().action_confirm)

    def test_a_reason_s_own_account_is_taken_before_the_settings_in_its_company_alone(self):
        own = self.bad_debt.copy({"name": "Fraud"})
        self.keep.with_company(self.company).account_id = own
        self._invoice(100, day(-10))
        self._assess(day(0))
        self.assertEqual(self._booked(self._give_up())[0][0], own)
        other = self.setup_other_company()["company"]
        self.assertFalse(self.keep.with_company(other).account_id)

    def test_another_company_s_write_offs_are_behind_a_wall(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        write_off = self._give_up()
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", MANAGER, companies=other)
        with self.assertRaises(AccessError):
            write_off.with_user(stranger).read(["amount"])
        with self.assertRaises(AccessError):
            self._undo(write_off, "reverse", user=stranger)

    def test_a_write_off_is_never_deleted(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self.assertRefused("cannot be deleted", self._give_up().sudo().unlink)
