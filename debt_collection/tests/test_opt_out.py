"""A debtor who wants no more e-mail: the link asks first, an answer of one word is enough, and it can be taken back."""

import re
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..tools import incoming_mail
from .common import day
from .common_mail import MailCommon


@tagged("post_install", "-at_install")
class TestOptOut(MailCommon, HttpCase):
    def setUp(self):
        super().setUp()
        rules = self.env.registry["collection.contact.rule"]
        self.startPatcher(patch.object(rules, "_wants_opt_out", lambda _self, actions: actions))

    def _unwanted(self):
        return self.env["collection.channel.preference"].search([("kind", "=", "forbidden")])

    def _queued(self):
        """Return an action whose e-mail waits in the queue."""
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        return run.action_ids

    def _path(self, action):
        return urlsplit(action._opt_out_url()).path

    def _form(self, page):
        """Return (path, values) of the form on the page."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        return re.search(r'action="([^"]+)"', page.text).group(1), {"csrf_token": token}

    def _see(self):
        """Let the test see what the requests have written."""
        self.env.invalidate_all()

    # ---- in the e-mail --------------------------------------------------------------------------------------------

    def test_an_e_mail_offers_to_opt_out_where_the_rules_want_it(self):
        action = self._queued()
        url = action._opt_out_url()
        [values] = action.mail_id._prepare_outgoing_list()
        self.assertEqual(
            values["headers"]["List-Unsubscribe"], f"<{url}>, <mailto:money@collect.example?subject=unsubscribe>"
        )
        self.assertEqual(values["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_an_e_mail_does_not_offer_it_where_no_rule_wants_it(self):
        rules = self.env.registry["collection.contact.rule"]
        with patch.object(rules, "_wants_opt_out", lambda _self, actions: actions.browse()):
            action = self._queued()
        [values] = action.mail_id._prepare_outgoing_list()
        self.assertNotIn("List-Unsubscribe", values["headers"])

    def test_the_templates_are_given_the_link(self):
        action = self._queued()
        values = action._notice_values()
        action._mail_text(values)
        self.assertEqual(values["opt_out_url"], action._opt_out_url())

    # ---- the page -------------------------------------------------------------------------------------------------

    def test_following_the_link_changes_nothing(self):
        action = self._queued()
        page = self.url_open(self._path(action))
        self.assertEqual(page.status_code, 200)
        self.assertIn("Stop these e-mails?", page.text)
        self.assertIn("deco.addict@example.com", page.text)
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self._see()
        self.assertFalse(self._unwanted())
        self.assertEqual(action.state, "queued")

    def test_confirming_stops_the_e_mails_and_is_logged(self):
        action = self._queued()
        path, values = self._form(self.url_open(self._path(action)))
        page = self.url_open(path, data=values)
        self.assertIn("No more e-mails will be sent to you", page.text)
        self._see()
        self.assertRecordValues(
            self._unwanted(), [{"channel": "email", "address": "deco.addict@example.com", "origin": "link"}]
        )
        self.assertRecordValues(
            self._log_in(), [{"outcome": "opt_out", "channel": "email", "address": "deco.addict@example.com"}]
        )
        self.assertIn("No e-mail is wanted", action.case_id.message_ids[0].body + action.case_id.message_ids[1].body)
        self.assertEqual((action.state, action.mail_id.state), ("failed", "cancel"), "what waited does not leave")

    def test_confirming_twice_is_one_effect(self):
        action = self._queued()
        path, values = self._form(self.url_open(self._path(action)))
        self.url_open(path, data=values)
        self.assertEqual(self.url_open(path, data=values).status_code, 200)
        self._see()
        self.assertEqual((len(self._unwanted()), len(self._log_in())), (1, 1))

    def test_the_form_is_not_accepted_from_elsewhere(self):
        action = self._queued()
        page = self.url_open(f"{self._path(action)}/confirm", data={"csrf_token": "forged"})
        self.assertEqual(page.status_code, 400)
        self._see()
        self.assertFalse(self._unwanted())

    def test_a_mail_program_stops_them_with_one_click(self):
        action = self._queued()
        for _number in range(2):
            answer = self.url_open(self._path(action), data={"List-Unsubscribe": "One-Click"})
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self._see()
        self.assertEqual((len(self._unwanted()), len(self._log_in())), (1, 1))

    def test_a_post_that_is_no_one_click_changes_nothing(self):
        action = self._queued()
        self.url_open(self._path(action), data={"hello": "there"})
        self._see()
        self.assertFalse(self._unwanted())

    def test_it_can_be_taken_back(self):
        action = self._queued()
        path, values = self._form(self.url_open(self._path(action)))
        done = self.url_open(path, data=values)
        path, values = self._form(done)
        self.assertTrue(path.endswith("/undo"))
        self.assertIn("You will receive e-mails again", self.url_open(path, data=values).text)
        self._see()
        self.assertFalse(self._unwanted())
        self.assertEqual(self._log_in().mapped("outcome"), ["opt_out", "opt_in"])

    def test_what_the_company_has_forbidden_is_not_taken_back_by_the_link(self):
        action = self._queued()
        debtor = action.case_id.debtor_id
        self.env["collection.channel.preference"]._note(
            debtor, "forbidden", "By letter only.", "email", "deco.addict@example.com"
        )
        self.assertFalse(debtor._opt_out("deco.addict@example.com"), "it is no news")
        self.assertFalse(debtor._opt_in("deco.addict@example.com"))
        self.assertFalse(self._log_in())
        self.assertEqual(self._unwanted().reason, "By letter only.")

    def test_an_altered_link_and_one_of_elsewhere_get_the_same_answer(self):
        action = self._queued()
        path = self._path(action)
        head, token = path.rsplit("/", 1)
        middle = len(token) // 2
        altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
        answers = {
            (answer.status_code, answer.text)
            for wrong in (altered, token[:-1], token + "x", token + "=", "x", "AAAA", "%C3%A9")
            for answer in (self.url_open(f"{head}/{wrong}"), self.url_open(f"{head}/{wrong}", data={"a": "b"}))
        }
        self.assertEqual({code for code, _text in answers}, {404})
        self.assertEqual(len(answers), 1)

    def test_the_page_speaks_the_debtor_s_language_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        page = self.url_open(self._path(self._queued()))
        self.assertIn('dir="rtl"', page.text)
        self.assertIn('lang="ar-001"', page.text)

    # ---- by an answer ---------------------------------------------------------------------------------------------

    def test_an_answer_of_one_clear_word_stops_them(self):
        action = self._sent()
        quoted = "STOP\r\n\r\nOn Mon, Mar 10, 2025 at 9:00 AM Carla <c@x.example> wrote:\r\n> Reminder\r\n"
        self._arrive(self._mail(answers=action.mail_id, body=quoted))
        self.assertRecordValues(self._unwanted(), [{"address": "deco.addict@example.com", "origin": "reply"}])
        self.assertEqual(self._log_in().mapped("outcome"), ["opt_out"])
        self.assertFalse(action.case_id.activity_ids, "there is nothing to answer")

    def test_an_answer_from_elsewhere_stops_both_addresses(self):
        action = self._sent()
        self._arrive(self._mail(sender="joe@private.example", answers=action.mail_id, body="Unsubscribe."))
        self.assertEqual(sorted(self._unwanted().mapped("address")), ["deco.addict@example.com", "joe@private.example"])

    def test_the_mail_that_the_header_offers_stops_them(self):
        self._sent()
        self._arrive(self._mail(subject="unsubscribe", body=""))
        self.assertEqual(self._unwanted().address, "deco.addict@example.com")

    def test_only_a_clear_word_counts(self):
        for subject, text in (
            ("Re: Reminder", "Please stop, I have paid."),
            ("Re: Reminder", "stop\nthe machine"),
            ("Stop the presses", "hello"),
            ("Re: Reminder", "ok\n> STOP"),
        ):
            self.assertFalse(incoming_mail.asks_to_stop(subject, text), (subject, text))
        for subject, text in (
            ("STOP", ""),
            ("Re: Rappel", "« Désabonner »"),
            ("Re:", "إلغاء\n\nفي ٣ مارس كتب كارلا:\n> تذكير"),
        ):
            self.assertTrue(incoming_mail.asks_to_stop(subject, text), (subject, text))
