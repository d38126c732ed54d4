"""The statements of a month in a batch: who gets one, which way, once; what stops it; what a crash leaves."""

from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day

TODAY = day(0)  # in March 2025; the month is February


@tagged("post_install", "-at_install")
class TestStatementRun(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.azure, cls.gemini = cls._partner("Azure"), cls._partner("Gemini")

    def _batch(self, **values):
        runs = self._on(self.env["collection.statement.run"], TODAY)
        return runs.create({"company_id": self.company.id, **values})

    def _cron(self, on=TODAY):
        self._on(self.env["collection.statement.run"], on).sudo()._cron_statements()

    def _all(self):
        for partner in (self.debtor, self.azure, self.gemini):
            self._invoice(100, day(-20), partner)

    def _states(self, run):
        return {line.name: (line.channel, line.state) for line in run.line_ids}

    def test_a_dry_run_says_who_would_get_one_and_how_and_sends_nothing(self):
        self._all()
        self.azure.email = False
        self.gemini.write({"email": False, "street": False})
        run = self._batch()
        run.action_prepare()
        self.assertEqual((run.email_count, run.letter_count, run.neither_count), (1, 1, 1))
        self.assertEqual(run.state, "draft")
        self._cron()
        self.assertFalse(run.line_ids.mail_id)
        self.assertIn("Neither", run.line_ids.filtered(lambda line: not line.channel).reason)

    def test_those_without_a_movement_or_a_balance_get_none(self):
        self._invoice(100, day(0), self.azure, invoice_date=day(0))  # in March
        paid = self._invoice(100, day(-60), self.gemini, invoice_date=day(-70))
        self._pay(paid, day(-50))  # settled before February
        self._invoice(100, day(-20))
        run = self._batch()
        run.action_prepare()
        self.assertEqual(run.line_ids.mapped("name"), ["Deco Addict"])

    def test_e_mails_go_to_the_queue_and_letters_into_one_file(self):
        self._all()
        self.azure.email = False
        run = self._batch()
        run.action_start()
        self._cron()
        self.assertEqual(
            self._states(run),
            {"Deco Addict": ("email", "queued"), "Azure": ("letter", "printed"), "Gemini": ("email", "queued")},
        )
        self.assertEqual(run.state, "done")
        self.assertTrue(run.pdf_id.raw.startswith(b"%PDF"))
        self.assertIn("download", run.action_print()["url"])
        run.line_ids.mail_id.filtered(lambda mail: mail.recipient_ids == self.debtor).state = "sent"
        self._cron()
        self.assertEqual(self._states(run)["Deco Addict"], ("email", "sent"))
        self.assertEqual(self._states(run)["Gemini"], ("email", "queued"))

    def test_nobody_gets_the_same_one_twice_unless_asked_anew(self):
        self._all()
        self._batch().action_start()
        self._cron()
        self._invoice(1, day(-20), self._partner("Late"))
        second = self._batch()
        second.action_start()
        self.assertEqual(second.line_ids.filtered(lambda line: line.state == "waiting").mapped("name"), ["Late"])
        self._cron()
        with self.assertRaisesRegex(UserError, "nobody"):
            self._batch().action_start()
        anew = self._batch(anew=True, scope="chosen", partner_ids=self.azure.ids)
        anew.action_start()
        self._cron()
        self.assertEqual(self._states(anew), {"Azure": ("email", "queued")})

    def test_who_does_not_want_e_mail_gets_a_letter_and_who_is_left_alone_nothing(self):
        self._all()
        debtors = self.env["collection.debtor"]
        azure = debtors._get(self.company, self.azure)
        self.env["collection.channel.preference"].sudo()._note(
            azure, "forbidden", "Asked for no e-mail", channel="email"
        )
        debtors._get(self.company, self.gemini).write(
            {"do_not_follow_up": True, "do_not_follow_up_reason": "Owner's friend"}
        )
        debtors._get(self.company, self.debtor).sudo().write({"legal_status": "insolvent"})
        run = self._batch()
        run.action_prepare()
        self.assertEqual(
            self._states(run),
            {"Deco Addict": (False, "skipped"), "Azure": ("letter", "draft"), "Gemini": (False, "skipped")},
        )
        self.assertIn("Owner's friend", run.line_ids.filtered(lambda line: line.name == "Gemini").reason)

    def test_who_represents_a_debtor_is_written_to(self):
        self._invoice(100, day(-20))
        lawyer = self._partner("Lawyer")
        self.env["collection.debtor"]._get(self.company, self.debtor).sudo().write(
            {"legal_status": "lawyer", "representative_id": lawyer.id}
        )
        run = self._batch()
        run.action_start()
        self._cron()
        self.assertEqual(run.line_ids.mail_id.recipient_ids, lawyer)

    def test_while_all_sending_is_stopped_nothing_leaves_and_it_goes_on_after(self):
        self._all()
        run = self._batch()
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "stopped"):
            run.action_start()
        self.company.collection_stopped = False
        run.action_start()
        self.company.collection_stopped = True
        self._cron()
        self.assertEqual(set(run.line_ids.mapped("state")), {"waiting"})
        self.company.collection_stopped = False
        self._cron()
        self.assertEqual(set(run.line_ids.mapped("state")), {"queued"})
        self.company.collection_stopped = True
        run.line_ids.mail_id.send()
        self.assertEqual(set(run.line_ids.mail_id.mapped("state")), {"outgoing"})

    def test_a_crash_between_slices_leaves_the_rest_waiting_and_it_goes_on(self):
        self._all()
        run = self._batch()
        run.action_start()
        sends = []

        def killed(lines):
            if sends:
                raise MemoryError
            sends.append(lines)
            return whole(lines)

        model = type(self.env["collection.statement.line"])
        whole = model._send
        path = "odoo.addons.debt_collection.models.collection_statement_run_send.SHEETS"
        # not assertRaises, which would take back what the first slice has done
        with patch(path, 2), patch.object(model, "_send", killed), suppress(MemoryError):
            self._cron()
        self.assertEqual(sorted(run.line_ids.mapped("state")), ["queued", "queued", "waiting"])
        self.assertEqual(run.state, "running")
        mails = run.line_ids.mail_id
        self._cron()
        self.assertEqual(set(run.line_ids.mapped("state")), {"queued"})
        self.assertEqual(len(run.line_ids.mail_id - mails), 1, "the first ones were not sent again")
        self.assertEqual(run.state, "done")

    def test_one_that_breaks_fails_alone_and_can_be_tried_again(self):
        self._all()
        run = self._batch()
        run.action_start()
        service = type(self.env["collection.statement"])
        whole = service._print

        def broken(self_, partners, *args, **options):
            if "Azure" in partners.mapped("name"):
                raise ValueError("no ink")
            return whole(self_, partners, *args, **options)

        with patch.object(service, "_print", broken):
            self._cron()
        self.assertEqual(run.failed_count, 1)
        failed = run.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual((failed.name, run.state), ("Azure", "done"))
        self.assertIn("no ink", failed.reason)
        run.action_retry()
        self._cron()
        self.assertEqual(self._states(run)["Azure"], ("email", "queued"))

    def test_statements_go_by_themselves_once_in_a_month_where_a_company_wants_them(self):
        self._all()
        runs = self.env["collection.statement.run"]
        self._cron(day(22))  # 1 April
        self.assertFalse(runs.search([("automatic", "=", True)]))
        self.company.collection_statement_monthly = True
        self._cron(day(15))  # in the middle of March
        self.assertFalse(runs.search([("automatic", "=", True)]))
        self._cron(day(22))
        self._cron(day(23))
        run = runs.search([("automatic", "=", True), ("company_id", "=", self.company.id)])
        self.assertEqual((len(run), run.date_from.month, run.state), (1, 3, "done"))
        self.assertEqual(len(run.line_ids.mail_id), 3)

    def test_a_month_that_is_not_over_has_no_statements(self):
        with self.assertRaisesRegex(ValidationError, "over"):
            self._batch(month=day(0))

    def test_a_tag_chooses_debtors_and_a_choice_is_asked_for(self):
        self._all()
        tag = self.env["res.partner.category"].create({"name": "Monthly"})
        self.azure.category_id = tag
        run = self._batch(scope="tag", category_ids=tag.ids)
        run.action_prepare()
        self.assertEqual(run.line_ids.partner_id, self.azure)
        with self.assertRaisesRegex(UserError, "Choose who"):
            self._batch(scope="tag").action_prepare()

    def test_collectors_and_auditors_start_no_batch(self):
        run = self._batch()
        for login, group in (("carla", "collector"), ("otto", "auditor")):
            user = self._user(login, f"debt_collection.group_collection_{group}")
            with self.assertRaises(AccessError):
                run.with_user(user).action_start()
        self.assertEqual(run.state, "draft")
