"""What debtors write back: it reaches the case, whoever sends it from wherever, and nothing is lost."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import incoming_mail
from .common import day
from .common_mail import MailCommon


@tagged("post_install", "-at_install")
class TestIncoming(MailCommon):
    def _answers_to_do(self, case):
        kind = self.env.ref("debt_collection.mail_activity_type_answer")
        return case.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    # ---- where answers go -----------------------------------------------------------------------------------------

    def test_a_notice_is_answered_to_the_collections_mailbox(self):
        action = self._sent()
        self.assertIn("money@collect.example", action.mail_id.reply_to)
        self.assertIn("carla@collect.example", action.mail_id.email_from)

    def test_without_a_mailbox_answers_go_to_the_catchall(self):
        self.company.collection_alias_name = False
        self.assertFalse(self.company.collection_alias_id)
        self.assertIn("catchall@collect.example", self._sent().mail_id.reply_to)

    def test_without_a_domain_answers_go_to_the_collector(self):
        self.company.collection_alias_name = False
        self.company.alias_domain_id = False
        self.assertIn("carla@collect.example", self._sent().mail_id.reply_to)

    def test_bounces_come_back_to_the_company_that_sends(self):
        self.assertEqual(self._sent().mail_id.record_alias_domain_id, self.domain)

    def test_a_mailbox_needs_a_domain(self):
        other = self.env["res.company"].create({"name": "No Domain", "alias_domain_id": False})
        with self.assertRaisesRegex(UserError, "no e-mail domain"):
            other.collection_alias_name = "money"

    def test_the_mailbox_is_named_in_the_settings(self):
        self.env["res.config.settings"].create({"collection_alias_name": "Unpaid Bills"}).execute()
        self.assertEqual(self.company.collection_alias_email, "unpaid-bills@collect.example")

    def test_a_mailbox_of_another_company_knows_only_the_debtors_of_that_company(self):
        self._sent()
        other = self.setup_other_company()["company"]
        other.write({"alias_domain_id": self.domain.id, "collection_alias_name": "theirs"})
        self._arrive(self._mail(to="theirs@collect.example"))
        self.assertFalse(self._log_in())
        self.assertEqual(self._waiting().company_id, other)

    def test_a_mailbox_is_renamed_and_follows_the_domain(self):
        alias = self.company.collection_alias_id
        self.company.collection_alias_name = "unpaid"
        self.assertEqual(self.company.collection_alias_email, "unpaid@collect.example")
        self.assertEqual(self.company.collection_alias_id, alias)
        self.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "elsewhere.example"})
        self.assertEqual(self.company.collection_alias_email, "unpaid@elsewhere.example")

    # ---- answers --------------------------------------------------------------------------------------------------

    def test_an_answer_is_an_incoming_entry_of_the_log_and_stands_in_the_chatter(self):
        action = self._sent()
        case = action.case_id
        self._arrive(self._mail(answers=action.mail_id, body="I pay on Friday.\r\nJoe\r\n"))
        [entry] = self._log_in(case)
        self.assertRecordValues(
            entry,
            [
                {
                    "channel": "email",
                    "direction": "in",
                    "outcome": "received",
                    "address": "deco.addict@example.com",
                    "action_id": action.id,
                }
            ],
        )
        self.assertEqual(entry.summary, "E-mail from deco.addict@example.com: I pay on Friday.")
        self.assertIn("Joe", entry.text_ids.body)
        message = case.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertIn("I pay on Friday.", message.body)
        self.assertEqual(message.author_id, self.debtor)
        self.assertFalse(case.contact_ids._verify_chain())

    def test_the_mail_is_kept_as_it_arrived(self):
        action = self._sent()
        raw = self._mail(answers=action.mail_id)
        self._arrive(raw)
        [original] = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.case"), ("res_id", "=", action.case_id.id), ("name", "like", ".eml")]
        )
        self.assertEqual(original.raw, raw)

    def test_the_collector_is_asked_to_answer_once_however_many_mails_wait(self):
        action = self._sent()
        for _number in range(3):
            self._arrive(self._mail(answers=action.mail_id))
        self.assertEqual(len(self._log_in()), 3)
        self.assertRecordValues(self._answers_to_do(action.case_id), [{"user_id": self.carla.id}])

    def test_the_same_mail_fed_twice_is_one_entry(self):
        action = self._sent()
        raw = self._mail(answers=action.mail_id)
        self._arrive(raw)
        self._arrive(raw)
        self.assertEqual(len(self._log_in()), 1)

    def test_the_debtor_does_not_follow_the_case(self):
        action = self._sent()
        self._arrive(self._mail(answers=action.mail_id))
        self.assertNotIn(self.debtor, action.case_id.message_partner_ids)

    def test_an_answer_to_the_catchall_comes_in_by_the_message_it_answers(self):
        self.company.collection_alias_name = False
        action = self._sent()
        self._arrive(self._mail(sender="joe@private.example", to="catchall@collect.example", answers=action.mail_id))
        self.assertEqual(self._log_in().mapped("address"), ["joe@private.example"])

    def test_an_answer_from_an_unknown_address_comes_in_by_the_message_it_answers(self):
        action = self._sent()
        self._arrive(self._mail(sender="Joe <JOE@private.example>", answers=action.mail_id))
        self.assertRecordValues(self._log_in(), [{"address": "joe@private.example", "outcome": "received"}])
        self.assertFalse(self._waiting())

    def test_a_mail_from_another_contact_of_the_debtor_comes_in_without_answering_anything(self):
        self._sent()
        self.env["res.partner"].create(
            {"name": "Books", "parent_id": self.debtor.id, "email": "Books <books@deco.example>"}
        )
        self._arrive(self._mail(sender="books@deco.example", subject="Your invoice"))
        self.assertEqual(self._log_in().mapped("address"), ["books@deco.example"])

    def test_a_mail_after_the_case_was_closed_comes_into_the_last_one(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._pay(invoice, day(0))
        self._assess(day(1))
        self.assertEqual(case.state, "closed")
        self._arrive(self._mail(subject="Paid!"))
        self.assertEqual(self._log_in(case).mapped("outcome"), ["received"])

    def test_an_answer_to_a_notice_of_a_closed_case_comes_into_the_open_one(self):
        action = self._sent()
        self._pay(action.line_ids.item_id.move_id, day(0))
        self._assess(day(1))
        self._invoice(70, day(-8))
        self._assess(day(2))
        self.assertNotEqual(self._case(), action.case_id)
        self._arrive(self._mail(answers=action.mail_id))
        self.assertEqual(len(self._log_in(self._case())), 1)

    def test_an_answer_to_a_message_about_a_dispute_comes_into_the_case(self):
        case = self._sent().case_id
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        dispute = (
            self.env["collection.dispute"]
            .sudo()
            .create({"case_id": case.id, "reason_id": reason.id, "currency_id": case.currency_id.id, "amount": 100})
        )
        message = dispute.message_post(body="Is it settled?", message_type="comment")
        self._arrive(self._mail(sender="joe@private.example", answers=message))
        self.assertEqual(len(self._log_in(case)), 1)

    def test_attachments_come_along(self):
        action = self._sent()
        raw = self._mail(answers=action.mail_id).replace(
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\nContent-Type: text/plain\r\n\r\n',
        )
        raw += (
            b"\r\n--edge\r\nContent-Type: application/pdf\r\n"
            b'Content-Disposition: attachment; filename="transfer.pdf"\r\n\r\n%PDF proof\r\n--edge--\r\n'
        )
        self._arrive(raw)
        message = action.case_id.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(message.attachment_ids.mapped("name"), ["transfer.pdf"])

    def test_what_a_colleague_writes_is_no_answer_of_the_debtor(self):
        action = self._sent()
        self._arrive(self._mail(sender="carla@collect.example", answers=action.mail_id, body="I called them."))
        self.assertFalse(self._log_in())
        self.assertIn("I called them.", action.case_id.contact_ids.mapped("summary")[0])
        self.assertFalse(self._answers_to_do(action.case_id))

    # ---- programs that answer -------------------------------------------------------------------------------------

    def test_an_out_of_office_is_told_apart_and_asks_nobody_to_answer(self):
        action = self._sent()
        for headers in (
            "Auto-Submitted: auto-replied",
            "X-Autoreply: yes",
            "X-Autorespond: Away",
            "Precedence: auto_reply",
            "Precedence: bulk",
            "X-Auto-Response-Suppress: All",
        ):
            self._arrive(self._mail(answers=action.mail_id, headers=headers))
        for subject in ("Automatic reply: Reminder", "Absence du bureau", "رد تلقائي: تذكير"):
            self._arrive(self._mail(answers=action.mail_id, subject=subject))
        self.assertEqual(self._log_in().mapped("outcome"), ["auto_reply"] * 9)
        self.assertFalse(self._answers_to_do(action.case_id))

    def test_a_person_is_not_taken_for_a_program(self):
        head = incoming_mail.headers(b"Auto-Submitted: no\nX-Auto-Response-Suppress: OOF\n\n")
        self.assertFalse(incoming_mail.is_automatic(head, "Re: I was out of office last week"))

    # ---- mail to assign -------------------------------------------------------------------------------------------

    def test_a_mail_from_nobody_known_waits_to_be_assigned(self):
        self._sent()
        self._arrive(self._mail(sender="lawyer@law.example", subject="My client", body="He disputes it."))
        self.assertFalse(self._log_in())
        mail = self._waiting()
        self.assertRecordValues(
            mail, [{"name": "My client", "email_from": "lawyer@law.example", "company_id": self.company.id}]
        )
        self.assertIn("He disputes it.", mail.body)
        self.assertEqual(mail.activity_ids.user_id, self.carla, "the counter of activities shows it")
        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", "lawyer@law.example")]), "no bounce")

    def test_assigning_writes_it_into_the_log_and_later_mails_follow(self):
        case = self._sent().case_id
        raw = self._mail(sender="lawyer@law.example", subject="My client", body="He disputes it.")
        self._arrive(raw)
        mail = self._waiting().with_user(self.carla)
        mail.case_id = case
        mail.action_assign()
        self.assertEqual(mail.state, "assigned")
        self.assertFalse(mail.activity_ids)
        self.assertRecordValues(self._log_in(case), [{"address": "lawyer@law.example", "outcome": "received"}])
        self.assertIn("He disputes it.", case.message_ids.mapped("body")[0])
        [original] = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.case"), ("res_id", "=", case.id), ("name", "like", ".eml")]
        )
        self.assertEqual(original.raw, raw)
        self._arrive(self._mail(sender="lawyer@law.example", subject="Another thing"))
        self.assertEqual(len(self._log_in(case)), 2)

    def test_an_address_of_two_debtors_is_left_to_a_person(self):
        other = self._partner("Azure", email="shared@example.com")
        self.debtor.email = "shared@example.com"
        self._invoice(50, day(-10), other)
        self._sent()
        self._arrive(self._mail(sender="shared@example.com"))
        self.assertEqual(len(self._waiting()), 1)

    def test_an_ignored_mail_is_off_the_list_until_it_is_taken_back(self):
        self._arrive(self._mail(sender="spam@spam.example"))
        mail = self._waiting().with_user(self.carla)
        mail.action_ignore()
        self.assertFalse(self._waiting())
        mail.action_take_back()
        self.assertEqual(self._waiting(), mail)

    def test_nothing_is_assigned_without_a_case_nor_to_another_company(self):
        self._arrive(self._mail(sender="lawyer@law.example"))
        mail = self._waiting()
        with self.assertRaisesRegex(UserError, "Choose the case first"):
            mail.action_assign()
        self.assertFalse(mail.case_id)
        other = self.setup_other_company()["company"]
        debtor = self.env["collection.debtor"]._get(other, self.debtor)
        mail.case_id = self.env["collection.case"].sudo().create({"company_id": other.id, "debtor_id": debtor.id})
        with self.assertRaisesRegex(UserError, "choose a case of that company"):
            mail.sudo().action_assign()
        self.assertEqual(mail.state, "new")

    def test_a_collector_cannot_rewrite_a_mail(self):
        self._arrive(self._mail(sender="lawyer@law.example"))
        with self.assertRaises(AccessError):
            self._waiting().with_user(self.carla).write({"body": "I pay"})

    # ---- hostile and broken ---------------------------------------------------------------------------------------

    def test_a_script_is_taken_out_of_what_is_shown_and_kept_in_the_original(self):
        raw = self._mail(sender="x@evil.example", body="<b>hello</b><script>alert(1)</script>").replace(
            b"text/plain", b"text/html"
        )
        self._arrive(raw)
        mail = self._waiting()
        self.assertNotIn("script", mail.body)
        self.assertIn("hello", mail.body)
        self.assertEqual(mail._originals().raw, raw)

    def test_a_mail_in_an_unknown_charset_is_kept(self):
        self._sent()
        self._arrive(self._mail(body="\u20ac").replace(b"charset=utf-8", b"charset=klingon-7"))
        found = self._log_in() or self._waiting()
        self.assertEqual(len(found), 1)

    def test_a_mail_that_cannot_be_read_at_all_waits_to_be_assigned_and_nobody_is_turned_away(self):
        raw = self._mail(sender="x@y.example", body="a\x00b", subject="nul \x00 here")
        self._arrive(raw)
        self.assertEqual(len(self._waiting()), 1)
        broken = (
            b"From: =?utf-9?q?=ff=fe?= <x@y.example>\r\nTo: money@collect.example\r\nSubject: =?x?B?////?=\r\n"
            b"Message-ID: <broken@y.example>\r\nContent-Type: multipart/mixed\r\n\r\n\xff\xfe\x00--\r\n"
        )
        self._arrive(broken)
        self.assertEqual(len(self._waiting()), 2)
        self.assertIn(broken, [mail._originals().raw for mail in self._waiting()])

    def test_what_raises_while_it_is_read_is_kept_with_the_reason(self):
        self._sent()
        with self.assertLogs("odoo.addons.debt_collection.models.mail_thread", "WARNING"):
            self._unreadable(self._mail())
        mail = self._waiting()
        self.assertIn("no such codec", mail.message_ids[0].body)
        mail.case_id = self._case()
        mail.action_assign()
        self.assertIn("could not be read", self._log_in().summary)

    def test_other_mail_that_raises_is_left_to_odoo(self):
        with self.assertRaises(ValueError):
            self._arrive(self._mail(to="nobody@elsewhere.example"))
        self.assertFalse(self._waiting())

    def _unreadable(self, raw):
        thread = self.env.registry["mail.thread"]
        self.patch(thread, "_message_parse_extract_payload", _raise)
        self._arrive(raw)

    def test_a_very_long_mail_is_kept_whole_and_shown_in_part(self):
        action = self._sent()
        raw = self._mail(answers=action.mail_id, body="word " * 60_000)
        self._arrive(raw)
        self.assertEqual(len(self._log_in().text_ids.body), 100_000)


def _raise(*_args, **_kwargs):
    raise LookupError("no such codec")
