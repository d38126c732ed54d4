"""Balances too small to be worth a letter are written off in one batch, within what was allowed beforehand."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DAY, day
from .common_write_off import WriteOffCommon

AT_ONCE = "odoo.addons.debt_collection.wizard.collection_small_balance.AT_ONCE"


@tagged("post_install", "-at_install")
class TestSmallBalance(WriteOffCommon):
    def _wizard(self, user=None, on=DAY, **values):
        wizard = self.env["collection.small.balance"]
        wizard = self._on(wizard.with_user(user) if user else wizard, on)
        return wizard.create({"reason_id": self.keep.id, "date": on, **values})

    def _batch(self, **values):
        return self.env["collection.write.off"].browse(self._wizard(**values).action_confirm()["res_id"])

    def _left(self, left, partner=None, total=100, **values):
        """Return an overdue invoice of which only so much is left."""
        invoice = self._invoice(total, day(-10), partner, **values)
        self._pay(invoice, day(-5), total - left)
        return invoice

    def test_what_is_left_of_part_payments_is_written_off_in_one_entry_with_a_line_each(self):
        azure = self._partner("Azure")
        here, there = self._left(0.8), self._left(5, azure)
        large = self._left(5.01, self._partner("Ready Mat"))
        self._assess(day(0))
        case = self._case(azure)
        wizard = self._wizard()
        self.assertEqual((wizard.limit, wizard.number, wizard.debtor_number, wizard.total), (5, 2, 2, 5.8))
        write_off = self._batch()
        self.assertEqual((here | there | large).mapped("amount_residual"), [0, 0, 5.01])
        self.assertEqual(len(write_off.entry_ids), 1)
        self.assertEqual(write_off.amount_posted, 5.8)
        self.assertEqual(
            {
                line.partner_id: line.balance
                for line in write_off.entry_ids.line_ids
                if line.account_id == self.bad_debt
            },
            {self.debtor: 0.8, azure: 5},
        )
        self.assertIn(write_off.name, case.contact_ids[0].summary)
        self.assertEqual(case.state, "closed")
        self.assertRefused("nothing to write off", self._wizard().action_confirm)

    def test_a_small_debtor_who_was_never_chased_is_written_off_too(self):
        self.strategy.min_amount = 10
        invoice = self._left(2)
        self._assess(day(0))
        self.assertFalse(self._case())
        self._batch()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_debtor_is_small_when_all_that_is_owed_is_and_an_invoice_when_it_is_itself(self):
        small = self._left(2)
        self._invoice(100, day(20))
        self._assess(day(0))
        self.assertEqual(self._wizard().number, 0)
        self.assertEqual(self._wizard(per="item").number, 1)
        self._batch(per="item")
        self.assertEqual(small.amount_residual, 0)

    def test_an_invoice_of_a_small_amount_is_no_leftover(self):
        self._invoice(3, day(-10))
        self.assertEqual(self._wizard().number, 0)
        self.assertEqual(self._wizard(leftovers=False).number, 1)

    def test_what_is_credited_disputed_promised_or_not_followed_up_is_left_alone(self):
        credited, disputed, promised, left_out = (
            self._partner(name) for name in ("Credited", "Disputed", "Promised", "Left Out")
        )
        invoices = {partner: self._left(2, partner) for partner in (credited, disputed, promised, left_out)}
        self._payment(50, day(-1), credited)
        self._receivable(invoices[left_out]).no_followup = True
        self.strategy.min_amount = 0
        self._assess(day(0))
        for partner, model, extra in (
            (disputed, "dispute", {"reason_id": self.env["collection.dispute.reason"].create({"name": "Broken"}).id}),
            (promised, "promise", {"date": day(3), "date_judged": day(6)}),
        ):
            item = self._item(invoices[partner])
            self.env[f"collection.{model}"].sudo().create(
                {
                    "case_id": item.case_id.id,
                    "amount": 2,
                    "currency_id": item.currency_id.id,
                    "line_ids": [Command.create({"item_id": item.id, "amount": 2})],
                    **extra,
                }
            )
        self.assertEqual(self._wizard().number, 0)

    def test_a_large_batch_goes_in_portions_smallest_first(self):
        first, second = self._left(1), self._left(2, self._partner("Azure"))
        with patch(AT_ONCE, 1):
            self._batch()
            self.assertEqual((first | second).mapped("amount_residual"), [0, 2])
            self._batch()
        self.assertEqual(second.amount_residual, 0)

    def test_a_batch_is_reversed_as_a_whole(self):
        invoices = self._left(1) | self._left(2, self._partner("Azure"))
        write_off = self._batch()
        self._undo(write_off, "reverse", "The wrong limit")
        self.assertEqual(invoices.mapped("amount_residual"), [1, 2])

    def test_foreign_balances_are_small_by_their_worth_and_have_an_entry_of_their_own(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2)])
        invoice, dollars = self._left(8, currency_id=euro), self._left(1)  # 8 EUR are 4 dollars
        write_off = self._batch()
        self.assertEqual((invoice | dollars).mapped("amount_residual"), [0, 0])
        self.assertEqual(len(write_off.entry_ids), 2)
        self.assertEqual(write_off.amount_posted, 5)

    def test_nobody_goes_above_what_the_company_allows(self):
        self._left(6)
        self.assertRefused("5.00", self._wizard(limit=6).action_confirm)
        self.assertRefused("above zero", self._wizard(limit=-1).action_confirm)
        self.company.collection_small_balance = 0
        self.assertRefused("set the amount", self._wizard(limit=6).action_confirm)

    def test_a_collector_runs_no_batch_and_sees_none(self):
        self._left(1)
        with self.assertRaises(AccessError):
            self._wizard(user=self.carla)
        write_off = self._batch()
        self.assertFalse(self.env["collection.write.off"].with_user(self.carla).search([("id", "=", write_off.id)]))

    def test_another_company_s_balances_are_not_in_the_batch(self):
        other = self.setup_other_company()["company"]
        theirs = self._invoice(100, day(-10), company_id=other)
        self._pay(theirs, day(-5), 98)
        self.assertEqual(self._wizard().number, 0)
        with self.assertRaises(AccessError):
            self._wizard(user=self.boss, company_id=other.id).read(["total"])
