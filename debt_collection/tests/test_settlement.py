"""Settlements: the debtor pays a share by a day, the rest is written off by itself; or it is not, and all is owed."""

from odoo import Command
from odoo.tests import tagged

from .common import day
from .common_write_off import WriteOffCommon


@tagged("post_install", "-at_install")
class TestSettlement(WriteOffCommon):
    def setUp(self):
        super().setUp()
        self.old, self.new = self._invoice(100, day(-40)), self._invoice(60, day(-10))
        self._assess(day(0))
        self.case = self._case()

    def _agree(self, share=96, by=None, user=None, **values):
        """Agree with the debtor that a share of the 160 is paid by a day."""
        return self._give_up(user=user, kind="settlement", share_amount=share, share_date=by or day(10), **values)

    def _judged(self, write_off, state, on):
        """Assess, which judges the promise, and carry out what follows."""
        self._assess(on, partners=self.debtor)
        self.assertEqual(write_off.promise_id.state, state)
        self.env["collection.write.off"].sudo()._settle(self.company, self.debtor.ids, on)

    def test_a_settlement_is_a_promise_on_every_item_and_writes_nothing_off_yet(self):
        write_off = self._agree()
        promise = write_off.promise_id
        self.assertRecordValues(write_off, [{"state": "awaiting", "amount": 64, "share_amount": 96}])
        self.assertRecordValues(promise, [{"amount": 96, "date": day(10), "state": "open", "case_id": self.case.id}])
        self.assertEqual(
            [(line.item_id.move_id, line.amount, line.live) for line in promise.line_ids],
            [(self.old, 96, True), (self.new, 0, True)],
        )
        self.assertEqual((self.old | self.new).mapped("amount_residual"), [100, 60])
        self.assertIn("96.00", self.case.contact_ids[0].summary)

    def test_the_share_paid_the_rest_is_written_off_by_itself(self):
        write_off = self._agree()
        self._pay(self.old, day(5), 96)
        self._judged(write_off, "kept", day(5))
        self.assertEqual((self.old | self.new).mapped("amount_residual"), [0, 0])
        self.assertRecordValues(write_off, [{"state": "posted", "amount_posted": 64, "date": day(5)}])
        self.assertEqual(write_off.entry_ids.date, day(5))
        self.assertEqual(
            sum(write_off.entry_ids.line_ids.filtered(lambda line: line.account_id == self.bad_debt).mapped("debit")),
            64,
        )
        self._assess(day(5))
        self.assertRecordValues(self.case, [{"state": "closed", "close_reason": "written_off"}])
        self.assertIn("64.00", self.case.contact_ids[0].summary)

    def test_the_share_not_paid_the_full_debt_is_owed_again(self):
        write_off = self._agree()
        self._judged(write_off, "broken", day(14))
        self.assertEqual(write_off.state, "cancelled")
        self.assertEqual((self.old | self.new).mapped("amount_residual"), [100, 60])
        self.assertIn("full debt is owed again", self.case.contact_ids[0].summary)
        self.assertEqual(self._agree(by=day(30), on=day(14)).state, "awaiting", "another one may be agreed on")

    def test_a_part_of_the_share_is_no_settlement(self):
        write_off = self._agree()
        self._pay(self.old, day(5), 50)
        self._judged(write_off, "partial", day(14))
        self.assertEqual(write_off.state, "cancelled")
        self._assess(day(14))
        self.assertEqual(self.case.amount_claim, 110)

    def test_a_payment_that_nobody_has_matched_leaves_the_settlement_open(self):
        write_off = self._agree()
        self._payment(96, day(5))
        self._judged(write_off, "to_match", day(14))
        self.assertEqual(write_off.state, "awaiting")

    def test_a_closed_period_leaves_one_settlement_waiting_with_its_reason_and_the_others_go_on(self):
        azure = self._partner("Azure")
        theirs = self._invoice(80, day(-10), azure, company_id=self._branch())
        self._assess(day(0))
        here = self._agree()
        there = self._give_up(self._case(azure), kind="settlement", share_amount=40, share_date=day(10))
        theirs.company_id.sudo().fiscalyear_lock_date = day(20)
        for write_off, invoice, share in ((here, self.old, 96), (there, theirs, 40)):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({"payment_date": day(21), "amount": share})._create_payments()
            write_off.promise_id.sudo().state = "kept"
        for _again in range(2):
            self.env["collection.write.off"].sudo()._settle(self.company, None, day(5))
        self.assertEqual((here.state, there.state), ("posted", "awaiting"))
        self.assertIn("are closed", there.problem)
        self.assertEqual(len(there.activity_ids), 1)
        self.assertFalse(there.line_ids.entry_id)
        theirs.company_id.sudo().fiscalyear_lock_date = False
        self.env["collection.write.off"].sudo()._settle(self.company, None, day(22))
        self.assertRecordValues(there, [{"state": "posted", "problem": False, "amount_posted": 40}])
        self.assertFalse(there.activity_ids)

    def test_a_debtor_who_pays_everything_has_nothing_written_off(self):
        write_off = self._agree()
        self._pay(self.old | self.new, day(5), group_payment=True)
        self._judged(write_off, "kept", day(5))
        self.assertEqual((write_off.state, write_off.entry_ids), ("cancelled", self.env["account.move"]))

    def test_a_settlement_above_the_limit_promises_nothing_before_it_is_approved(self):
        self.company.collection_write_off_limit = 63.99
        write_off = self._agree(user=self.carla)
        self.assertEqual((write_off.state, write_off.promise_id.id), ("waiting", False))
        self._on(write_off.with_user(self.boss), day(1)).action_approve()
        self.assertRecordValues(write_off.promise_id, [{"amount": 96, "date_made": day(1), "state": "open"}])

    def test_a_settlement_cancelled_ends_its_promise(self):
        write_off = self._agree(user=self.carla)
        self._undo(write_off, "cancel", "The debtor withdraws", user=self.carla)
        self.assertEqual((write_off.state, write_off.promise_id.state), ("cancelled", "cancelled"))
        self.assertFalse(any(write_off.promise_id.line_ids.mapped("live")))
        self.assertIn("The debtor withdraws", self.case.contact_ids[0].summary)

    def test_a_promise_cancelled_ends_its_settlement(self):
        write_off = self._agree()
        write_off.promise_id._cancel("The debtor withdraws")
        self._judged(write_off, "cancelled", day(2))
        self.assertEqual(write_off.state, "cancelled")

    def test_a_payment_taken_back_after_the_write_off_is_a_person_s_to_look_at(self):
        write_off = self._agree()
        payment = self._pay(self.old, day(5), 96)
        self._judged(write_off, "kept", day(5))
        payment.action_cancel()
        for _again in range(2):
            self._judged(write_off, "broken", day(14))
        self.assertEqual(write_off.state, "posted")
        self.assertIn("taken back", write_off.problem)
        self.assertEqual(len(write_off.activity_ids), 1)
        self._pay(self.old, day(5), 96)
        self._judged(write_off, "kept", day(15))
        self.assertEqual((write_off.problem, len(write_off.activity_ids)), (False, 0))

    def test_a_settlement_with_tax_takes_back_the_tax_of_the_rest_alone(self):
        azure = self._partner("Azure")
        invoice = self._taxed(100, day(-10), azure)
        self._assess(day(0))
        write_off = self._give_up(
            self._case(azure), kind="settlement", reason_id=self.relief.id, share_amount=92, share_date=day(10)
        )
        self._pay(invoice, day(2), 92)
        write_off.promise_id.sudo().state = "kept"
        self.env["collection.write.off"].sudo()._settle(self.company, azure.ids, day(2))
        # 23 of 115 are left: 20 and 3 of tax
        self.assertEqual([balance for _account, _amount, balance in self._booked(write_off)], [20, 3, -23])

    # ---- what is wrong, in words ----------------------------------------------------------------------------------

    def test_a_share_of_nothing_or_of_everything_is_no_settlement(self):
        for share in (0, -1, 160, 200):
            self.assertRefused(
                "160.00", self._ask(kind="settlement", share_amount=share, share_date=day(5)).action_confirm
            )

    def test_a_settlement_says_by_when_and_not_in_the_past(self):
        for by in (False, day(-1)):
            self.assertRefused("by when", self._ask(kind="settlement", share_amount=50, share_date=by).action_confirm)

    def test_a_settlement_is_in_one_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2)])
        self._invoice(40, day(-10), currency_id=euro)
        self._assess(day(0))
        self.assertRefused(
            "one currency", self._ask(kind="settlement", share_amount=50, share_date=day(5)).action_confirm
        )

    def test_an_item_promised_already_is_not_settled(self):
        item = self._item(self.new)
        self.env["collection.promise"].sudo().create(
            {
                "case_id": self.case.id,
                "amount": 60,
                "currency_id": item.currency_id.id,
                "date": day(3),
                "date_judged": day(6),
                "line_ids": [Command.create({"item_id": item.id, "amount": 60})],
            }
        )
        self.assertRefused("promised", self._ask(kind="settlement", share_amount=50, share_date=day(5)).action_confirm)
