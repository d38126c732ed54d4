"""Notices that come back: the action fails with the reason, and an address that is wrong is not used again."""

from odoo.tests import tagged

from ..tools.incoming_mail import Returned
from .common import day
from .common_mail import MailCommon


@tagged("post_install", "-at_install")
class TestBounce(MailCommon):
    def _invalid(self):
        return self.env["collection.channel.preference"].search([("kind", "=", "invalid")])

    def test_a_permanent_bounce_fails_the_action_and_the_address_is_not_used_again(self):
        action = self._sent()
        self._arrive(self._dsn(action.mail_id))
        self.assertEqual(action.state, "failed")
        self.assertIn("5.1.1 User unknown", action.outcome)
        [entry] = self._log_in(action.case_id)
        self.assertRecordValues(
            entry,
            [{"outcome": "bounced", "channel": "email", "address": "deco.addict@example.com", "action_id": action.id}],
        )
        self.assertRecordValues(
            self._invalid(),
            [
                {
                    "debtor_id": action.case_id.debtor_id.id,
                    "channel": "email",
                    "address": "deco.addict@example.com",
                    "origin": "bounce",
                }
            ],
        )

    def test_the_report_is_kept_as_it_arrived(self):
        action = self._sent()
        raw = self._dsn(action.mail_id)
        self._arrive(raw)
        [original] = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.case"), ("res_id", "=", action.case_id.id), ("name", "like", ".eml")]
        )
        self.assertEqual(original.raw, raw)

    def test_a_mail_server_that_gives_up_for_now_fails_the_action_and_the_address_stays(self):
        action = self._sent()
        self._arrive(self._dsn(action.mail_id, status="4.4.1", diagnostic="host is away"))
        self.assertEqual(action.state, "failed")
        self.assertFalse(self._invalid())

    def test_a_full_mailbox_and_an_unwanted_sender_are_not_the_address_s_fault(self):
        for code in ("5.2.2", "5.7.1", "5.3.4"):
            self.assertFalse(Returned("failed", code).address_is_wrong, code)
        for code in ("5.1.1", "5.1.10", "5.2.1", "5.0.0"):
            self.assertTrue(Returned("failed", code).address_is_wrong, code)

    def test_a_delay_is_noted_and_changes_nothing(self):
        action = self._sent()
        self._arrive(
            self._dsn(action.mail_id, status="4.4.1", action="delayed", diagnostic="host is away", subject="Delayed")
        )
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._log_in().mapped("outcome"), ["note"])
        self.assertFalse(self._invalid())

    def test_a_success_report_is_proof_of_delivery(self):
        action = self._sent()
        self._arrive(self._dsn(action.mail_id, status="2.0.0", action="delivered", diagnostic="250 ok"))
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._log_in().mapped("outcome"), ["delivered"])

    def test_a_bounce_said_twice_is_one_entry(self):
        action = self._sent()
        self._arrive(self._dsn(action.mail_id))
        self._arrive(self._dsn(action.mail_id))
        self.assertEqual(self._log_in(action.case_id).mapped("outcome"), ["bounced"])

    def test_a_bounce_in_plain_words_is_understood(self):
        action = self._sent()
        body = (
            "Hi. This is the mail program. I was not able to deliver your message.\r\n"
            "<deco.addict@example.com>: 550 5.1.1 mailbox unavailable\r\n\r\n"
            f"--- Below this line is a copy of the message.\r\nMessage-ID: {action.mail_id.message_id}\r\n"
        )
        self._arrive(
            self._mail(sender="MAILER-DAEMON@mx.example", to="bounce@collect.example", subject="failure", body=body)
        )
        self.assertEqual(action.state, "failed")
        self.assertIn("mailbox unavailable", action.outcome)
        self.assertEqual(self._invalid().address, "deco.addict@example.com")

    def test_an_out_of_office_to_the_return_path_is_no_bounce(self):
        action = self._sent()
        self._arrive(
            self._mail(to="bounce@collect.example", answers=action.mail_id, headers="Auto-Submitted: auto-replied")
        )
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._log_in().mapped("outcome"), ["auto_reply"])

    def test_an_out_of_office_that_names_no_message_is_known_by_its_sender(self):
        self._sent()
        self._arrive(self._mail(to="bounce@collect.example", headers="Auto-Submitted: auto-replied"))
        self.assertEqual(self._log_in().mapped("outcome"), ["auto_reply"])

    def test_an_answer_to_the_return_path_is_not_lost(self):
        action = self._sent()
        self._arrive(self._mail(to="bounce@collect.example", answers=action.mail_id))
        self.assertEqual(self._log_in().mapped("outcome"), ["received"])

    def test_a_read_receipt_is_no_bounce(self):
        action = self._sent()
        raw = self._dsn(action.mail_id).replace(b"delivery-status", b"disposition-notification")
        self._arrive(raw)
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._log_in().mapped("outcome"), ["delivered"])

    def test_a_bounce_of_something_else_is_left_to_odoo(self):
        action = self._sent()
        self._arrive(self._dsn(action.mail_id, with_original=False))
        self.assertEqual(action.state, "sent")
        self.assertFalse(self._log_in())

    # ---- refused at once ------------------------------------------------------------------------------------------

    def test_an_address_the_mail_server_refuses_is_not_used_again(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        action = run.action_ids
        action._mark_failed("SMTPRecipientsRefused: {'deco.addict@example.com': (550, b'no such mailbox here')}")
        self.assertEqual(self._invalid().address, "deco.addict@example.com")
        self.assertEqual(action.state, "failed")

    def test_a_sender_the_mail_server_refuses_says_nothing_about_the_address(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        for words in ("{'deco.addict@example.com': (550, b'5.7.1 blocked')}", "(451, b'not now')", "(554, b'spam')"):
            run.action_ids._mark_failed(words)
        self.assertFalse(self._invalid())

    # ---- at the last moment ---------------------------------------------------------------------------------------

    def test_an_address_that_does_not_arrive_is_not_written_to(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        email = run.action_ids
        self.env["collection.channel.preference"]._note(
            self._case().debtor_id, "invalid", "It came back.", channel="email", address="Deco.Addict@example.com"
        )
        reasons = email._unreachable_by_email()
        self.assertEqual(reasons, {email: "deco.addict@example.com is not written to: It came back."})

    def test_an_address_forbidden_while_the_mail_waits_does_not_get_it(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        mail = run.action_ids.mail_id
        self.assertTrue(mail._prepare_outgoing_list())
        self.env["collection.channel.preference"]._note(
            self._case().debtor_id, "forbidden", "Not by e-mail.", channel="email"
        )
        self.assertEqual(mail._prepare_outgoing_list(), [])
        self.assertIn("Not by e-mail.", mail.failure_reason)
