"""What is written about payment plans: a reminder before each instalment, and the agreement to sign."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import day
from .test_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanReminder(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(300, day(-20))
        cls._assess(day(0))

    def _remind(self, on, company=None):
        return self.env["collection.plan"].sudo()._remind(company or self.company, on)

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("model", "=", "collection.plan.line")], order="id")

    def test_each_instalment_is_reminded_of_once_before_it(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(3)))
        self.assertEqual(self._remind(day(4)), plan.line_ids[0])
        self.assertFalse(self._remind(day(5)))
        [mail] = self._mails()
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("$\xa0100.00", mail.subject)
        self.assertIn("03/17/2025", mail.body_html)
        entry = plan.case_id.contact_ids[0]
        self.assertRecordValues(entry, [{"channel": "email", "direction": "out", "address": "deco.addict@example.com"}])
        self.assertIn(plan.name, entry.text)
        self.assertEqual(self._remind(day(11)), plan.line_ids[1])

    def test_what_is_paid_is_not_reminded_of_and_what_is_paid_in_part_with_the_rest(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self._pay(self.invoice, day(1), 140)
        self._assess(day(1), partners=self.debtor)
        self.assertFalse(self._remind(day(4)))
        self.assertEqual(self._remind(day(11)), plan.line_ids[1])
        self.assertIn("$\xa060.00", self._mails().subject)

    def test_nothing_leaves_while_sending_is_stopped_or_the_debtor_is_left_alone(self):
        plan = self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.company.collection_stopped = True
        self.assertFalse(self._remind(day(4)))
        self.company.collection_stopped = False
        debtor = self._on(plan.case_id.debtor_id, day(4))
        debtor.do_not_follow_up = True
        self.assertFalse(self._remind(day(4)))
        self.assertFalse(self._mails())
        debtor.do_not_follow_up_until = day(6)
        self.assertEqual(self._remind(day(6)), plan.line_ids[0])

    def test_a_draft_and_a_setting_of_no_days_remind_of_nothing(self):
        plan = self._make(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(4)))
        self._accept(plan, day(4))
        self.company.collection_plan_reminder_days = 0
        self.assertFalse(self._remind(day(7)))

    def test_a_debtor_without_an_address_is_noted_once(self):
        self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.debtor.email = False
        self.assertFalse(self._remind(day(4)))
        self.assertFalse(self._remind(day(5)))
        entries = self._case().contact_ids.filtered(lambda entry: entry.outcome == "skipped")
        self.assertEqual(len(entries), 1)
        self.assertIn("there is no e-mail address", entries.summary)

    def test_another_company_reminds_of_its_own(self):
        self._active(day(0), number=3, frequency="weekly", date_first=day(7))
        self.assertFalse(self._remind(day(4), self.setup_other_company()["company"]))

    def test_the_agreement_names_items_instalments_and_terms_and_is_sent_on_request(self):
        plan = self._make(day(0), number=3, frequency="weekly")
        values = plan._agreement_values()
        self.assertEqual((values["direction"], values["lang"]), ("ltr", "en_US"))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("debt_collection.report_plan_agreement", plan.ids)[0]
            .decode()
        )
        for words in (
            plan.name,
            self.invoice.name,
            "Deco Addict",
            "$\xa0100.00",
            "03/24/2025",
            "Place, date, signature",
        ):
            self.assertIn(words, html)
        self._on(plan, day(0)).action_send_agreement()
        message = plan.case_id.message_ids[0]
        self.assertEqual(message.attachment_ids.name, plan.name.replace("/", "-") + ".pdf")
        self.assertEqual(message.partner_ids, self.debtor)
        self.assertIn(f"Agreement of payment plan {plan.name} sent", plan.case_id.contact_ids[0].summary)
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "All sending is stopped"):
            self._on(plan, day(0)).action_send_agreement()

    def test_the_agreement_is_in_the_language_and_direction_of_the_debtor(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        plan = self._make(day(0))
        values = plan._agreement_values()
        self.assertEqual((values["direction"], values["start"], values["lang"]), ("rtl", "right", "ar_001"))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("debt_collection.report_plan_agreement", plan.ids)[0]
            .decode()
        )
        self.assertIn('dir="rtl"', html)
