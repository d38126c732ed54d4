"""A call: scheduled for the collector; it counts when it was made."""

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

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
        for outcome in ("no_answer", "wrong_number", "call_back"):
            self._log_call(outcome=outcome)
        self.assertEqual(self.action.state, "queued")
        self.assertFalse(self._item(self.invoice).level_id)
        self.assertEqual(len(self.case.contact_ids), 4)

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
