"""The second look: what happened between a proposal and its leaving changes what leaves."""

from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID
from odoo.tests import tagged

from ..models import collection_action_dispatch
from .common import DAY, CollectionCommon, day


@tagged("post_install", "-at_install")
class TestDispatch(CollectionCommon):
    def _approved(self, on=DAY):
        """Return the actions of an approved batch of a day."""
        run = self._run(on)
        run.action_approve()
        return run.action_ids

    def _outcomes(self, action):
        return action.case_id.contact_ids.filtered(lambda entry: entry.action_id == action).mapped("outcome")

    # ---- nothing is owed any more ---------------------------------------------------------------------------------

    def test_a_debtor_who_paid_since_is_not_reminded_and_the_log_says_so(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        self._pay(invoice, day(0))
        self._dispatch(day(0))
        self.assertRecordValues(action, [{"state": "skipped", "mail_id": False}])
        self.assertIn("Nothing is owed any more", action.outcome)
        self.assertEqual(self._outcomes(action), ["skipped"])
        self.assertFalse(self._item(invoice).level_id)

    def test_a_payment_nobody_has_matched_yet_counts(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self._payment(100, day(0))
        self._dispatch(day(0))
        self.assertEqual(action.state, "skipped")

    def test_a_credit_note_since_counts(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self._credit_note(100, day(0))
        self._dispatch(day(0))
        self.assertEqual(action.state, "skipped")

    def test_a_mail_already_in_the_queue_is_taken_back_when_the_debtor_pays(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        self._dispatch(day(0))
        mail = action.mail_id
        self.assertRecordValues(mail, [{"state": "outgoing"}])
        self._pay(invoice, day(1))
        self.assertEqual(action._look_again()[action].kind, "skip", "it would not leave even before assess has run")
        self._assess(day(1))
        self.assertEqual((action.state, mail.state), ("cancelled", "cancel"))
        self.assertEqual(self._outcomes(action), ["skipped"])

    def test_what_was_approved_by_itself_and_paid_since_is_logged_as_well(self):
        self.strategy.automatic = True
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        action = self._on(self.env["collection.run"], day(0)).sudo()._propose_today(self.company).action_ids
        self._pay(invoice, day(0))
        self._assess(day(0))
        self.assertEqual(action.state, "cancelled")
        self.assertEqual(self._outcomes(action), ["skipped"])

    # ---- something else is owed -----------------------------------------------------------------------------------

    def test_a_part_payment_since_is_taken_off(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        self._pay(invoice, day(0), amount=60)
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")
        self.assertRecordValues(action.line_ids, [{"amount_original": 100, "amount_currency": 40, "amount_claim": 40}])
        self.assertEqual(action.amount, 40)

    def test_the_days_late_are_those_of_the_day_it_leaves(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self._dispatch(day(3))
        self.assertEqual(action.line_ids.days_overdue, 13)

    def test_the_tone_comes_down_when_the_old_item_was_paid_since(self):
        old = self._invoice(100, day(-30))
        self._follow_up(day(-27))
        new = self._invoice(50, day(-3))
        action = self._approved(day(0))
        self.assertEqual(action.level_id, self.reminder)
        self._pay(old, day(0))
        self._dispatch(day(0))
        self.assertRecordValues(action, [{"state": "queued", "level_id": self.friendly.id, "amount": 50}])
        self.assertEqual(action.line_ids.item_id.move_id, new)
        self.assertIn("Friendly words", action.mail_id.body_html)

    def test_what_fell_due_since_is_named_and_receives_no_level(self):
        self._invoice(100, day(-10))
        action = self._approved()
        late = self._invoice(50, day(-1))
        self._assess(day(0))
        self._dispatch(day(0))
        line = action.line_ids.filtered(lambda line: line.item_id.move_id == late)
        self.assertEqual((line.amount_claim, line.level_id.id), (50, False))
        self.assertEqual(action.amount, 150)

    def test_what_was_booked_since_and_not_assessed_yet_is_named_all_the_same(self):
        self._invoice(100, day(-10))
        action = self._approved()
        late = self._invoice(50, day(-1)) | self._invoice(30, day(-2))
        self._dispatch(day(0))
        self.assertEqual(action.amount, 180)
        self.assertEqual(sorted(action.line_ids.mapped("amount_claim")), [30, 50, 100])
        self.assertTrue(set(late.mapped("name")) < set(action.line_ids.mapped("name")))

    def test_an_edited_text_is_sent_as_it_was_edited(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_ids.action_edit_text()
        self.assertIn("Friendly words", run.action_ids.words_body, "one begins with the level's own words")
        run.action_ids.words_body = "<p>Dear Joe, as we said on the phone</p>"
        run.action_approve()
        self._dispatch(day(0))
        self.assertIn("as we said on the phone", run.action_ids.mail_id.body_html)

    def test_an_edited_text_in_another_tone_asks_a_person(self):
        old = self._invoice(100, day(-30))
        self._follow_up(day(-27))
        self._invoice(50, day(-3))
        run = self._run(day(0))
        run.action_ids.words_body = "<p>Dear Joe, this is urgent</p>"
        run.action_approve()
        self._pay(old, day(0))
        self._dispatch(day(0))
        self.assertRecordValues(run.action_ids, [{"state": "proposed", "needs_look": True, "mail_id": False}])
        self.assertIn("read it again", run.action_ids.outcome)

    # ---- it may not leave now -------------------------------------------------------------------------------------

    def test_a_batch_for_a_later_day_waits_for_that_day(self):
        self._invoice(100, day(-1))
        run = self._run(day(4))
        run.action_approve()
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.state, "deferred")
        self.assertIn("03/12/2025", run.action_ids.outcome)
        self._dispatch(day(2))
        self.assertEqual(run.action_ids.state, "queued")

    def test_a_note_before_the_due_date_waits_for_its_day(self):
        self._invoice(100, day(20))
        self._on(self.env["collection.case"], day(18)).sudo()._cron_assess_changed()
        run = self._run(day(18))
        run.action_approve()
        self._dispatch(day(0))
        self.assertEqual(run.action_ids.state, "deferred")

    def test_a_case_put_on_hold_since_is_left_alone(self):
        self._invoice(100, day(-10))
        action = self._approved()
        action.case_id.sudo().hold_until = day(7)
        self._dispatch(day(0))
        self.assertEqual(action.state, "skipped")
        self.assertEqual(self._outcomes(action), ["skipped"])

    def test_a_debtor_not_to_be_followed_up_since_is_left_alone(self):
        self._invoice(100, day(-10))
        action = self._approved()
        action.case_id.debtor_id.write({"do_not_follow_up": True, "do_not_follow_up_reason": "A friend"})
        self._dispatch(day(0))
        self.assertEqual(action.state, "skipped")
        self.assertIn("A friend", action.outcome)

    def test_a_debtor_contacted_since_waits_for_the_days_between(self):
        self._invoice(100, day(-10))
        action = self._approved()
        action.case_id.debtor_id.last_notice_date = day(-2)
        self._dispatch(day(0))
        self.assertEqual(action.state, "deferred")
        self._dispatch(day(2))
        self.assertEqual(action.state, "deferred")
        self._dispatch(day(3))
        self.assertEqual(action.state, "queued", "five days after the last contact")

    def test_a_credit_in_another_currency_since_stops_what_goes_by_itself(self):
        self.strategy.automatic = True
        euro = self.setup_other_currency("EUR")
        self._invoice(100, day(-10))
        self._assess(day(0))
        action = self._on(self.env["collection.run"], day(0)).sudo()._propose_today(self.company).action_ids
        self.assertEqual(action.state, "approved")
        self._payment(20, day(0), currency=euro)
        self._dispatch(day(0))
        self.assertRecordValues(action, [{"state": "proposed", "needs_look": True}])

    def test_a_credit_in_another_currency_that_a_person_has_seen_stops_nothing(self):
        self._invoice(100, day(-10))
        self._payment(20, day(-1), currency=self.setup_other_currency("EUR"))
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")

    def test_an_email_and_a_letter_of_one_step_are_one_contact(self):
        self.friendly.channels = self._channels("email", "letter")
        invoice = self._invoice(100, day(-10))
        letter, email = self._approved().sorted("channel", reverse=True)
        self._dispatch(day(0))
        self.assertEqual((letter.state, email.state), ("sent", "queued"))
        # the letter that left today keeps the e-mail of the same step waiting neither today nor tomorrow
        for number in (0, 1):
            self.assertEqual(self._on(email, day(number))._look_again()[self._on(email, day(number))].kind, "send")
        self._leave(email, day(1))
        self.assertEqual(self._item(invoice).level_id, self.friendly)
        self.assertFalse(self._run(day(5)).action_ids)
        self.assertSteps(self._run(day(8)).action_ids, (self.debtor, self.reminder, "email"))

    def test_an_address_that_was_blacklisted_since_is_not_written_to(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self.env["mail.blacklist"]._add(self.debtor.email)
        self._dispatch(day(0))
        self.assertRecordValues(action, [{"state": "failed", "mail_id": False}])
        sent = self.env["collection.action"].search([("state", "=", "sent")])
        self.assertSteps(sent, (self.debtor, self.friendly, "letter"))

    def test_an_address_that_is_gone_since_fails_with_the_reason(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self.debtor.email = False
        self._dispatch(day(0))
        self.assertEqual(action.state, "failed")
        self.assertIn("e-mail", action.outcome)

    # ---- the queue ------------------------------------------------------------------------------------------------

    def test_a_mail_cancelled_in_the_queue_cancels_its_action_and_no_level_counts(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        self._dispatch(day(0))
        action.mail_id.sudo().cancel()
        self._dispatch(day(0))
        self.assertEqual(action.state, "cancelled")
        self.assertFalse(self._item(invoice).level_id)
        self.assertSteps(self._run(day(0)).action_ids, (self.debtor, self.friendly, "email"))

    def test_a_mail_deleted_from_the_queue_cancels_its_action(self):
        self._invoice(100, day(-10))
        action = self._approved()
        self._dispatch(day(0))
        action.mail_id.sudo().unlink()
        self._dispatch(day(0))
        self.assertEqual(action.state, "cancelled")
        self.assertEqual(self._outcomes(action), ["skipped"])

    def test_a_failed_notice_is_no_reminder(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        self._dispatch(day(0))
        action.mail_id.sudo().write({"state": "exception", "failure_reason": "Mailbox unavailable"})
        self._dispatch(day(0))
        self.assertEqual((action.state, action.outcome), ("failed", "Mailbox unavailable"))
        letter = self.env["collection.action"].search([("case_id", "=", action.case_id.id), ("id", "!=", action.id)])
        self.assertRecordValues(letter, [{"channel": "letter", "state": "sent"}])
        self.assertEqual(self._outcomes(action), ["failed"])
        self.assertEqual(action.line_ids.mapped("live"), [False])
        self.assertEqual(self._item(invoice).level_id, self.friendly, "by the letter that took over")
        self.assertFalse(self._run(day(1)).action_ids, "the step is not taken twice")

    def test_an_unknown_outcome_is_settled_by_a_person(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        action.sudo()._mark_unknown("The line went dead")
        self.assertFalse(self._run(day(10)).action_ids, "not sent again by itself")
        self._on(action, day(0)).action_mark_delivered()
        self.assertRecordValues(self._item(invoice), [{"level_id": self.friendly.id, "level_date": day(0)}])
        self.assertEqual(sorted(self._outcomes(action)), ["sent", "unknown"])

    def test_what_is_found_not_to_have_left_can_be_proposed_again(self):
        invoice = self._invoice(100, day(-10))
        action = self._approved()
        action.sudo()._mark_unknown("The line went dead")
        action.action_mark_not_delivered()
        self.assertFalse(self._item(invoice).level_id)
        self.assertSteps(self._run(day(0)).action_ids, (self.debtor, self.friendly, "letter"))

    def test_a_text_that_does_not_render_fails_alone(self):
        azure = self._partner("Azure")
        self._invoice(100, day(-10))
        self._invoice(100, day(-10), azure)
        self.friendly.mail_template_id.sudo().body_html = (
            '<p t-if="object.partner_id.name == \'Azure\'"><t t-out="1 / 0"/></p>'
        )
        actions = self._approved()
        self._dispatch(day(0))
        states = {action.partner_id: action.state for action in actions}
        self.assertEqual(states, {self.debtor: "queued", azure: "failed"})
        failed = actions.filtered(lambda action: action.state == "failed")
        self.assertIn("The text could not be made", failed.outcome)

    # ---- in batches -----------------------------------------------------------------------------------------------

    def _three(self):
        """Return the approved actions of three debtors."""
        for name in ("Anna", "Bert", "Chloe"):
            self._invoice(100, day(-10), self._partner(name))
        return self._on(self._approved().sorted("id"), day(0)).with_user(SUPERUSER_ID)

    def test_a_job_dispatches_its_own_actions_and_nothing_twice(self):
        mine, other = (actions := self._three())[:2], actions[2]
        self.assertEqual(mine._dispatch_these(), 2)
        self.assertEqual(set(mine.mapped("state")), {"queued"})
        self.assertEqual(other.state, "approved")
        mails = mine.mail_id
        mine._dispatch_these()
        self.assertEqual(mine.mail_id, mails)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([("collection_action_id", "in", actions.ids)]), 2)

    def test_a_batch_that_meets_another_writer_begins_again(self):
        actions = self._three()
        dispatch = type(actions)._dispatch_batch
        failures = [psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected]

        def disturbed(batch):
            dispatch(batch)
            if failures:
                raise failures.pop()()

        with patch.object(type(actions), "_dispatch_batch", disturbed):
            self._dispatch(day(0))
        self.assertFalse(failures)
        self.assertEqual(set(actions.mapped("state")), {"queued"})
        self.assertEqual(len(self.env["mail.mail"].sudo().search([("collection_action_id", "in", actions.ids)])), 3)

    def test_a_batch_that_always_meets_other_writers_is_left_for_the_next_run_and_not_half_done(self):
        actions = self._three()
        dispatch = type(actions)._dispatch_batch

        def disturbed(batch):
            dispatch(batch)
            raise psycopg2.errors.SerializationFailure

        log = "odoo.addons.debt_collection.models.collection_action_dispatch"
        with patch.object(type(actions), "_dispatch_batch", disturbed), self.assertLogs(log, "WARNING") as logs:
            self._dispatch(day(0))
        self.assertIn("left for the next run", logs.output[0])
        self.assertEqual(set(actions.mapped("state")), {"approved"})
        self.assertFalse(self.env["mail.mail"].sudo().search([("collection_action_id", "in", actions.ids)]))
        self._dispatch(day(0))
        self.assertEqual(set(actions.mapped("state")), {"queued"})

    def test_out_of_time_it_stops_between_two_batches_and_goes_on_where_it_was(self):
        actions = self._three()

        def prepared():
            return actions.filtered(lambda action: action.state == "queued")

        with patch.object(collection_action_dispatch, "BATCH", 1):
            with patch.object(type(actions), "_checkpoint", lambda actions, _processed=0: 0 if prepared() else 9):
                self._dispatch(day(0))
            self.assertEqual(actions.mapped("state"), ["queued", "approved", "approved"])
            self._dispatch(day(0))
        self.assertEqual(set(actions.mapped("state")), {"queued"})

    def test_what_waits_is_counted_until_nothing_does(self):
        actions = self._three()
        self.assertEqual(actions._count_waiting(self.company), 3)
        self._dispatch(day(0))
        self.assertEqual(actions._count_waiting(self.company), 3, "in the queue they still wait")
        self._leave(actions[:1], day(0))
        self.assertEqual(actions._count_waiting(self.company), 2)
        self.company.collection_stopped = True
        self.assertEqual(actions._count_waiting(self.company), 0)

    def test_sending_that_is_stopped_in_mid_run_stops_with_the_batch(self):
        actions = self._three()
        dispatch = type(actions)._dispatch_batch

        def stopped(batch):
            dispatch(batch)
            self.company.collection_stopped = True

        with (
            patch.object(collection_action_dispatch, "BATCH", 1),
            patch.object(type(actions), "_dispatch_batch", stopped),
        ):
            self._dispatch(day(0))
        self.assertEqual(actions.mapped("state"), ["queued", "approved", "approved"])
