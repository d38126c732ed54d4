"""A notice that had left and came back: it counts for nothing, and the next channel takes over."""

from odoo.tests import tagged

from .common import day
from .test_reach import ReachCommon


@tagged("post_install", "-at_install")
class TestBounced(ReachCommon):
    def _bounce(self, action, on, reason="550 No such user"):
        return self._on(action.sudo(), on)._mark_bounced(reason)

    def test_the_first_notice_that_came_back_leaves_no_trace_on_the_item(self):
        email = self._follow_up(day(0))
        self.assertEqual(self._item(self.invoice).level_id, self.friendly)
        letter = self._bounce(email, day(1))
        self.assertRecordValues(email, [{"state": "failed", "outcome": "550 No such user"}])
        self.assertEqual(email.line_ids.mapped("live"), [False])
        self.assertRecordValues(self._item(self.invoice), [{"level_id": False, "level_date": False}])
        self.assertFalse(self._case().debtor_id.last_notice_date)
        self.assertRecordValues(letter, [{"state": "approved", "channel": "letter", "level_id": self.friendly.id}])
        self.assertEqual(self._case().contact_ids.sorted("seq").mapped("outcome"), ["sent", "bounced"])

    def test_the_letter_that_takes_over_counts_from_its_own_day(self):
        letter = self._bounce(self._follow_up(day(0)), day(4))
        self._dispatch(day(4))
        self.assertRecordValues(letter, [{"state": "sent", "sent_on": day(4)}])
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(4)}])
        # friendly after 3, reminder after 10: seven days between them
        self.assertFalse(self._run(day(10)).action_ids)
        self.assertSteps(self._run(day(11)).action_ids, (self.debtor, self.reminder, "email"))

    def test_a_later_notice_that_came_back_leaves_the_one_before(self):
        self._follow_up(day(0))
        reminder = self._follow_up(day(7))
        self.assertSteps(reminder, (self.debtor, self.reminder, "email"))
        self._bounce(reminder, day(8))
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(0)}])
        self.assertEqual(self._case().debtor_id.last_notice_date, day(0))

    def test_the_other_channel_of_the_level_still_counts(self):
        self._wants("email", "letter")
        sent = self._follow_up(day(0))
        self.assertEqual(sorted(sent.mapped("channel")), ["email", "letter"])
        self.assertFalse(self._bounce(sent.filtered(lambda a: a.channel == "email"), day(1)))
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(0)}])
        self.assertEqual(self._case().debtor_id.last_notice_date, day(0))

    def test_a_bounce_that_is_reported_twice_changes_nothing_more(self):
        email = self._follow_up(day(0))
        self._bounce(email, day(1))
        self._dispatch(day(1))
        self.assertFalse(self._bounce(email, day(2)))
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(1)}])
        self.assertEqual(self._case().contact_ids.mapped("outcome").count("bounced"), 1)

    def test_what_never_left_cannot_come_back(self):
        email = self._run(day(0)).action_ids
        self.assertFalse(self._bounce(email, day(0)))
        self.assertEqual(email.state, "proposed")

    def test_what_is_paid_is_not_written_again(self):
        email = self._follow_up(day(0))
        self._pay(self.invoice, day(1))
        self.assertFalse(self._bounce(email, day(2)))
        self.assertEqual(email.state, "failed")

    def test_a_step_proposed_on_top_of_it_waits_its_turn(self):
        email = self._follow_up(day(0))
        ahead = self._run(day(7)).action_ids
        self.assertSteps(ahead, (self.debtor, self.reminder, "email"))
        letter = self._bounce(email, day(7))
        self.assertEqual(ahead.state, "cancelled")
        self.assertSteps(letter, (self.debtor, self.friendly, "letter"))

    def test_an_address_that_is_noted_as_invalid_first_does_not_stop_the_letter(self):
        email = self._follow_up(day(0))
        self._says("invalid", "email", self.debtor.email)
        self.assertEqual(self._bounce(email, day(1)).channel, "letter")

    def test_the_case_says_at_once_what_comes_next(self):
        email = self._follow_up(day(0))
        self._assess(day(1))
        self.assertEqual(self._case().next_level_id, self.reminder)
        self._bounce(email, day(1))
        self.env["collection.case"].with_context(collection_today=day(1).isoformat())._cron_assess_changed()
        self.assertEqual(self._case().next_level_id, self.friendly)
