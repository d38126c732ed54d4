"""SMS: counted before they leave, sent once through Odoo's provider, and what its reports say comes back."""

from unittest.mock import patch

import psycopg2
import requests
import urllib3
from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import day
from .common_sms import NUMBER, SmsCommon

try:
    import phonenumbers
except ImportError:
    phonenumbers = None


@tagged("post_install", "-at_install")
class TestSms(SmsCommon):
    # ---- the words ------------------------------------------------------------------------------------------------

    def test_the_text_names_what_is_owed_and_where_to_pay(self):
        self.friendly.sms_text = (
            "{{ object.company_id.name }}: {{ object.partner_id.name }} owes {{ object.claim_text }}, "
            "{{ object.oldest_number }} {{ object.sms_pay_link }}"
        )
        invoice = self._invoice(1200, day(-10))
        action = self._run(day(0)).action_ids
        for page in (True, False):
            self.company.collection_page = page
            url = action.case_id.debtor_id._page_short_url() if page else invoice._collection_short_pay_url()
            action.invalidate_recordset()
            self.assertEqual(
                action._sms_texts()[action],
                f"{self.company.name}: Deco Addict owes $ 1,200.00, {invoice.name} {url}",
            )

    def test_each_debtor_is_written_to_in_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.friendly.with_context(lang="fr_FR").sms_text = "Bonjour, {{ object.claim_text }}"
        self.debtor.lang = "fr_FR"
        action = self._approved(1200)
        self._dispatch(day(0))
        [(_number, text, _uuid)] = self.asked
        self.assertEqual(text, "Bonjour, $ 1 200,00", "with plain spaces, which every telephone has")
        self.assertEqual(action.state, "sent")

    def test_a_level_without_words_has_the_general_ones(self):
        self.friendly.sms_text = False
        self._sent()
        self.assertIn("is overdue", self.asked[0][1])

    def test_words_that_cannot_be_filled_in_are_refused(self):
        for text in ("{{ object.env }}", "{{ user.password }}", "{{ object.claim_text", "{{ 1 / 0 }}"):
            with self.assertRaisesRegex(ValidationError, "cannot be filled in"), self.cr.savepoint():
                self.friendly.sms_text = text

    def test_the_level_shows_how_long_its_text_is_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.friendly.sms_text = "a" * 161
        self.friendly.with_context(lang="fr_FR").sms_text = "ê" * 300
        shown = " ".join(str(self.friendly.sms_count_html).split())
        self.assertIn("161 characters, GSM-7", shown)
        self.assertIn("300 characters, UCS-2", shown)
        # 300 of 67 each are 5
        self.assertIn("of 3 allowed: not sent", shown)

    def test_a_text_longer_than_the_level_allows_is_neither_sent_nor_cut(self):
        self.friendly.write({"sms_text": "a" * 161, "sms_max_segments": 1})
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "failed")
        self.assertIn("2 segments", action.outcome)
        self.assertFalse(self.asked)
        self.friendly.sms_max_segments = 2
        action.action_propose_again()
        action.action_approve()
        self._dispatch(day(0))
        self.assertEqual((action.state, self.asked[0][1]), ("sent", "a" * 161))

    def test_a_level_allows_one_segment_at_least(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.friendly.sms_max_segments = 0
            self.env.flush_all()

    def test_the_preview_shows_number_text_and_segments(self):
        self._invoice(100, day(-10))
        action = self._on(self._run(day(0)).action_ids, day(0))
        self.assertEqual(action.preview_to, f"Deco Addict, {NUMBER}")
        for words in ("$ 100.00 is late", "16 characters (GSM-7), segments: 1"):
            self.assertIn(words, action.preview_html)
        self.debtor.phone = False
        action.invalidate_recordset()
        self.assertIn("no phone number", action.preview_to)

    def test_the_text_of_one_sms_is_not_edited(self):
        self._invoice(100, day(-10))
        with self.assertRaisesRegex(UserError, "that of its level"):
            self._run(day(0)).action_ids.action_edit_text()

    # ---- the number -----------------------------------------------------------------------------------------------

    def _assert_fails(self, words):
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "failed")
        self.assertIn(words, action.outcome)
        self.assertFalse(self.asked)

    def test_a_number_is_brought_into_international_form(self):
        self.debtor.phone = "+1 415-555 0123"
        self._sent()
        self.assertEqual(self.asked[0][0], NUMBER)

    def test_a_national_number_takes_the_country_of_the_debtor(self):
        if not phonenumbers:
            self.skipTest("phonenumbers is not installed")
        self.debtor.write({"country_id": self.env.ref("base.fr").id, "phone": "06 12 34 56 78"})
        self._sent()
        self.assertEqual(self.asked[0][0], "+33612345678")

    def test_an_sms_says_what_a_contact_rule_wants_and_how_to_get_no_more(self):
        self.company.write({"name": "Cedar", "phone": "+1 415-555 0100"})
        self.env["collection.contact.rule"].create(
            {"name": "Ours", "kind": "phrases", "says_creditor": True, "says_opt_out": True}
        )
        text = self._approved()._sms_texts().popitem()[1]
        self.assertTrue(
            text.endswith("Creditor: Cedar To get no more messages like this: +1 415-555 0100"),
            f"{text!r} ends otherwise",
        )

    def test_what_is_no_number_fails_with_the_reason(self):
        self.debtor.phone = "ask for Anna"
        self._assert_fails("ask for Anna of Deco Addict is not a number")

    def test_a_blacklisted_number_is_not_written_to(self):
        self.env["phone.blacklist"].sudo().create({"number": NUMBER})
        self._assert_fails("must not be written to")

    def test_a_debtor_who_wants_no_sms_gets_none(self):
        debtor = self.env["collection.debtor"]._get(self.company, self.debtor)
        self.env["collection.channel.preference"]._note(debtor, "forbidden", "Asked in a call", channel="sms")
        action = self._approved()
        self._dispatch(day(0))
        self.assertNotIn("sms", action.mapped("channel"))
        self.assertFalse(self.asked)

    def test_a_number_that_is_not_the_debtors_is_not_written_to_and_another_is(self):
        debtor = self.env["collection.debtor"]._get(self.company, self.debtor)
        self.env["collection.channel.preference"]._note(debtor, "invalid", "Somebody else's", address="415 555 0199")
        self._sent()
        self.env["collection.channel.preference"]._note(debtor, "invalid", "Somebody else's", address="415 555 0123")
        self._invoice(50, day(-5))
        action = self.env["collection.action"].search([])
        self.assertIn("Somebody else's", action._sms_numbers()[action][2])

    # ---- leaving --------------------------------------------------------------------------------------------------

    def test_an_sms_that_left_counts_and_the_log_keeps_words_number_and_cost(self):
        self.friendly.sms_text = "a" * 161
        action = self._sent()
        [entry] = self._entries(action)
        self.assertRecordValues(
            # two segments at 0.045
            entry, [{"channel": "sms", "direction": "out", "outcome": "sent", "address": NUMBER, "cost": 0.09}]
        )  # fmt: skip
        self.assertIn("a" * 161, entry.text)
        self.assertEqual(action.line_ids.item_id.level_id, self.friendly)
        self.assertEqual(len(self.asked), 1)
        self._dispatch(day(0))
        self.assertEqual(len(self.asked), 1)

    def test_odoos_own_queue_leaves_ours_alone_and_sends_the_others(self):
        action = self._queued()
        action.sudo().sms_ids.state = "outgoing"
        other = self.env["sms.sms"].sudo().create({"number": "+33612345678", "body": "Hello"})
        # it commits, which a test must not
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["sms.sms"].with_user(SUPERUSER_ID)._process_queue()
        self.assertEqual([number for number, _text, _uuid in self.asked], ["+33612345678"])
        self.assertEqual((other.state, action.state), ("pending", "queued"))
        action.sudo().sms_ids._send()
        self.assertEqual(len(self.asked), 1)

    def test_who_sends_it_from_the_list_of_sms_sends_it_our_way(self):
        action = self._queued()
        self._on(action.sudo().sms_ids, day(0)).send()
        self.assertEqual((action.state, len(self.asked)), ("sent", 1))
        action.sudo().sms_ids.send()
        self.assertEqual(len(self.asked), 1)

    def test_a_debtor_who_paid_meanwhile_is_left_alone(self):
        action = self._queued()
        self._pay(action.line_ids.item_id.move_id, day(0))
        self._on(action.sudo().sms_ids, day(0)).send()
        self.assertFalse(self.asked)
        self.assertEqual((action.state, action.sudo().sms_ids.state), ("skipped", "canceled"))

    def test_a_debtor_who_paid_part_gets_the_new_amount(self):
        action = self._queued()
        self._pay(action.line_ids.item_id.move_id, day(0), amount=58)
        self._dispatch(day(0))
        self.assertEqual(self.asked[0][1], "$ 42.00 is late")
        self.assertIn("$ 42.00 is late", self._entries(action)[-1].text)

    def test_stopping_all_sending_keeps_it_in_the_queue(self):
        action = self._queued()
        self.company.collection_stopped = True
        self._dispatch(day(0))
        self._on(action.sudo().sms_ids, day(0)).send()
        self.assertEqual((action.state, self.asked), ("queued", []))

    def test_an_sms_cancelled_in_the_queue_cancels_its_action(self):
        action = self._queued()
        action.sudo().sms_ids.action_set_canceled()
        self._dispatch(day(0))
        self.assertEqual((action.state, self.asked), ("cancelled", []))

    def test_an_action_called_off_takes_its_sms_out_of_the_queue(self):
        action = self._queued()
        action.sudo()._cancel_open(action.case_id.ids, "Merged")
        self.assertEqual(action.sudo().sms_ids.state, "canceled")

    # ---- what the provider answers --------------------------------------------------------------------------------

    def test_out_of_credit_it_waits_with_the_reason_and_goes_later(self):
        self.answer = "insufficient_credit"
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")
        self.assertIn("enough credits", action.outcome)
        self.assertNotIn("<", action.outcome)
        self.assertFalse(self._entries(action))
        self.answer = "success"
        self._dispatch(day(0))
        self.assertEqual(action.state, "sent")

    def test_a_provider_that_is_away_is_asked_once_in_a_run(self):
        refused = urllib3.exceptions.NewConnectionError(None, "refused")
        cause = requests.exceptions.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", refused))
        self.answer = AccessError("An error occurred while reaching it.")
        self.answer.__cause__ = cause
        self._invoice(100, day(-10), self._partner("Azure", phone="+14155550124"))
        actions = self._approved()
        self._dispatch(day(0))
        self.assertEqual(actions.mapped("state"), ["queued", "queued"])
        self.assertEqual(len(self.asked), 1)
        self.answer = "processing"
        self._dispatch(day(0))
        self.assertEqual(actions.mapped("state"), ["sent", "sent"])

    def test_a_provider_that_breaks_off_leaves_it_unknown_and_it_is_not_sent_again(self):
        self.answer = AccessError("The request timed out.")
        self.answer.__cause__ = requests.exceptions.ReadTimeout()
        action = self._approved()
        self._dispatch(day(0))
        self.answer = "success"
        self._dispatch(day(1))
        self.assertEqual((action.state, len(self.asked)), ("unknown", 1))
        self.assertEqual(self._entries(action).mapped("outcome"), ["unknown"])
        self.assertFalse(action.line_ids.item_id.level_id)

    def test_a_provider_that_says_nothing_leaves_it_unknown(self):
        self.answer = None
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "unknown")

    def test_a_wrong_number_fails_and_is_not_tried_again(self):
        self.answer = "wrong_number_format"
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "failed")
        self.assertIn("not correctly formatted", action.outcome)
        self.assertRecordValues(
            action.case_id.debtor_id.preference_ids,
            [{"kind": "invalid", "channel": "sms", "address": NUMBER, "origin": "bounce"}],
        )

    def test_a_debtor_who_told_the_provider_to_stop_is_not_asked_again(self):
        self.answer = "sms_optout"
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "failed")
        self.assertRecordValues(
            action.case_id.debtor_id.preference_ids,
            [{"kind": "forbidden", "channel": "sms", "address": NUMBER, "origin": "reply"}],
        )

    def test_a_worker_that_is_gone_leaves_it_unknown(self):
        action = self._queued()
        action.sudo()._set_state("sending")
        self._dispatch(day(0))
        self.assertEqual((action.state, action.sudo().sms_ids.state), ("unknown", "canceled"))
        self.assertFalse(self.asked)

    # ---- what it reports later ------------------------------------------------------------------------------------

    def test_a_delivery_is_noted_once_and_is_no_contact_of_its_own(self):
        action = self._sent()
        for status in ("pending", "sent", "sent", "pending"):
            self._report(action, status)
        self.assertIn("delivered", action.outcome)
        self.assertEqual(
            [(entry.outcome, entry.direction) for entry in self._entries(action)],
            [("sent", "out"), ("delivered", "internal")],
        )

    def test_an_sms_that_came_back_fails_and_its_number_is_noted(self):
        action = self._sent()
        self._report(action, "error", error="invalid_destination")
        self.assertEqual(action.state, "failed")
        self.assertIn("Invalid Destination", action.outcome)
        self.assertEqual(action.case_id.debtor_id.preference_ids.address, NUMBER)

    def test_an_sms_that_expired_says_nothing_against_the_number(self):
        action = self._sent()
        self._report(action, "error", error="expired")
        self.assertEqual(action.state, "failed")
        self.assertFalse(action.case_id.debtor_id.preference_ids)

    def test_a_delivery_settles_what_nobody_knew(self):
        self.answer = None
        action = self._approved()
        self._dispatch(day(0))
        self._report(self._on(action, day(0)), "sent")
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._entries(action).mapped("outcome"), ["unknown", "sent", "delivered"])

    def test_a_report_on_an_earlier_sms_says_nothing_about_the_next(self):
        action = self._sent()
        self._report(action, "error", error="expired")
        first = self.env["sms.tracker"].sudo().search([("collection_action_id", "=", action.id)])
        action.action_propose_again()
        action.action_approve()
        self._dispatch(day(0))
        self.assertEqual(action.state, "sent")
        first.collection_report = False
        first._action_update_from_provider_error("not_delivered")
        self.assertEqual(action.state, "sent")
