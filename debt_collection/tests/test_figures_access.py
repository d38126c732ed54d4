"""What nobody gets by asking the server for it: another's file, company, day or mail."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import collection_case
from .common import CollectionCommon, day

MANAGER = "debt_collection.group_collection_manager"


@tagged("post_install", "-at_install")
class TestFiguresAccess(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.stranger = cls._user("stranger", MANAGER, companies=cls.other)

    def test_a_batch_of_statements_hands_out_no_file_but_its_own(self):
        secret = self.env["ir.attachment"].create({"name": "salaries.pdf", "raw": b"%PDF secret"})
        batch = self._on(self.env["collection.statement.run"], day(0)).create(
            {"company_id": self.company.id, "pdf_id": secret.id}
        )
        with self.assertRaisesRegex(UserError, "Nothing is printed"):
            batch.action_print()

    def test_a_report_is_not_moved_to_a_company_one_does_not_work_in(self):
        report = self.env["collection.report.schedule"].with_user(self.stranger)
        own = report.with_context(allowed_company_ids=self.other.ids).create(
            {"name": "Mine", "company_id": self.other.id}
        )
        with self.assertRaises(AccessError):
            own.company_id = self.company

    def test_a_recipient_is_not_moved_to_a_report_of_another_company(self):
        theirs = self.env["collection.report.schedule"].create({"name": "Theirs", "company_id": self.company.id})
        outside = self.env["res.partner"].create({"name": "Out", "email": "out@example.com"})
        own = (
            self.env["collection.report.schedule"]
            .with_user(self.stranger)
            .with_context(allowed_company_ids=self.other.ids)
            .create(
                {
                    "name": "Mine",
                    "company_id": self.other.id,
                    "recipient_ids": [Command.create({"partner_id": outside.id})],
                }
            )
        )
        with self.assertRaises(AccessError):
            own.recipient_ids.schedule_id = theirs.id

    def test_who_only_reads_sends_no_statement(self):
        self._invoice(100, day(-20))
        auditor = self._user("audrey", "debt_collection.group_collection_auditor")
        question = self._on(self.env["collection.statement.make"].with_user(auditor), day(0)).create(
            {"partner_ids": [Command.set(self.debtor.ids)], "company_id": self.company.id}
        )
        with self.assertRaisesRegex(AccessError, "sent by collectors"):
            question.action_send()

    def test_a_comparison_with_the_ledger_is_read_by_who_asked_for_it(self):
        wizard = self.env["collection.snapshot.compare"].create({"company_id": self.company.id, "date": day(0)})
        found = self.env["collection.snapshot.compare"].with_user(self.stranger).search([])
        self.assertNotIn(wizard, found)

    def test_the_figures_of_another_companys_digest_are_left_out(self):
        digest = self.env["digest.digest"].create({"name": "Weekly", "company_id": self.company.id})
        with self.assertRaises(AccessError):
            digest.with_user(self.stranger)._check_digest_company(self.company)

    def test_the_day_a_client_names_decides_nothing(self):
        case = self.env["collection.case"].with_context(collection_today="2020-01-01")
        self.assertEqual(case._today(), fields.Date.to_date("2020-01-01"))
        with patch.object(collection_case, "request", object()):
            self.assertEqual(case._today(), fields.Date.context_today(case))
