"""Over any days of payments, credit notes and forgetful people: never twice, never after payment, never too soon."""

from itertools import pairwise

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .common import CollectionCommon, day

WEEKS = 8
invoices = st.lists(st.tuples(st.integers(-60, 25), st.integers(2, 50)), min_size=1, max_size=3)
# what happens on a day before the batch: nothing, a payment of one invoice, an unmatched payment, a credit note
events = st.dictionaries(
    st.integers(0, 7 * WEEKS),
    st.tuples(st.sampled_from(["pay", "unmatched", "credit"]), st.integers(0, 2), st.integers(1, 60)),
    max_size=3,
)
# the days on which somebody runs and approves a batch
working_days = st.lists(st.integers(0, 7 * WEEKS), min_size=6, max_size=12, unique=True).map(sorted)


@tagged("post_install", "-at_install")
class TestNeverTwice(CollectionCommon):
    def test_no_history_of_days_breaks_the_promises(self):
        @settings(max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
        @given(invoices, events, working_days)
        def whatever_happens(invoices, events, working_days):
            with self.env.cr.savepoint() as savepoint:
                self._live_through(invoices, events, working_days)
                savepoint.close(rollback=True)
            self.env.invalidate_all()

        whatever_happens()

    def _live_through(self, invoices, events, working_days):
        moves = [self._invoice(amount, day(due)) for due, amount in invoices]
        happened = -1
        for number in working_days:
            for at in sorted(at for at in events if happened < at <= number):
                self._happen(moves, day(at), *events[at])
            happened = number
            for action in self._follow_up(day(number)):
                self._check_claim(action, day(number))
        self._check_ladder()

    def _happen(self, moves, on, kind, which, amount):
        move = moves[which % len(moves)]
        if kind == "pay" and move.amount_residual:
            self._pay(move, on)
        elif kind == "unmatched":
            self._payment(amount, on)
        elif kind == "credit":
            self._credit_note(amount, on)

    def _check_claim(self, action, today):
        """What was claimed is what Odoo says is late, less every open credit that nothing older used up."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.debtor.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        credit = -sum(line.amount_residual for line in lines if line.amount_residual < 0)
        debts = {line.move_id: line for line in lines if line.amount_residual > 0}
        late = sum(line.amount_residual for line in debts.values() if line.date_maturity < today)
        soon = action.line_ids.filtered(lambda line: line.date_due >= today)
        if not soon:
            self.assertAlmostEqual(action.amount, late - credit, msg="the late ones less the credits")
        self.assertGreater(action.amount, 0)
        for line in action.line_ids:
            self.assertIn(line.item_id.move_id, debts, "what is paid is not named")
            self.assertGreater(line.amount_claim, 0, "what is covered is not named")

    def _check_ladder(self):
        """Each item climbed one level at a time, once each, with the days between."""
        ladder = [self.note, self.friendly, self.reminder, self.firm, self.final]
        sent = self.env["collection.action"].search([("state", "=", "sent")], order="sent_on, id")
        days = sent.mapped("sent_on")
        for before, after in pairwise(days):
            self.assertGreaterEqual((after - before).days, 5, "two notices of a debtor are five days apart")
        for item, lines in sent.line_ids.filtered("level_id").grouped("item_id").items():
            lines = lines.sorted("id")
            ranks = [ladder.index(line.level_id) for line in lines]
            self.assertIn(ranks[0], (0, 1), "an item starts with the note or at the lowest level")
            self.assertEqual(ranks, list(range(ranks[0], ranks[0] + len(ranks))), "one level at a time, each once")
            for line in lines:
                late = (line.action_id.sent_on - item.date_due).days
                self.assertGreaterEqual(late, line.level_id.delay_days)
                self.assertTrue(line.level_id.delay_days >= 0 or late <= 0, "a note is for what is not yet due")
            for before, after in pairwise(lines):
                gap = (after.action_id.sent_on - before.action_id.sent_on).days
                self.assertGreaterEqual(gap, max(5, after.level_id.delay_days - before.level_id.delay_days))
