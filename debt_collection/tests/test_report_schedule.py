"""The periodic report on its day: once a period, to whom it may concern, in everybody's language."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestReportSchedule(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedules = cls.env["collection.report.schedule"]
        cls.schedules.search([]).automatic = False
        cls.maria = cls._user(
            "maria", "debt_collection.group_collection_manager", name="Maria", email="maria@office.example"
        )
        cls.schedule = cls._on(cls.schedules, day(0)).create(
            {
                "name": "Weekly report",
                "company_id": cls.company.id,
                "automatic": True,
                "recipient_ids": [Command.create({"partner_id": cls.maria.partner_id.id, "lang": "en_US"})],
            }
        )
        cls._invoice(100, day(-10))

    def _cron(self, on):
        self._on(self.schedules, on)._cron_report()

    def _recipient(self, schedule=None, **values):
        return self.env["collection.report.recipient"].create({"schedule_id": (schedule or self.schedule).id, **values})

    # ---- when -----------------------------------------------------------------------------------------------------

    def test_a_weekly_report_is_about_the_seven_days_before_its_day(self):
        self.assertEqual(self.schedule._period_of(day(0)), (day(-7), day(-1)))
        self.assertEqual(self.schedule._period_of(day(3)), (day(-7), day(-1)), "made late, about the same week")
        self.schedule.weekday = "4"  # day(4) is a Friday
        self.assertEqual(self.schedule._period_of(day(4)), (day(-3), day(3)))
        self.assertEqual(self.schedule._due(day(5)), day(11))

    def test_a_monthly_report_is_about_the_month_before(self):
        self.schedule.write({"period": "month", "month_day": 31})
        first, last = self.schedule._period_of(day(0))  # 10 March: that of 28 February, about January
        self.assertEqual((str(first), str(last)), ("2025-01-01", "2025-01-31"))
        self.assertEqual(str(self.schedule._due(day(0))), "2025-03-31")
        self.assertEqual(str(self.schedule._due(day(22))), "2025-04-30", "a month without a 31st ends on its last day")

    def test_an_impossible_day_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.schedule.month_day = 32
            self.schedule.flush_recordset()

    def test_it_is_made_and_sent_once_a_period(self):
        self.assertEqual(self.schedule.next_date, day(0))
        for on in (0, 0, 1, 6):
            self._cron(day(on))
        run = self.schedule.run_ids
        self.assertRecordValues(run, [{"date_from": day(-7), "date_to": day(-1), "sent_to": "maria@office.example"}])
        self.assertEqual(len(run.sudo().mail_ids), 1)
        self.assertEqual(self.schedule.next_date, day(7))
        self._cron(day(7))
        self.assertEqual(len(self.schedule.run_ids), 2)

    def test_days_on_which_the_server_stood_still_are_caught_up_once(self):
        self._cron(day(16))
        self.assertRecordValues(self.schedule.run_ids, [{"date_from": day(7), "date_to": day(13)}])
        self.assertEqual(self.schedule.next_date, day(21))

    def test_what_is_switched_off_is_not_made(self):
        self.schedule.automatic = False
        self._cron(day(7))
        self.assertFalse(self.schedule.run_ids)

    def test_a_report_that_fails_says_why_and_is_tried_again(self):
        with (
            patch.object(type(self.env["collection.report"]), "_gather", side_effect=ValueError("Disk full")),
            self.assertLogs("odoo.addons.debt_collection.models.collection_report_schedule", "ERROR"),
        ):
            self._cron(day(0))
        self.assertEqual((self.schedule.failure, self.schedule.next_date), ("Disk full", day(0)))
        self.assertFalse(self.schedule.run_ids)
        self._cron(day(1))
        self.assertEqual((self.schedule.failure, len(self.schedule.run_ids)), (False, 1))

    # ---- to whom --------------------------------------------------------------------------------------------------

    def test_each_recipient_gets_both_files_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._recipient(email="boss@outside.example", lang="fr_FR")
        self._cron(day(0))
        run = self.schedule.run_ids
        self.assertEqual(
            sorted(run.attachment_ids.mapped("name")),
            [
                "collections_2025-03-03_2025-03-09_en_US.pdf",
                "collections_2025-03-03_2025-03-09_en_US.xlsx",
                "collections_2025-03-03_2025-03-09_fr_FR.pdf",
                "collections_2025-03-03_2025-03-09_fr_FR.xlsx",
            ],
        )
        mails = {mail.email_to: mail for mail in run.sudo().mail_ids}
        self.assertEqual({file.description for file in mails["boss@outside.example"].attachment_ids}, {"fr_FR"})
        self.assertEqual({file.description for file in mails["maria@office.example"].attachment_ids}, {"en_US"})
        self.assertEqual(len(mails["maria@office.example"].attachment_ids), 2)
        self.assertIn("$ 100.00 from 1 accounts", mails["maria@office.example"].body_html.replace("\xa0", " "))

    def test_without_recipients_it_is_made_and_kept(self):
        self.schedule.recipient_ids.unlink()
        self._cron(day(0))
        self.assertRecordValues(self.schedule.run_ids, [{"state": "made", "sent_at": False}])
        self.assertEqual(self.schedule.next_date, day(7))

    def test_a_user_without_the_right_to_see_the_accounts_is_not_chosen(self):
        sam = self._user("sam", "base.group_user", name="Sam", email="sam@office.example")
        for values in ({"partner_id": sam.partner_id.id}, {"email": "SAM@office.example"}):
            with self.assertRaisesRegex(ValidationError, "may not see these accounts"), self.cr.savepoint():
                self._recipient(lang="en_US", **values)
        self.assertEqual(len(self.schedule.recipient_ids), 1)

    def test_a_user_of_another_company_is_not_chosen(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._user("eve", "debt_collection.group_collection_manager", companies=other, email="eve@e.example")
        with self.assertRaisesRegex(ValidationError, "may not see"):
            self._recipient(partner_id=stranger.partner_id.id)

    def test_a_collector_receives_the_report_of_own_accounts_only(self):
        carla = self._user("carla", "debt_collection.group_collection_collector", email="carla@office.example")
        with self.assertRaisesRegex(ValidationError, "may not see"):
            self._recipient(partner_id=carla.partner_id.id)
        own = self.schedule.copy({"user_id": carla.id, "recipient_ids": False})
        self.assertTrue(self._recipient(own, partner_id=carla.partner_id.id))
        with self.assertRaisesRegex(ValidationError, "may not see"):
            own.user_id = False

    def test_who_has_lost_the_right_since_is_left_out(self):
        self.maria.sudo().group_ids = self.env.ref("base.group_user")
        self._cron(day(0))
        self.assertFalse(self.schedule.run_ids.sudo().mail_ids)

    def test_nobody_without_an_address_is_chosen(self):
        with self.assertRaisesRegex(ValidationError, "no e-mail address"):
            self._recipient(partner_id=self._partner("Mute", email=False).id)
        with self.assertRaisesRegex(ValidationError, "no e-mail address"):
            self._recipient(email="not an address")

    # ---- by hand --------------------------------------------------------------------------------------------------

    def test_a_manager_makes_one_now_and_sends_it(self):
        schedule = self._on(self.schedule.with_user(self.maria), day(2))
        run = self.env["collection.report.run"].browse(schedule.action_make()["res_id"]).with_user(self.maria)
        self.assertRecordValues(run, [{"state": "made", "account_count": 1, "amount": 100, "date_to": day(-1)}])
        self.assertEqual(len(run.attachment_ids), 2)
        self.assertEqual(schedule.action_make()["res_id"], run.id, "asked twice it is one report")
        schedule.action_send()
        self.assertEqual(run.state, "waiting")
        self._cron(day(2))
        self.assertEqual(len(run.sudo().mail_ids), 1, "what a person sent is not sent again by itself")

    def test_a_mail_that_does_not_leave_is_shown(self):
        self._cron(day(0))
        run = self.schedule.run_ids
        run.sudo().mail_ids.write({"state": "exception", "failure_reason": "Connection refused\nat port 25"})
        self.assertRecordValues(run, [{"state": "failed", "failure": "Connection refused"}])

    def test_sending_to_nobody_is_refused(self):
        self.schedule.recipient_ids.unlink()
        with self.assertRaisesRegex(UserError, "add recipients"):
            self._on(self.schedule, day(0)).action_send()
        self.assertFalse(self.schedule.run_ids)

    def test_an_auditor_reads_past_reports_and_makes_none(self):
        self._cron(day(0))
        audra = self._user("audra", "debt_collection.group_collection_auditor")
        run = self.schedule.run_ids.with_user(audra)
        self.assertTrue(run.attachment_ids[0].raw)
        for button in (
            self.schedule.with_user(audra).action_make,
            self.schedule.with_user(audra).action_send,
            run.action_send,
        ):
            with self.assertRaises(AccessError):
                button()

    def test_a_collector_reads_no_report(self):
        self._cron(day(0))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.schedule.run_ids.with_user(carla).read(["amount"])
        with self.assertRaises(AccessError):
            self.schedule.run_ids.attachment_ids[0].with_user(carla).read(["raw"])

    def test_a_new_company_has_a_report_ready_that_is_switched_off(self):
        company = self.env["res.company"].create({"name": "New"})
        schedule = self.schedules.sudo().search([("company_id", "=", company.id)])
        self.assertRecordValues(schedule, [{"automatic": False, "next_date": False, "period": "week"}])
        self.schedules._give_default(company)
        self.assertEqual(self.schedules.sudo().search_count([("company_id", "=", company.id)]), 1)

    def test_the_form_works(self):
        with Form(self.schedules.with_user(self.maria)) as form:
            form.name = "Monthly"
            form.period = "month"
            with form.recipient_ids.new() as recipient:
                recipient.partner_id = self.maria.partner_id
                self.assertEqual(recipient.email, "maria@office.example")
        self.assertFalse(form.record.automatic)
