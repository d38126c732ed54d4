"""What was published stays; what the ledger says today of the same day is shown beside it, and why."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import day
from .test_snapshot import SnapshotStories


@tagged("post_install", "-at_install")
class TestSnapshotDifference(SnapshotStories):
    def _take_yesterday(self, on):
        """Publish a day, and let what has been entered so far be older than that."""
        self._take(on)
        self.env.flush_all()
        for table, column in (
            ("account_move", "create_date"),
            ("account_move", "write_date"),
            ("account_partial_reconcile", "create_date"),
        ):
            self.env.cr.execute(SQL("UPDATE %s SET %s = '2020-01-01'", SQL.identifier(table), SQL.identifier(column)))
        self.env.cr.execute(
            SQL("UPDATE collection_snapshot SET taken_at = %s", fields.Datetime.now() - timedelta(days=1))
        )
        self.env.invalidate_all()

    def _difference(self, on):
        """Return ({figure: (published, ledger)} where they differ, the causes)."""
        found = self.snapshots._difference(self.company, on)
        return (
            {row["name"]: (row["published"], row["ledger"]) for row in found["figures"] if row["difference"]},
            found["causes"],
        )

    def test_nothing_differs_while_nothing_was_entered_since(self):
        self._invoice(100, day(-1))
        self._take_yesterday(day(0))
        self._pay(self._invoice(70, day(31)), day(1))  # of later days
        self.assertEqual(self._difference(day(0)), ({}, []))

    def test_a_bank_import_that_comes_late_is_a_difference(self):
        invoice = self._invoice(100, day(-1))
        self._take_yesterday(day(0))
        payment = self._pay(invoice, day(0), amount=60)
        differences, causes = self._difference(day(0))
        self.assertEqual(differences, {"receivables": (100, 40), "b1": (100, 40), "collected": (0, 60)})
        self.assertEqual(
            {(cause["kind"], cause["name"], cause["amount"]) for cause in causes},
            {("posted", payment.move_id.name, -60), ("matched", invoice.name, 60)},
        )
        self.assertEqual(self._published(day(0)), {"receivables": 100, "b1": 100}, "what was published stays")

    def test_a_payment_that_is_unreconciled_later_is_a_difference(self):
        invoice = self._invoice(100, day(-1))
        payment = self._pay(invoice, day(0))
        self._take_yesterday(day(0))
        self._receivable(invoice).remove_move_reconcile()
        differences, [cause] = self._difference(day(0))
        self.assertEqual(differences, {"b1": (0, 100), "credit": (0, 100)})
        self.assertEqual(
            (cause["kind"], cause["name"], cause["other_name"], cause["amount"]),
            ("unmatched", invoice.name, payment.move_id.name, 100),
        )

    def test_what_is_unreconciled_on_its_own_day_is_no_difference_to_remember(self):
        invoice = self._invoice(100, day(-1))
        self._pay(invoice, day(0))
        self._receivable(invoice).with_context(collection_today=day(0).isoformat()).remove_move_reconcile()
        self.assertFalse(self.env["collection.snapshot.undone"].sudo().search([]))

    def test_buckets_that_were_changed_since_are_compared_as_they_were(self):
        self._invoice(100, day(-15))
        self._take_yesterday(day(0))
        self.company.collection_bucket_1 = 10
        self.assertEqual(self._difference(day(0)), ({}, []))

    def test_a_manager_compares_a_day_on_the_screen(self):
        manager = self._user("mary", "debt_collection.group_collection_manager")
        invoice = self._invoice(100, day(-1))
        self._take_yesterday(day(0))
        row = self.snapshots.search([("company_id", "=", self.company.id)]).with_user(manager).sudo(False)
        action = row.action_compare()
        self.assertFalse(self.env["collection.snapshot.compare"].browse(action["res_id"]).differs)
        self._pay(invoice, day(0))
        action = row.action_compare()
        compare = self.env["collection.snapshot.compare"].with_user(manager).browse(action["res_id"])
        self.assertTrue(compare.differs)
        changed = compare.line_ids.filtered("differs")
        self.assertEqual(
            {(line.label, line.published, line.ledger) for line in changed},
            {("Receivables", 100, 0), ("1–30 days", 100, 0), ("Collected", 0, 100)},
        )
        opened = compare.action_entries()
        moves = self.env["account.move"].search(opened["domain"])
        self.assertEqual(moves, invoice | self.env["account.payment"].search([("memo", "=", invoice.name)]).move_id)

    def test_a_collector_does_not_read_the_figures(self):
        collector = self._user("carl", "debt_collection.group_collection_collector")
        self._take(day(0))
        row = self.snapshots.search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            row.with_user(collector).sudo(False).action_compare()

    def test_a_day_that_is_not_published_cannot_be_compared(self):
        with self.assertRaisesRegex(UserError, "Nothing is published for 03/10/2025"):
            self.snapshots._difference(self.company, day(0))
