"""A channel that has failed for a step: the next takes over at once, once, and never for what is settled or held."""

from odoo.tests import tagged

from .common import day
from .test_reach import ReachCommon


@tagged("post_install", "-at_install")
class TestFallback(ReachCommon):
    def _queue(self):
        """Return the action that was approved and waits for the mail server."""
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        return run.action_ids

    def _fail(self, action, on=None, reason="Mailbox full"):
        return self._on(action.sudo(), on or day(0))._mark_failed(reason)

    def test_an_email_that_failed_becomes_a_letter_at_once(self):
        email = self._queue()
        letter = self._fail(email)
        self.assertRecordValues(email, [{"state": "failed", "outcome": "Mailbox full"}])
        self.assertRecordValues(
            letter,
            [
                {
                    "state": "approved",
                    "channel": "letter",
                    "level_id": self.friendly.id,
                    "amount": 100,
                    "reason": "E-mail failed: a letter instead.",
                    "run_id": email.run_id.id,
                    "approved_by_id": email.approved_by_id.id,
                }
            ],
        )
        self.assertRecordValues(
            letter.line_ids,
            [{"item_id": email.line_ids.item_id.id, "level_id": self.friendly.id, "channel": "letter", "live": True}],
        )
        self.assertEqual(self._case().contact_ids.mapped("outcome"), ["failed"])
        self._dispatch(day(0))
        self.assertEqual(letter.state, "sent")
        self.assertRecordValues(self._item(self.invoice), [{"level_id": self.friendly.id, "level_date": day(0)}])

    def test_what_was_not_approved_is_proposed(self):
        letter = self._fail(self._run(day(0)).action_ids)
        self.assertRecordValues(letter, [{"state": "proposed", "channel": "letter", "scheduled_at": False}])

    def test_what_runs_by_itself_goes_on_by_itself(self):
        self.strategy.automatic = True
        self._assess(day(0))
        self.env["collection.run"].with_context(collection_today=day(0).isoformat())._propose_today(self.company)
        email = self.env["collection.action"].search([("partner_id", "=", self.debtor.id)])
        self.assertRecordValues(email, [{"state": "approved", "approved_by_id": False}])
        self.assertEqual(self._fail(email).state, "approved")

    def test_the_fallbacks_are_gone_through_in_their_order_and_each_once(self):
        self._wants("email", fallbacks=("sms", "letter", "call"))
        self.debtor.phone = "+1 555 0100"
        action, taken = self._run(day(0)).action_ids, []
        while action:
            taken.append(action.channel)
            action = self._fail(action)
        self.assertEqual(taken, ["email", "sms", "letter", "call"])
        self.assertFalse(self._run(day(1)).action_ids, "no channel is tried again for this step")
        self.assertIn("No channel reaches this debtor: Friendly", self._case().activity_ids.mapped("summary"))

    def test_many_that_fail_together_fall_back_together(self):
        customers = [self.debtor, *(self._partner(f"Customer {number}") for number in range(3))]
        for customer in customers[1:]:
            self._invoice(50, day(-10), customer)
        customers[1].street = False
        emails = self._queue()
        actions = self._fail(emails)
        self.assertSteps(
            actions,
            (customers[0], self.friendly, "letter"),
            (customers[1], self.friendly, "call"),
            (customers[2], self.friendly, "letter"),
            (customers[3], self.friendly, "letter"),
        )

    def test_a_failure_that_is_reported_twice_makes_one_letter(self):
        email = self._queue()
        self._fail(email)
        self.assertFalse(self._fail(email))
        self.assertEqual(len(self.env["collection.action"].search([("channel", "=", "letter")])), 1)

    def test_what_is_paid_meanwhile_gets_no_letter(self):
        email = self._queue()
        self._pay(self.invoice, day(0))
        self.assertFalse(self._fail(email))

    def test_what_is_held_meanwhile_gets_no_letter(self):
        email = self._queue()
        self._case().sudo().write({"hold_until": day(9), "hold_reason": "Look into it"})
        self.assertFalse(self._fail(email))

    def test_who_is_left_alone_meanwhile_gets_no_letter(self):
        email = self._queue()
        self._case().debtor_id.write({"do_not_follow_up": True, "do_not_follow_up_reason": "Friend of the house"})
        self.assertFalse(self._fail(email))

    def test_a_second_channel_of_the_level_that_left_is_not_repeated(self):
        self._wants("email", "letter")
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        email = run.action_ids.filtered(lambda action: action.channel == "email")
        self.assertEqual((run.action_ids - email).state, "sent")
        self.assertFalse(self._fail(email))
        self.assertFalse(self._case().activity_ids, "the letter has reached the debtor")

    def test_what_a_person_excluded_does_not_come_back_as_a_fallback(self):
        self.debtor.phone = "+1 555 0100"
        self._wants("email", "call", fallbacks=("call",))
        run = self._run(day(0))
        email, call = run.action_ids.sorted("channel", reverse=True)
        call.action_exclude()
        self.assertFalse(self._fail(email))

    def test_the_next_level_tries_the_failed_channel_again(self):
        letter = self._fail(self._queue())
        self._dispatch(day(0))
        self.assertEqual(letter.state, "sent")
        self.assertSteps(self._run(day(10)).action_ids, (self.debtor, self.reminder, "email"))

    def test_the_words_a_person_wrote_go_along(self):
        email = self._run(day(0)).action_ids
        email.write({"subject": "About your invoice", "body": "<p>Dear Ms Smith</p>"})
        letter = self._fail(email)
        self.assertEqual((letter.subject, letter.body), (email.subject, email.body))

    def test_a_preferred_channel_that_failed_gives_way_to_the_level(self):
        self.debtor.phone = "+1 555 0100"
        self._wants("email", fallbacks=("sms",))
        self._says("preferred", "sms")
        sms = self._run(day(0)).action_ids
        self.assertEqual(sms.channel, "sms")
        email = self._fail(sms)
        self.assertRecordValues(email, [{"channel": "email", "reason": "SMS failed: an e-mail instead."}])
