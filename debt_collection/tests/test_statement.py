"""Statements of account agree with the ledger to the cent."""

import random
from datetime import timedelta

from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestStatement(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")  # two euros are a dollar
        cls.dollar = cls.company.currency_id

    def _statement(self, date_from, date_to, partner=None, company=None):
        """Return {currency: what the statement of a debtor says in it}."""
        statement = self.env["collection.statement"]._statement(
            partner or self.debtor, company or self.company, date_from, date_to
        )
        return {account["currency"]: account for account in statement["currencies"]}

    def _slow_balance(self, currency, at, partner=None):
        """Return the sum of the debtor's receivable entries until a day, read one by one."""
        partner = partner or self.debtor
        lines = self.env["account.move.line"].search([("parent_state", "=", "posted"), ("date", "<=", at)])
        return currency.round(
            sum(
                line.amount_currency
                for line in lines
                if line.account_id.account_type == "asset_receivable"
                and line.partner_id.commercial_partner_id == partner
                and line.currency_id == currency
                and line.company_id.root_id == self.company
            )
        )

    def assertReconciles(self, account):
        """Check that a statement adds up: opening, movements, closing, and what it lists as open."""
        currency, balance = account["currency"], account["opening"]
        for row in account["movements"]:
            balance = currency.round(balance + row["debit"] - row["credit"])
            self.assertEqual(currency.compare_amounts(row["balance"], balance), 0)
        self.assertEqual(currency.compare_amounts(balance, account["closing"]), 0)
        self.assertEqual(currency.compare_amounts(sum(row["amount"] for row in account["open"]), account["closing"]), 0)
        ageing = sum(amount for _key, _label, amount in account["ageing"])
        self.assertEqual(currency.compare_amounts(ageing - account["open_credit"], account["closing"]), 0)

    def _kinds(self, account):
        return [(row["kind"], row["debit"], row["credit"], row["balance"]) for row in account["movements"]]

    # ---- what it says ---------------------------------------------------------------------------------------------

    def test_a_statement_runs_from_the_opening_balance_to_the_closing_one(self):
        before = self._invoice(100, day(-40), invoice_date=day(-60))
        self._pay(before, day(-45), 30)
        invoice = self._invoice(200, day(20), invoice_date=day(-10), ref="PO-7")
        self._credit_note(50, day(-8))
        self._pay(before, day(-5), 70)
        self._payment(25, day(5))
        account = self._statement(day(-30), day(0))[self.dollar]
        self.assertEqual(account["opening"], 70)
        self.assertEqual(
            self._kinds(account),
            [("invoice", 200, 0, 270), ("credit_note", 0, 50, 220), ("payment", 0, 70, 150)],
        )
        self.assertEqual(account["closing"], 150)
        self.assertEqual(account["movements"][0]["number"], invoice.name)
        self.assertEqual(account["movements"][0]["reference"], "PO-7")
        self.assertEqual(account["movements"][0]["date_due"], day(20))
        self.assertEqual([(row["amount"], row["days_late"]) for row in account["open"]], [(200, -20), (-50, 8)])
        self.assertReconciles(account)

    def test_the_ageing_is_that_of_the_last_day(self):
        for days, amount in ((20, 1), (-1, 2), (-30, 4), (-31, 8), (-75, 16), (-100, 32), (-130, 64)):
            self._invoice(amount, day(days))
        account = self._statement(day(-30), day(0))[self.dollar]
        self.assertEqual(
            [(key, amount) for key, _label, amount in account["ageing"]],
            [("not_due", 1), ("b1", 6), ("b2", 8), ("b3", 16), ("b4", 32), ("b5", 64)],
        )
        self.assertEqual(account["overdue"], 126)

    def test_a_refund_and_a_payment_matched_later_count_on_their_dates(self):
        invoice = self._invoice(100, day(-20))
        payment = self._payment(120, day(-3))
        refund = self.env["account.payment"].create(
            {
                "payment_type": "outbound", "partner_type": "customer", "partner_id": self.debtor.id,
                "amount": 20, "date": day(2),
            }
        )  # fmt: skip
        refund.action_post()
        (self._receivable(invoice) | self._receivable(payment.move_id) | self._receivable(refund.move_id)).reconcile()
        account = self._statement(day(-10), day(0))[self.dollar]
        self.assertEqual((account["opening"], account["closing"]), (100, -20))
        account = self._statement(day(1), day(10))[self.dollar]
        self.assertEqual(self._kinds(account), [("refund", 20, 0, 0)])
        self.assertReconciles(account)

    def test_each_currency_has_its_own_balance_and_a_difference_of_rates_moves_none(self):
        self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0), (day(-5), 4.0)])
        invoice = self._invoice(60, day(-20), currency_id=self.euro)
        self._invoice(10, day(-20))
        self._pay(invoice, day(-2), 60, currency_id=self.euro.id)
        self.assertTrue(self._receivable(invoice).matched_credit_ids.exchange_move_id)
        accounts = self._statement(None, day(0))
        self.assertEqual(list(accounts), [self.dollar, self.euro], "the company's own currency comes first")
        self.assertEqual(self._kinds(accounts[self.euro]), [("invoice", 60, 0, 60), ("payment", 0, 60, 0)])
        self.assertEqual(accounts[self.dollar]["closing"], 10)
        for account in accounts.values():
            self.assertReconciles(account)

    def test_what_is_paid_in_another_currency_leaves_the_one_and_enters_the_other(self):
        invoice = self._invoice(60, day(-20), currency_id=self.euro)
        payment = self._payment(30, day(-2))
        (self._receivable(invoice) | self._receivable(payment.move_id)).reconcile()
        accounts = self._statement(day(-10), day(0))
        self.assertEqual(self._kinds(accounts[self.euro]), [("conversion", 0, 60, 0)])
        self.assertEqual(self._kinds(accounts[self.dollar]), [("payment", 0, 30, -30), ("conversion", 30, 0, 0)])
        for account in accounts.values():
            self.assertReconciles(account)

    def test_what_somebody_else_has_paid_is_a_transfer(self):
        other = self._partner("Parent")
        invoice = self._invoice(100, day(-20))
        payment = self._payment(100, day(-2), partner=other)
        (self._receivable(invoice) | self._receivable(payment.move_id)).reconcile()
        self.assertEqual(
            self._kinds(self._statement(None, day(0))[self.dollar]), [("invoice", 100, 0, 100), ("transfer", 0, 100, 0)]
        )
        theirs = self._statement(None, day(0), other)[self.dollar]
        self.assertEqual(self._kinds(theirs), [("payment", 0, 100, -100), ("transfer", 100, 0, 0)])
        self.assertReconciles(theirs)

    def test_a_childs_invoices_are_on_its_parents_statement_and_another_companys_are_not(self):
        child = self.env["res.partner"].create({"name": "Shop", "parent_id": self.debtor.id, "type": "invoice"})
        branch = self._branch()
        other = self.setup_other_company()["company"]
        self._invoice(100, day(-10), child)
        self._invoice(7, day(-10), company_id=branch)
        self._invoice(1000, day(-10), company_id=other)
        for company in (self.company, branch):
            self.assertEqual(self._statement(None, day(0), child, company)[self.dollar]["closing"], 107)
        theirs = self.env["collection.statement"]._statement(self.debtor, other, None, day(0))
        self.assertEqual([account["closing"] for account in theirs["currencies"]], [1000])

    def test_a_debtor_without_entries_has_an_empty_statement(self):
        self.assertEqual(self._statement(None, day(0)), {})

    # ---- a random ledger ------------------------------------------------------------------------------------------

    def test_statements_of_a_random_ledger_agree_with_its_entries_and_with_each_other(self):
        dice = random.Random(6)
        for _number in range(14):
            currency = dice.choice([self.dollar, self.euro])
            issued = day(-dice.randint(5, 150))
            amount = dice.randint(100, 99999) / 100
            invoice = self._invoice(
                amount, issued + timedelta(days=dice.randint(0, 60)), invoice_date=issued, currency_id=currency
            )
            for _part in range(dice.randint(0, 2)):
                paid = min(issued + timedelta(days=dice.randint(0, 120)), day(0))
                part = round(amount * dice.random() / 2, 2)
                if invoice.amount_residual > part:
                    self._pay(invoice, paid, part, currency_id=currency.id)
            if dice.random() < 0.3:
                self._credit_note(dice.randint(100, 5000) / 100, issued, currency_id=currency)
        bounds = [day(days) for days in (-140, -100, -61, -30, -10, 0, 40)]
        closing = {self.dollar: 0.0, self.euro: 0.0}
        start = None
        for end in bounds:
            accounts = self._statement(start, end)
            for currency, balance in closing.items():
                account = accounts.get(currency)
                opening = account["opening"] if account else 0.0
                self.assertEqual(currency.compare_amounts(opening, balance), 0, "opens where the last one closed")
                closing[currency] = account["closing"] if account else 0.0
                self.assertEqual(currency.compare_amounts(closing[currency], self._slow_balance(currency, end)), 0)
                if account:
                    self.assertReconciles(account)
            start = end + timedelta(days=1)
