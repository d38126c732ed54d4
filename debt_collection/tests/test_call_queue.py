"""The call queue: one debtor after another, those who can be reached now, in the order of the worklist."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCallQueue(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.company.collection_user_id = cls.carla
        cls.friendly.write({"channels": cls._channels("call"), "call_script": "<p>Ask for the manager</p>"})
        cls.small, cls.large = cls._partner("Small Debtor"), cls._partner("Large Debtor")
        for number, (partner, amount) in enumerate(((cls.small, 10), (cls.large, 900), (cls.debtor, 100))):
            partner.phone = f"+1 555 010{number}"
            cls._invoice(amount, day(-10), partner)
        run = cls._run(day(0))
        run.action_approve()
        cls._dispatch(day(0))

    def _open(self, user=None):
        queues = self._on(self.env["collection.call.queue"].with_user(user or self.carla), day(0))
        return queues.browse(queues.action_open()["res_id"])

    def _shown(self, queue):
        return queue.case_id.partner_id.name, queue.progress

    def test_the_queue_goes_through_the_debtors_in_the_order_of_the_worklist(self):
        queue = self._open()
        self.assertEqual(self._shown(queue), ("Large Debtor", "1 of 3, 0 done today"))
        queue.outcome = "reached"
        queue.action_log_and_next()
        self.assertEqual(self._shown(queue), ("Deco Addict", "1 of 2, 1 done today"))
        self.assertFalse(queue.outcome, "the next one is asked anew")
        queue.write({"outcome": "refuses", "notes": "Never"})
        queue.action_log_and_next()
        queue.outcome = "third_party"
        queue.action_log_and_next()
        self.assertEqual(self._shown(queue), (False, "3 done today"))
        self.assertEqual(
            {action.partner_id: action.state for action in self.env["collection.action"].search([])},
            dict.fromkeys(self.small | self.large | self.debtor, "sent"),
        )

    def test_the_screen_shows_what_is_owed_whom_to_call_and_what_to_say(self):
        self._case(self.large)._log_contact(channel="note", direction="internal", outcome="note", summary="Call Ann")
        queue = self._open()
        self.assertEqual(queue.totals, "$\xa0900.00")
        self.assertEqual(queue.days_overdue, 10)
        self.assertEqual(queue.phone, "+1 555 0101")
        self.assertEqual(queue.number_ids.mapped("name"), ["+1 555 0101"])
        self.assertIn("Ask for the manager", queue.script)
        self.assertEqual(queue.contact_ids.mapped("summary"), ["Call Ann"])
        self.assertEqual(queue.item_ids.mapped("amount_claim"), [900])

    def test_a_promise_made_in_the_queue_is_taken(self):
        queue = self._open()
        case = queue.case_id
        queue.write({"outcome": "promise", "promise_date": day(5)})
        queue.action_log_and_next()
        self.assertRecordValues(case.promise_ids, [{"amount": 900, "date": day(5), "origin": "call"}])
        self.assertFalse(queue.promise_date)
        self.assertEqual(queue.promise_amount, 100, "what the next debtor owes")

    def test_an_outcome_has_to_be_chosen(self):
        queue = self._open()
        with self.assertRaisesRegex(UserError, "what came of the call"):
            queue.action_log_and_next()
        self.assertEqual(queue.case_id.partner_id, self.large)

    def test_who_is_skipped_comes_again_after_the_others(self):
        queue = self._open()
        queue.action_skip()
        self.assertEqual(self._shown(queue), ("Deco Addict", "2 of 3, 0 done today"))
        queue.action_skip()
        self.assertEqual(self._shown(queue), ("Small Debtor", "3 of 3, 0 done today"))
        queue.action_skip()
        self.assertEqual(self._shown(queue), ("Large Debtor", "1 of 3, 0 done today"))

    def test_who_does_not_answer_comes_up_again_tomorrow(self):
        queue = self._open()
        case = queue.case_id
        queue.action_no_answer_and_next()
        self.assertEqual(self._shown(queue), ("Deco Addict", "1 of 2, 1 done today"))
        self.assertEqual(case.contact_ids.sorted("seq")[-1].outcome, "no_answer")
        self.assertNotIn(case, self.env["collection.case"].with_user(self.carla)._call_queue())
        self.assertLessEqual(case.call_at - fields.Datetime.now(), timedelta(days=1))
        case.sudo().call_at = fields.Datetime.now()  # the day after
        self.assertIn(case, self.env["collection.case"].with_user(self.carla)._call_queue())

    def test_a_call_back_comes_up_at_its_moment_before_the_others(self):
        queue = self._open()
        queue.action_skip()
        queue.action_skip()
        self.assertEqual(queue.case_id.partner_id, self.small)
        case = queue.case_id
        queue.write({"outcome": "call_back", "call_back_at": fields.Datetime.now() + timedelta(hours=1)})
        queue.action_log_and_next()
        self.assertNotIn(case, self.env["collection.case"].with_user(self.carla)._call_queue())
        case.sudo().call_at = fields.Datetime.now()  # an hour later
        self.assertEqual(self.env["collection.case"].with_user(self.carla)._call_queue()[:1], case)

    def test_after_a_wrong_number_the_same_debtor_is_shown_with_the_next_one(self):
        self.env["res.partner"].create({"name": "Desk", "parent_id": self.large.id, "phone": "+1 555 0199"})
        queue = self._open()
        queue.outcome = "wrong_number"
        queue.action_log_and_next()
        self.assertEqual((queue.case_id.partner_id, queue.phone), (self.large, "+1 555 0199"))
        self.assertEqual([number.usable for number in queue.number_ids], [True, False])
        with self.assertRaisesRegex(UserError, "not to be called"):
            queue.number_ids[1].action_use()
        queue.outcome = "wrong_number"
        queue.action_log_and_next()
        self.assertEqual(queue.case_id.partner_id, self.debtor)

    def test_another_number_can_be_chosen(self):
        self.env["res.partner"].create({"name": "Desk", "parent_id": self.large.id, "phone": "+1 555 0199"})
        queue = self._open()
        queue.number_ids.filtered(lambda number: number.name == "+1 555 0199").action_use()
        queue.outcome = "reached"
        case = queue.case_id
        queue.action_log_and_next()
        self.assertEqual(case.contact_ids.sorted("seq")[-1].address, "+1 555 0199")

    def test_nobody_is_called_about_what_was_paid_since(self):
        large = self.env["collection.action"].search([("partner_id", "=", self.large.id)])
        activity = large.activity_id
        self._pay(self.env["collection.item"].search([("case_id", "=", large.case_id.id)]).move_id, day(0))
        queue = self._open()
        self.assertEqual(self._shown(queue), ("Deco Addict", "1 of 2, 0 done today"))
        self.assertEqual(large.state, "skipped")
        self.assertFalse(activity.exists())

    def test_who_may_be_called_now_comes_before_who_may_not(self):
        rules = type(self.env["collection.contact.rule"])
        large = self._case(self.large)

        def next_allowed(self, cases, channel, at=None):
            return {case: (None, "Quiet hours." if case == large else None, True) for case in cases}

        with patch.object(rules, "_next_allowed", next_allowed):
            queue = self._open()
            self.assertEqual(queue.case_id.partner_id, self.debtor)
            queue.action_skip()
            queue.action_skip()
            self.assertEqual(queue.case_id, large, "nobody else is left")
            self.assertRecordValues(queue, [{"rule_kind": "warning", "rule_text": "Quiet hours."}])

    def test_nobody_is_shown_to_two_collectors_at_a_time(self):
        self.env["collection.case"].search([]).user_id = False
        omar = self._user("omar", "debt_collection.group_collection_collector")
        first, second = self._open(), self._open(omar)
        self.assertEqual(first.case_id.partner_id, self.large)
        self.assertEqual(second.case_id.partner_id, self.debtor)

    def test_the_cases_of_another_collector_are_not_in_the_queue(self):
        omar = self._user("omar", "debt_collection.group_collection_collector")
        self.assertEqual(self._shown(self._open(omar)), (False, "0 done today"))

    def test_only_collectors_have_a_queue(self):
        guest = self._user("guest", "base.group_user")
        with self.assertRaises(AccessError):
            self._open(guest)
