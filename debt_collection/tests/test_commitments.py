"""What is agreed on an item decides what happens to it: who is reminded of what, where a case stands, and why."""

from datetime import timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCommitments(CollectionCommon):
    def _promise(self, *moves, until, state="open"):
        """Return a promise to pay some invoices in full, judged after a day."""
        items = self._item(moves[0]).union(*map(self._item, moves))
        promise = (
            self.env["collection.promise"]
            .sudo()
            .create(
                {
                    "case_id": items.case_id.id,
                    "amount": sum(items.mapped("amount_currency")),
                    "currency_id": items.currency_id.id,
                    "date_made": day(0),
                    "date": until - timedelta(days=3),
                    "date_judged": until,
                    "state": state,
                    "line_ids": [
                        (0, 0, {"item_id": item.id, "amount": item.amount_currency, "live": state == "open"})
                        for item in items
                    ],
                }
            )
        )
        items.debtor_id.ledger_digest = False
        return promise

    def _plan(self, *moves, next_date):
        """Return an active plan of some invoices."""
        items = self._item(moves[0]).union(*map(self._item, moves))
        plan = (
            self.env["collection.plan"]
            .sudo()
            .create(
                {
                    "case_id": items.case_id.id,
                    "currency_id": items.currency_id.id,
                    "state": "active",
                    "date_start": day(0),
                    "next_date": next_date,
                    "judge_on": next_date + timedelta(days=6),
                    "line_ids": [(0, 0, {"date": next_date, "amount": sum(items.mapped("amount_currency"))})],
                    "plan_item_ids": [
                        (0, 0, {"item_id": item.id, "amount": item.amount_currency, "live": True}) for item in items
                    ],
                }
            )
        )
        items.debtor_id.ledger_digest = False
        return plan

    def _dispute(self, amounts, deadline=None):
        """Return an open dispute: {invoice: amount, in its currency}."""
        items = self.env["collection.item"].union(*map(self._item, amounts))
        reason = self.env["collection.dispute.reason"].sudo().create({"name": "Goods damaged"})
        dispute = (
            self.env["collection.dispute"]
            .sudo()
            .create(
                {
                    "case_id": items.case_id.id,
                    "reason_id": reason.id,
                    "deadline": deadline,
                    "amount": sum(amounts.values()),
                    "currency_id": items.currency_id.id,
                    "line_ids": [
                        (0, 0, {"item_id": self._item(move).id, "amount": amount}) for move, amount in amounts.items()
                    ],
                }
            )
        )
        items.debtor_id.ledger_digest = False
        return dispute

    def test_a_promised_item_is_not_reminded_of_while_the_others_are(self):
        promised, other = self._invoice(100, day(-20)), self._invoice(70, day(-20))
        self._assess(day(0))
        self._promise(promised, until=day(10))
        action = self._run(day(0)).action_ids
        self.assertEqual(action.line_ids.item_id.move_id, other)
        self.assertEqual(action.amount, 70)
        self.assertEqual(self._case().stage, "new", "not all that is overdue is promised")
        self.assertEqual(self._case().amount_claim, 170)

    def test_a_case_whose_overdue_items_are_all_promised_waits_for_the_promise(self):
        invoice = self._invoice(100, day(-20))
        self._assess(day(0))
        self._promise(invoice, until=day(10))
        self._assess(day(0))
        case = self._case()
        self.assertEqual((case.stage, case.next_action_date), ("promised", day(11)))
        self.assertIn("promised", case.reason)
        self.assertFalse(self._run(day(10)).action_ids)

    def test_a_promise_made_after_the_proposal_keeps_the_notice_back(self):
        invoice = self._invoice(100, day(-20))
        run = self._run(day(0))
        run.action_approve()
        self._promise(invoice, until=day(10))
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.state, "skipped")
        self.assertIn("promised", run.action_ids.outcome)

    def test_items_in_a_plan_are_paid_by_its_instalments_and_not_reminded_of(self):
        invoice = self._invoice(100, day(-20))
        self._assess(day(0))
        self._plan(invoice, next_date=day(15))
        self._assess(day(0))
        case = self._case()
        self.assertEqual((case.stage, case.next_action_date), ("plan", day(15)))
        self.assertFalse(case.next_level_id)
        self.assertFalse(self._run(day(14)).action_ids)
        new = self._invoice(40, day(5))
        action = self._run(day(12)).action_ids
        self.assertEqual(action.line_ids.item_id.move_id, new, "what falls due beside the plan is reminded of")
        self.assertEqual(self._case().stage, "new")

    def test_the_disputed_part_of_an_invoice_is_not_claimed_and_the_rest_is(self):
        invoice = self._invoice(100, day(-20))
        self._assess(day(0))
        self._dispute({invoice: 30})
        run = self._run(day(0))
        case = self._case()
        self.assertRecordValues(
            case, [{"amount_due": 100, "amount_overdue": 70, "amount_disputed": 30, "amount_claim": 70, "stage": "new"}]
        )
        line = run.action_ids.line_ids
        self.assertRecordValues(line, [{"amount_currency": 70, "amount_claim": 70, "amount_residual": 70}])
        self.assertEqual(
            [(part["bucket"], part["amount"]) for part in self._on(case, day(0)).ageing],
            [("1_30", case.currency_id.format(70)), ("disputed", case.currency_id.format(30))],
        )

    def test_a_case_that_is_disputed_in_full_stays_open_until_that_is_resolved(self):
        invoice = self._invoice(100, day(-20))
        run = self._run(day(0))
        run.action_approve()
        self._dispute({invoice: 100}, deadline=day(9))
        self._dispatch(day(0))
        case = self._case()
        self.assertRecordValues(case, [{"stage": "disputed", "amount_claim": 0, "next_action_date": day(9)}])
        self.assertEqual(run.action_ids.outcome, "What is owed is disputed.")
        self.assertEqual(self._item(invoice).status, "disputed")

    def test_a_credit_is_taken_off_what_is_not_disputed(self):
        disputed, other = self._invoice(100, day(-30)), self._invoice(80, day(-20))
        self._assess(day(0))
        self._dispute({disputed: 100})
        self._payment(50, day(-1))
        self._assess(day(0))
        self.assertEqual(self._case().amount_claim, 30)
        self.assertEqual(self._item(other).amount_claim, 30)
        self.assertFalse(self._case().foreign_credit)

    def test_a_part_of_an_invoice_in_foreign_currency_is_disputed_in_that_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self._invoice(200, day(-20), currency_id=currency.id)
        self._assess(day(0))
        self._dispute({invoice: 50})
        self._assess(day(0))
        self.assertRecordValues(self._case(), [{"amount_disputed": 25, "amount_claim": 75, "amount_due": 100}])
        self.assertEqual(self._item(invoice).amount_disputed, 50)

    def test_what_is_disputed_never_exceeds_what_is_still_open(self):
        invoice = self._invoice(100, day(-20))
        self._assess(day(0))
        self._dispute({invoice: 60})
        self._pay(invoice, day(0), amount=70)
        self._assess(day(0))
        self.assertRecordValues(self._case(), [{"amount_disputed": 30, "amount_claim": 0, "amount_due": 30}])

    def test_a_broken_promise_comes_first_in_the_worklist_until_somebody_is_contacted(self):
        invoice = self._invoice(100, day(-20))
        self._invoice(500, day(-50), self._partner("Another"))
        self._assess(day(0))
        self._promise(invoice, until=day(-1), state="broken")
        self._assess(day(0))
        case = self._case()
        self.assertTrue(case.promise_broken)
        self.assertIn("has not been paid", case.reason)
        self.assertEqual(self.env["collection.case"].search([("state", "=", "open")])[0], case)
        case.debtor_id.last_notice_date = day(0)
        self._assess(day(0))
        self.assertFalse(case.promise_broken)

    def test_of_several_commitments_the_first_decides_the_stage(self):
        planned, promised, disputed = (self._invoice(100, day(-20)) for _number in range(3))
        self._assess(day(0))
        self._dispute({disputed: 100})
        self._promise(promised, until=day(10))
        self._assess(day(0))
        self.assertEqual(self._case().stage, "new", "one is claimed still")
        self._plan(planned, next_date=day(15))
        self._assess(day(0))
        self.assertEqual(self._case().stage, "plan")
        self._case().write({"hold_until": day(3), "hold_reason": "A call"})
        self._assess(day(0))
        self.assertEqual(self._case().stage, "hold")

    def test_a_case_is_looked_at_again_on_the_day_its_promise_is_judged(self):
        invoice = self._invoice(100, day(-20))
        self._assess(day(0))
        self._promise(invoice, until=day(10))
        self._assess(day(0))
        self.assertEqual(self._case().debtor_id.reassess_on, day(11))

    def test_the_shares_of_what_is_owed_add_up_to_the_ledger_whatever_is_agreed(self):
        agreed = st.lists(
            st.tuples(
                st.integers(-60, 20),  # due
                st.integers(1, 90),  # amount
                st.sampled_from(["", "promise", "plan", "hold", "no_followup"]),
                st.integers(0, 100),  # disputed
            ),
            min_size=1,
            max_size=4,
        )

        @settings(max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
        @given(agreed, st.integers(0, 50))
        def whatever_is_agreed(rows, credit):
            with self.env.cr.savepoint() as savepoint:
                self._share_out(rows, credit)
                savepoint.close(rollback=True)
            self.env.invalidate_all()

        whatever_is_agreed()

    def _share_out(self, rows, credit):
        self._invoice(10, day(-30))
        moves = [self._invoice(amount, day(due)) for due, amount, _kind, _disputed in rows]
        if credit:
            self._payment(credit, day(-1))
        self._assess(day(0))
        expected = dict.fromkeys(("no_followup", "disputed", "planned", "promised", "held", "not_due", "claimable"), 0)
        expected["claimable"] = 10
        if self._case():
            for move, (due, amount, kind, disputed) in zip(moves, rows, strict=True):
                item, disputed = self._item(move), min(disputed, amount)
                share = "claimable" if due < 0 else "not_due"
                if kind == "promise":
                    self._promise(move, until=day(10))
                    share = "promised"
                elif kind == "plan":
                    self._plan(move, next_date=day(10))
                    share = "planned"
                elif kind == "hold":
                    item.sudo().hold_until = day(5)
                    share = "held"
                elif kind == "no_followup":
                    item.move_line_id.no_followup = True
                    share, disputed = "no_followup", 0
                if disputed:
                    self._dispute({move: disputed})
                expected[share] += amount - disputed
                expected["disputed"] += disputed
            shares = self.env["collection.ledger"]._shares(self.company, self.debtor, day(0))[self.debtor.id]
            lines = self.env["account.move.line"].search(
                [
                    ("partner_id", "=", self.debtor.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            balance = sum(lines.mapped("balance"))
            self.assertEqual({name: float(shares[name]) for name in expected}, expected)
            self.assertAlmostEqual(sum(expected.values()) - float(shares["credit"]), balance, places=2)
            self._assess(day(0))
            # what remains of the claimable share once credits have covered the oldest first is what is reminded of
            self.assertLessEqual(
                sum(self._run(day(0), assess=False).action_ids.mapped("amount")), expected["claimable"]
            )
