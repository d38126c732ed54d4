"""Work at full size: who is looked at at all, in parts that are committed, stopped and gone on with."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import collection_case_assess, collection_run_propose
from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestBatches(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.azure, cls.ready = cls._partner("Azure"), cls._partner("Ready Mat")
        cls.customers = cls.debtor | cls.azure | cls.ready
        cls.invoices = [cls._invoice(100, day(-10), customer) for customer in cls.customers]

    def _stale(self, on):
        return self.env["res.partner"].browse(self.env["collection.case"]._stale(self.company, on))

    def _new_run(self, on):
        return self._on(self.env["collection.run"], on).create({"company_id": self.company.id, "date": on})

    # ---- who is looked at ------------------------------------------------------------------------------------------

    def test_who_was_assessed_is_not_looked_at_again(self):
        self.assertEqual(self._stale(day(0)), self.customers)
        self._assess(day(0))
        self.assertFalse(self._stale(day(0)))
        self.assertFalse(self._stale(day(1)), "nothing turns on that day")

    def test_the_day_of_the_next_step_is_looked_at(self):
        self._assess(day(-10))
        self.assertFalse(self._stale(day(-10)))
        self.assertEqual(self._stale(day(-9)), self.customers, "their invoices are late from that day on")

    def test_a_due_date_changed_by_hand_is_seen(self):
        self._assess(day(0))
        self._receivable(self.invoices[0]).date_maturity = day(20)
        self.env.flush_all()
        self.assertEqual(self._stale(day(0)), self.debtor)
        self.assertEqual(self._assess(day(0))["closed"], 1)

    def test_who_has_paid_is_looked_at_once_more(self):
        self._assess(day(0))
        self._pay(self.invoices[1], day(0))
        self.assertEqual(self._stale(day(0)), self.azure)
        self._assess(day(0))
        self.assertFalse(self._stale(day(0)))

    def test_a_level_that_changes_concerns_everybody(self):
        self._assess(day(0))
        self.friendly.delay_days += 1
        self.assertEqual(self._stale(day(0)), self.customers)

    def test_a_credit_nobody_matched_is_seen(self):
        self._assess(day(0))
        self._payment(30, day(0), self.ready)
        self.assertEqual(self._stale(day(0)), self.ready)

    def test_what_a_manager_writes_on_an_item_is_looked_at(self):
        self._assess(day(0))
        self._item(self.invoices[2]).hold_until = day(5)
        self.assertEqual(self._stale(day(0)), self.ready)

    def test_a_day_that_is_simulated_backwards_is_looked_at(self):
        self._assess(day(0))
        self.assertEqual(self._stale(day(-1)), self.customers)

    def test_who_waits_is_not_put_into_the_queue_twice(self):
        self.env["collection.change"]._take(100)
        self.assertEqual(self.env["collection.change"]._note_stale(self.company), 3)
        self.assertEqual(self.env["collection.change"]._note_stale(self.company), 0)
        self.assertEqual(self.env["collection.change"]._waiting(), 3)

    # ---- in parts --------------------------------------------------------------------------------------------------

    def test_the_queue_is_worked_off_in_parts(self):
        with patch.object(collection_case_assess, "BATCH", 1):
            self.env["collection.case"]._cron_assess_changed()
        self.assertEqual(self.env["collection.change"]._waiting(), 0)
        cases = self.env["collection.case"].search([("company_id", "=", self.company.id)])
        self.assertEqual(cases.partner_id, self.customers)

    def test_a_batch_is_proposed_in_parts_and_each_debtor_once(self):
        self._assess(day(0))
        run = self._new_run(day(0))
        with patch.object(collection_run_propose, "BATCH", 1):
            run.action_propose()
        self.assertEqual(sorted(run.action_ids.partner_id.ids), sorted(self.customers.ids))
        self.assertEqual(len(run.action_ids), 3)
        self.assertEqual(run.state, "proposed")

    def test_proposing_that_is_stopped_goes_on_where_it_was(self):
        self._assess(day(0))
        run = self._new_run(day(0))
        propose = type(run.action_ids)._propose_cases

        def stopped(actions, batch, *args):
            after = propose(actions, batch, *args)
            batch.action_pause()
            return after

        with patch.object(collection_run_propose, "BATCH", 1):
            with patch.object(type(run.action_ids), "_propose_cases", stopped):
                run.action_propose()
            self.assertEqual((run.state, len(run.action_ids)), ("proposing", 1))
            self.assertAlmostEqual(run.progress, 100 / 3)
            self.env["collection.run"]._propose_waiting()
            self.assertEqual(len(run.action_ids), 1, "stopped is stopped")
            run.action_resume()
            self.env["collection.run"]._propose_waiting()
        self.assertEqual((run.state, len(run.action_ids)), ("proposed", 3))

    def test_a_large_batch_is_proposed_behind_the_screen(self):
        self._assess(day(0))
        run = self._new_run(day(0))
        with patch.object(collection_run_propose, "BATCH", 2), patch.object(collection_run_propose, "request", True):
            run.action_propose()
            self.assertEqual((run.state, run.propose_total, len(run.action_ids)), ("proposing", 3, 0))
        self._on(self.env["collection.run"], day(0))._propose_waiting()
        self.assertEqual((run.state, len(run.action_ids)), ("proposed", 3))

    def test_a_batch_that_is_stopped_sends_nothing_until_it_goes_on(self):
        run = self._run(day(0))
        run.action_approve()
        run.action_pause()
        self._dispatch(day(0))
        self.assertEqual(set(run.action_ids.mapped("state")), {"approved"})
        run.action_resume()
        self._dispatch(day(0))
        self.assertEqual(set(run.action_ids.mapped("state")), {"queued"})

    def test_rules_changed_since_the_assessment_are_proposed_by_all_the_same(self):
        self._assess(day(0))
        self.strategy.min_amount = 1000
        self._assess(day(0))
        self.assertFalse(self._run(day(0), assess=False).action_ids)
        self.strategy.min_amount = 0
        self.assertEqual(len(self._run(day(0), assess=False).action_ids), 3)

    # ---- links without foreign keys --------------------------------------------------------------------------------

    def test_an_invoice_that_is_deleted_is_let_go_of(self):
        self._assess(day(0))
        item = self._item(self.invoices[0])
        self.invoices[0].button_draft()
        self.invoices[0].unlink()
        self.assertFalse(item.move_line_id)
        self.assertFalse(item.move_id)
        self.assertTrue(item.name)
        self._assess(day(0))
        self.assertFalse(item.is_open)

    def test_a_line_that_vanished_by_other_ways_is_let_go_of_by_assess(self):
        self._assess(day(0))
        item = self._item(self.invoices[0])
        self.env.flush_all()
        self.env.cr.execute("UPDATE collection_item SET move_line_id = 2147483600 WHERE id = %s", [item.id])
        self.invoices[0].button_draft()
        self.env.invalidate_all()
        self._assess(day(0), partners=self.debtor)
        self.assertFalse(item.move_line_id)
        self.assertFalse(item.is_open)

    def test_a_company_with_cases_is_kept(self):
        self._assess(day(0))
        with self.assertRaises(UserError):
            self.company.unlink()

    def test_the_next_turn_is_never_in_the_past(self):
        self._assess(day(0))
        debtors = self.env["collection.debtor"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(debtors), 3)
        for debtor in debtors:
            self.assertEqual(debtor.assessed_on, day(0))
            self.assertGreater(debtor.reassess_on, day(0))
            self.assertLess(debtor.reassess_on, day(0) + timedelta(days=30))

    def test_an_automatic_batch_a_person_proposes_again_stays_though_nothing_is_due(self):
        run = self._new_run(day(-20))
        run.automatic = True
        run.action_propose()
        self.assertEqual(run.exists().state, "proposed")
