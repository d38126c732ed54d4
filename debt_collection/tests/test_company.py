"""What a company sets, and what a copy of its database must not do."""

from odoo.tests import tagged
from odoo.tools import file_open

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCompany(CollectionCommon):
    def test_a_copy_of_the_database_is_silent(self):
        azure, ready = self._partner("Azure"), self._partner("Ready Mat")
        for customer in (self.debtor, azure, ready):
            self._invoice(100, day(-10), customer)
        run = self._run(day(0))
        queued, approved, _proposed = run.action_ids
        queued.action_approve()
        self._dispatch(day(0))
        approved.action_approve()
        mail = queued.mail_id
        self.env.flush_all()
        with file_open("debt_collection/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(run.action_ids.mapped("state"), ["cancelled"] * 3)
        self.assertEqual(mail.state, "cancel")
        self.assertTrue(self.company.collection_stopped)
        self.assertEqual(self._dispatch(day(0)), 0)
        self.company.collection_stopped = False
        self.assertEqual(len(self._run(day(0)).action_ids), 3, "the items are free for tests on the copy")

    def test_what_is_left_out_of_follow_up_is_shown_at_set_up_and_taken_in_by_a_click(self):
        invoice = self._invoice(100, day(-10))
        invoice.no_followup = True
        settings = self.env["res.config.settings"].create({})
        self.assertEqual((settings.collection_excluded_count, settings.collection_excluded_amount), (1, 100))
        self._receivable(invoice).action_include_in_followup()
        self._on(self.env["collection.case"], day(0)).sudo()._cron_assess_changed()
        self.assertEqual(self._case().amount_claim, 100)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual((settings.collection_excluded_count, settings.collection_excluded_amount), (0, 0))

    def test_a_branch_follows_what_its_root_decides(self):
        branch = self._branch()
        self.company.collection_stopped = True
        self.assertTrue(branch._collection_settings().collection_stopped)
        settings = self.env["res.config.settings"].with_company(branch).create({})
        self.assertEqual(settings.collection_company_id, self.company)

    def test_a_branchs_invoice_is_in_the_one_case_of_its_root(self):
        branch = self._branch()
        self._invoice(100, day(-10))
        theirs = self._invoice(50, day(-10), company_id=branch)
        self._assess(day(0))
        case = self._case()
        self.assertEqual((case.company_id, case.amount_claim), (self.company, 150))
        self.assertEqual(self._item(theirs).company_id, branch)
        run = self._run(day(0), assess=False)
        self.assertEqual(run.action_ids.amount, 150)
        self.assertFalse(self._case(company=branch))

    def test_a_new_company_gets_the_standard_strategy_and_only_proposes(self):
        company = self.env["res.company"].create({"name": "Newcomer"})
        standard = self.env.ref("debt_collection.strategy_standard")
        self.assertEqual(company.collection_strategy_id, standard)
        self.assertEqual(company.collection_daily_cap, 500)
