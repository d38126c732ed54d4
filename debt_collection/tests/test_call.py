"""A call: scheduled for the collector; it counts when it was made."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytz
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import CollectionCommon, day

TOMORROW = day(1)


@tagged("post_install", "-at_install")
class TestCall(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.company.collection_user_id = cls.carla
        cls.friendly.write({"channels": cls._channels("call"), "call_script": "<p>Ask for the manager</p>"})
        cls.debtor.phone = "+1 555 0100"
        cls.invoice = cls._invoice(100, day(-10))
        run = cls._run(day(0))
        run.action_approve()
        cls._dispatch(day(0))
        cls.action = run.action_ids
        cls.case = cls._case()

    def _log_call(self, on=TOMORROW, **values):
        wizard = self._on(self.env["collection.log.call"].with_user(self.carla), on).create(
            {"case_id": self.case.id, **values}
        )
        wizard.action_confirm()

    def test_a_call_is_scheduled_for_the_collector_with_what_to_say(self):
        self.assertEqual(self.action.state, "queued")
        activity = self.action.activity_id
        self.assertRecordValues(activity, [{"user_id": self.carla.id, "date_deadline": day(0), "res_id": self.case.id}])
        for word in ("Ask for the manager", "+1 555 0100", self.invoice.name):
            self.assertIn(word, activity.note)
        self.assertFalse(self._item(self.invoice).level_id, "scheduled is not made")

    def test_the_call_that_was_made_counts_from_its_day(self):
        activity = self.action.activity_id
        self._log_call(day(1), outcome="reached", notes="Will look into it\nand call back")
        self.assertRecordValues(self.action, [{"state": "sent", "sent_on": day(1)}])
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(1)}])
        self.assertFalse(activity.exists().filtered("active"), "the collector has nothing left to do")
        entries = self.case.contact_ids.sorted("seq")
        self.assertEqual(entries.mapped("outcome"), ["scheduled", "reached"])
        self.assertRecordValues(
            entries[-1],
            [{"user_name": "Carla", "address": "+1 555 0100", "channel": "call", "action_id": self.action.id}],
        )
        self.assertIn("call back", entries[-1].text)

    def test_a_call_nobody_answered_stays_to_be_made(self):
        for outcome in ("no_answer", "call_back"):
            self._log_call(outcome=outcome)
        self.assertEqual(self.action.state, "queued")
        self.assertFalse(self._item(self.invoice).level_id)
        self.assertEqual(len(self.case.contact_ids), 3)

    def test_a_call_from_the_debtor_leaves_ours_to_be_made(self):
        self._log_call(outcome="promise", direction="in")
        self.assertEqual(self.action.state, "queued")
        self.assertEqual(self.case.contact_ids.sorted("seq")[-1].direction, "in")

    def test_the_activity_marked_done_counts_as_the_call(self):
        activity = self._on(self.action.activity_id.with_user(self.carla), day(1))
        activity.action_feedback(feedback="Talked to the owner")
        self.assertRecordValues(self.action, [{"state": "sent", "outcome": "Talked to the owner"}])
        self.assertEqual(self._item(self.invoice).level_id, self.friendly)
        self.assertIn("Talked to the owner", self.case.contact_ids.mapped("summary"))

    def test_the_activity_cancelled_cancels_the_call_and_nothing_counts(self):
        self.action.activity_id.with_user(self.carla).unlink()
        self.assertEqual(self.action.state, "cancelled")
        self.assertFalse(self._item(self.invoice).level_id)
        self.assertEqual(self.case.contact_ids.sorted("seq")[-1].outcome, "skipped")
        self.assertSteps(self._run(day(1)).action_ids, (self.debtor, self.friendly, "call"))

    def test_a_call_that_waits_is_taken_back_when_the_debtor_pays(self):
        activity = self.action.activity_id
        self._pay(self.invoice, day(1))
        self._assess(day(1))
        self.assertEqual(self.action.state, "cancelled")
        self.assertFalse(activity.exists().filtered("active"))

    def test_a_call_that_waits_keeps_no_other_step_from_happening(self):
        self._assess(day(1))
        self.action.activity_id.unlink()
        self.friendly.channels = self._channels("email", "call")
        run = self._run(day(1))
        run.action_approve()
        self._dispatch(day(1))
        self._leave(run.action_ids, day(1))
        # the e-mail left, the call is still to be made: the reminder comes in its time
        self.assertSteps(self._run(day(8)).action_ids, (self.debtor, self.reminder, "email"))

    def test_a_call_made_after_a_higher_level_left_lowers_nothing(self):
        item = self._item(self.invoice)
        item.sudo().write({"level_id": self.firm.id, "level_date": day(0)})
        self._log_call(outcome="reached")
        self.assertEqual(item.level_id, self.firm)

    def test_the_next_step_is_an_activity_of_the_caller(self):
        self._log_call(outcome="call_back", next_step="Ask again", next_date=day(5))
        activity = self.case.activity_ids.filtered(lambda a: a.summary == "Ask again")
        self.assertRecordValues(activity, [{"user_id": self.carla.id, "date_deadline": day(5)}])

    def test_a_call_is_logged_once_it_was_made(self):
        with self.assertRaises(ValidationError):
            self._log_call(date=fields.Datetime.add(fields.Datetime.now(), hours=1))

    # ---- what comes of it in the same step ------------------------------------------------------------------------

    def test_a_dispute_is_raised_by_the_call_in_which_the_debtor_objects(self):
        second = self._invoice(50, day(-5))
        self._assess(day(1))
        items = self._item(self.invoice) | self._item(second)
        reason = self.env.ref("debt_collection.dispute_reason_damaged")
        self._log_call(
            outcome="dispute",
            notes="Half the goods came broken",
            dispute_item_ids=items.ids,
            dispute_amount=120,
            dispute_reason_id=reason.id,
        )
        dispute = self.case.dispute_ids
        self.assertRecordValues(dispute, [{"state": "open", "amount": 120, "reason_id": reason.id}])
        # 120 on the oldest first: all of the 100 due ten days ago, 20 of the 50 due five days ago
        self.assertEqual(
            {line.item_id: line.amount for line in dispute.line_ids}, dict(zip(items, (100, 20), strict=True))
        )
        self.assertEqual(self.action.state, "sent", "somebody was reached")

    def test_more_than_is_open_is_not_disputed_and_nothing_is_logged(self):
        before = len(self.case.contact_ids)
        with self.assertRaisesRegex(ValidationError, "At most"), self.env.cr.savepoint():
            self._log_call(
                outcome="dispute",
                dispute_item_ids=self._item(self.invoice).ids,
                dispute_amount=100.01,
                dispute_reason_id=self.env.ref("debt_collection.dispute_reason_damaged").id,
            )
        self.env.invalidate_all()
        self.assertEqual(len(self.case.contact_ids), before)
        self.assertEqual(self.action.state, "queued")

    def test_a_debtor_who_objects_without_naming_an_invoice_is_noted(self):
        self._log_call(outcome="dispute", notes="Says everything is wrong")
        self.assertFalse(self.case.dispute_ids)
        self.assertEqual(self.case.contact_ids.sorted("seq")[-1].outcome, "dispute")

    def test_a_wrong_number_is_never_proposed_again_for_any_message(self):
        self.env["res.partner"].create({"name": "Reception", "parent_id": self.debtor.id, "phone": "+1 555 0199"})
        self._log_call(outcome="wrong_number")
        noted = self.case.debtor_id.preference_ids
        self.assertRecordValues(
            noted, [{"kind": "invalid", "channel": False, "address": "+1 555 0100", "origin": "call"}]
        )
        self.assertEqual(self.case._best_number("call").number, "+1 555 0199")
        self.assertEqual(self.action.state, "queued", "there is another number to try")
        self._log_call(outcome="wrong_number", phone="+1 555 0199")
        self.assertIsNone(self.case._best_number("call"))
        self.assertRecordValues(
            self.action,
            [{"state": "failed", "outcome": "No number is left at which the debtor can be called."}],
        )
        calls = self.env.ref("mail.mail_activity_data_call")
        self.assertNotIn(calls, self.case.activity_ids.activity_type_id, "there is nothing to call")

    def test_a_wrong_number_has_to_be_named(self):
        with self.assertRaisesRegex(UserError, "which number"):
            self._log_call(outcome="wrong_number", phone=False)

    def test_a_number_not_to_be_called_again_is_kept_for_other_messages(self):
        self._log_call(outcome="refuses", forbid_number=True)
        self.assertRecordValues(
            self.case.debtor_id.preference_ids,
            [{"kind": "forbidden", "channel": "call", "address": "+1 555 0100", "origin": "call"}],
        )
        self.assertIsNone(self.case._best_number("call"))
        self.assertEqual(self.case._best_number("whatsapp").number, "+1 555 0100")

    def test_a_debtor_who_wants_no_calls_is_called_at_no_number(self):
        self.env["res.partner"].create({"name": "Reception", "parent_id": self.debtor.id, "phone": "+1 555 0199"})
        self._log_call(outcome="opt_out", direction="in")
        self.assertRecordValues(
            self.case.debtor_id.preference_ids, [{"kind": "forbidden", "channel": "call", "address": False}]
        )
        self.assertIsNone(self.case._best_number("call"))
        self.assertEqual(self.action.state, "failed", "they called, and our call is not to be made")

    def test_the_number_that_reached_the_debtor_comes_first_the_preferred_one_next(self):
        desk, shop = self.env["res.partner"].create(
            [
                {"name": "Desk", "parent_id": self.debtor.id, "phone": "+1 555 0199"},
                {"name": "Shop", "parent_id": self.debtor.id, "phone": "+1 555 0177"},
            ]
        )
        self.env["collection.channel.preference"]._note(
            self.case.debtor_id, "preferred", "Said so", channel="call", address=shop.phone
        )
        numbers = [number.number for number in self.case._numbers("call")[self.case]]
        self.assertEqual(numbers, [shop.phone, "+1 555 0100", desk.phone])
        self._log_call(outcome="no_answer", phone=shop.phone)
        self._log_call(outcome="reached", phone="+1 (555) 0199")
        numbers = [number.number for number in self.case._numbers("call")[self.case]]
        self.assertEqual(numbers, [desk.phone, shop.phone, "+1 555 0100"])

    def test_the_minutes_of_a_call_cost_what_the_company_says(self):
        self.company.collection_call_cost = 42
        self._log_call(outcome="reached", duration=10)
        self.assertEqual(self.case.contact_ids.sorted("seq")[-1].cost, 7)  # a sixth of an hour
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._log_call(outcome="reached", duration=-1)

    # ---- called back ----------------------------------------------------------------------------------------------

    def test_a_call_back_is_agreed_in_the_debtors_time(self):
        self.case.debtor_id.tz = "Asia/Riyadh"
        self.carla.tz = "Europe/Paris"
        tomorrow = fields.Date.today() + timedelta(days=1)
        # entered on a screen in Paris as 15:00
        entered = self._utc("Europe/Paris", tomorrow, 15)
        self._log_call(outcome="call_back", call_back_at=entered, call_back_zone="debtor", notes="When the boss is in")
        self.assertEqual(self.case.call_at, self._utc("Asia/Riyadh", tomorrow, 15))
        self.assertRecordValues(
            self.case.call_activity_id, [{"user_id": self.carla.id, "date_deadline": tomorrow, "res_id": self.case.id}]
        )
        self.assertEqual(self.action.state, "queued", "the call is still to be made")
        self._log_call(outcome="call_back", call_back_at=entered)
        self.assertEqual(self.case.call_at, entered, "in the collector's own time")
        self.assertEqual(len(self.case.activity_ids), 2, "the call scheduled, and the call back, moved")

    def test_a_call_back_in_the_past_is_refused(self):
        with self.assertRaisesRegex(UserError, "moment to come"):
            self._log_call(outcome="call_back", call_back_at=fields.Datetime.now() - timedelta(minutes=1))

    def test_the_call_back_is_over_once_somebody_was_reached_or_its_activity_is_done(self):
        moment = fields.Datetime.now() + timedelta(hours=2)
        self._log_call(outcome="call_back", call_back_at=moment)
        activity = self.case.call_activity_id
        self._log_call(outcome="reached")
        self.assertFalse(self.case.call_at)
        self.assertFalse(activity.exists().filtered("active"))
        self._log_call(outcome="call_back", call_back_at=moment)
        self.case.call_activity_id.with_user(self.carla).action_done()
        self.assertFalse(self.case.call_at)

    def test_the_call_back_goes_when_the_debtor_pays(self):
        self._log_call(outcome="call_back", call_back_at=fields.Datetime.now() + timedelta(hours=2))
        self._pay(self.invoice, day(1))
        self._assess(day(1))
        self.assertRecordValues(self.case, [{"state": "closed", "call_at": False}])
        self.assertFalse(self.case.activity_ids)

    @staticmethod
    def _utc(zone, date, hour):
        moment = pytz.timezone(zone).localize(datetime.combine(date, time(hour)))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    # ---- the contact rules ----------------------------------------------------------------------------------------

    def _rule(self, may_override):
        """Let a rule say no to calls."""
        return patch.object(
            type(self.env["collection.case"]),
            "_contact_allowed",
            lambda case, channel, at=None: (fields.Datetime.now(), "Quiet hours.", may_override),
        )

    def test_a_call_against_a_rule_needs_a_reason_which_is_kept(self):
        with self._rule(may_override=True):
            with self.assertRaisesRegex(UserError, "Quiet hours"):
                self._log_call(outcome="reached")
            self._log_call(outcome="reached", override_reason="Asked us to call at night")
        entries = self.case.contact_ids.sorted("seq")[-2:]
        self.assertEqual(entries.mapped("outcome"), ["override", "reached"])
        self.assertIn("Asked us to call at night", entries[0].summary)

    def test_a_call_that_no_rule_lets_pass_is_refused_whatever_the_reason(self):
        with self._rule(may_override=False), self.assertRaisesRegex(UserError, "Quiet hours"):
            self._log_call(outcome="reached", override_reason="I want to")
        self.assertEqual(self.action.state, "queued")

    def test_a_call_from_the_debtor_and_a_note_are_never_refused(self):
        with self._rule(may_override=False):
            self._log_call(outcome="reached", direction="in")
            self._log_call(outcome="note")
        self.assertEqual(self.case.contact_ids.sorted("seq")[-2:].mapped("direction"), ["in", "internal"])
