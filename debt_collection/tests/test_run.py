"""A batch: proposed, approved by a person, sent; stopped, bounded, and never by itself unless told so."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestRun(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.azure, cls.ready = cls._partner("Azure"), cls._partner("Ready Mat")
        for customer in (cls.debtor, cls.azure, cls.ready):
            cls._invoice(100, day(-10), customer)

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("collection_action_id.company_id", "=", self.company.id)])

    def _send(self, run, on):
        self._on(run, on).action_send()

    # ---- from proposed to done ------------------------------------------------------------------------------------

    def _screen(self):
        """Be a person at the screen, who is told why nothing happens; a script that repeats itself is not stopped."""
        return patch("odoo.addons.debt_collection.models.collection_run.request", True)

    def test_a_batch_goes_from_proposed_to_approved_to_sending(self):
        run = self._run(day(0))
        self.assertEqual(run.state, "proposed")
        self.assertRecordValues(run, [{"debtor_count": 3, "amount": 300, "proposed_count": 3, "waiting_count": 0}])
        run.action_approve()
        self.assertEqual(run.state, "approved")
        self.assertEqual(run.action_ids.approved_by_id, self.env.user)
        self.assertFalse(self._mails(), "approving sends nothing")
        self._send(run, day(0))
        self.assertEqual(run.action_ids.mapped("state"), ["queued"] * 3)
        self.assertEqual(len(self._mails()), 3)
        self.assertEqual(run.state, "sending")

    def test_a_batch_is_done_when_nothing_of_it_waits(self):
        run = self._run(day(0))
        run.action_approve()
        self._send(run, day(0))
        self._leave(run.action_ids, day(0))
        self._dispatch(day(0))
        self.assertEqual(run.state, "done")
        self.assertRecordValues(run, [{"sent_count": 3, "waiting_count": 0, "progress": 100}])
        self.assertIn("Sent: 3", run.message_ids[:1].body)

    def test_what_is_not_approved_is_not_sent(self):
        run = self._run(day(0))
        with self._screen(), self.assertRaisesRegex(UserError, "(?i)approve"):
            self._send(run, day(0))
        self._send(run, day(0))
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.mapped("state"), ["proposed"] * 3)
        self.assertFalse(self._mails())

    def test_what_was_approved_alone_is_sent_alone(self):
        run = self._run(day(0))
        one = run.action_ids.filtered(lambda action: action.partner_id == self.azure)
        one.action_approve()
        self._send(run, day(0))
        self.assertEqual(one.state, "queued")
        self.assertEqual((run.action_ids - one).mapped("state"), ["proposed", "proposed"])

    def test_an_empty_batch_cannot_be_approved(self):
        run = self.env["collection.run"].create({"company_id": self.company.id, "date": day(0)})
        with self._screen(), self.assertRaisesRegex(UserError, "nothing to approve"):
            run.action_approve()
        run.action_approve()
        self.assertEqual(run.state, "draft")

    def test_an_approved_batch_is_not_proposed_again(self):
        run = self._run(day(0))
        run.action_approve()
        with self._screen(), self.assertRaisesRegex(UserError, "already approved"):
            run.action_propose()
        run.action_propose()
        self.assertEqual(run.action_ids.mapped("state"), ["approved"] * 3)

    def test_a_batch_sent_twice_sends_once(self):
        run = self._run(day(0))
        run.action_approve()
        self._send(run, day(0))
        self._send(run, day(0))
        self.assertEqual(len(self._mails()), 3)

    def test_a_proposed_batch_may_be_deleted_and_one_with_history_not(self):
        run = self._run(day(0))
        actions = run.action_ids
        run.unlink()
        self.assertEqual(actions.mapped("state"), ["cancelled"] * 3)
        run = self._run(day(0))
        self.assertEqual(len(run.action_ids), 3, "what was deleted is free")
        run.action_approve()
        with self.assertRaises(UserError):
            run.unlink()

    # ---- the brakes -----------------------------------------------------------------------------------------------

    def test_one_switch_stops_all_sending(self):
        run = self._run(day(0))
        run.action_approve()
        self.company.collection_stopped = True
        with self._screen(), self.assertRaisesRegex(UserError, "stopped"):
            self._send(run, day(0))
        self._send(run, day(0))
        self.assertEqual(self._dispatch(day(0)), 0)
        self.assertFalse(self._mails())
        self.company.collection_stopped = False
        self._dispatch(day(0))
        self.assertEqual(len(self._mails()), 3, "what waited leaves when the switch is off again")

    def test_a_daily_number_is_kept_and_the_rest_waits_for_tomorrow(self):
        self.company.collection_daily_cap = 2
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        self.assertEqual(sorted(run.action_ids.mapped("state")), ["deferred", "queued", "queued"])
        waiting = run.action_ids.filtered(lambda action: action.state == "deferred")
        self.assertIn("number of reminders is reached", waiting.outcome)
        self._leave(run.action_ids, day(0))
        self._dispatch(day(0))
        self.assertEqual(waiting.state, "deferred", "the same day there is no more room")
        self._dispatch(day(1))
        self.assertEqual(waiting.state, "queued")

    def test_calls_are_made_by_people_and_not_counted(self):
        self.company.collection_daily_cap = 1
        self.friendly.channels = self._channels("call")
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.mapped("state"), ["queued"] * 3)

    # ---- by itself ------------------------------------------------------------------------------------------------

    def _propose_today(self, on):
        run = self._on(self.env["collection.run"], on).sudo()._propose_today(self.company)
        self._dispatch(on)
        return run

    def test_after_installation_nothing_goes_out_without_a_person(self):
        standard = self.env.ref("debt_collection.strategy_standard")
        self.company.collection_strategy_id = standard.copy({"level_ids": [], "automatic": False})
        for level in standard.level_ids:
            level.copy({"strategy_id": self.company.collection_strategy_id.id})
        self.assertFalse(self.env["collection.strategy"].new({}).automatic, "a new strategy only proposes")
        self._assess(day(0))
        run = self._propose_today(day(0))
        self.assertEqual(run.action_ids.mapped("state"), ["proposed"] * 3)
        self.assertFalse(self._mails())
        self.assertEqual(run.state, "proposed")

    def test_a_strategy_that_sends_by_itself_does(self):
        self.strategy.automatic = True
        self._assess(day(0))
        run = self._propose_today(day(0))
        self.assertEqual(run.action_ids.mapped("state"), ["queued"] * 3)
        self.assertFalse(run.action_ids.approved_by_id)

    def test_a_level_that_asks_waits_for_a_person_in_any_strategy(self):
        self.strategy.automatic = True
        self.friendly.automatic = False
        self._assess(day(0))
        self.assertEqual(self._propose_today(day(0)).action_ids.mapped("state"), ["proposed"] * 3)

    def test_what_needs_a_look_waits_for_a_person_in_any_strategy(self):
        self.strategy.automatic = True
        self._payment(20, day(-1), self.azure, currency=self.setup_other_currency("EUR"))
        self._assess(day(0))
        run = self._propose_today(day(0))
        states = {action.partner_id: action.state for action in run.action_ids}
        self.assertEqual(states, {self.debtor: "queued", self.azure: "proposed", self.ready: "queued"})

    def test_a_day_with_nothing_to_do_leaves_no_batch(self):
        self._assess(day(-8))
        self.assertFalse(self._propose_today(day(-8)))

    def test_the_scheduled_actions_run_through(self):
        self.strategy.automatic = True
        with self.enter_registry_test_mode():
            self.env.ref("debt_collection.ir_cron_assess").method_direct_trigger()
            self.env.ref("debt_collection.ir_cron_dispatch").method_direct_trigger()
        actions = self.env["collection.action"].search([("company_id", "=", self.company.id)])
        self.assertEqual(actions.mapped("state"), ["queued"] * 3)
