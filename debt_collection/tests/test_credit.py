"""Selling to who does not pay: a warning, and where the company wants it a manager's reason."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCredit(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._partner("Small Debtor")
        cls.unpaid = cls._invoice(1000, day(-12))
        cls._invoice(40, day(-12), cls.small)
        cls._assess(day(0))
        cls.company.collection_credit_amount = 500

    def _flagged(self, *partners, company=None):
        partners = self.env["res.partner"].union(*partners)
        return [partner.collection_flagged for partner in partners.with_company(company or self.company)]

    def _draft(self, partner=None, **values):
        return self._create_invoice_one_line(
            price_unit=10,
            name="More goods",
            tax_ids=self.env["account.tax"],
            partner_id=partner or self.debtor,
            **values,
        )

    def test_who_owes_at_least_the_amount_is_flagged_with_all_its_contacts(self):
        buyer = self._partner("Buyer", parent_id=self.debtor.id, is_company=False)
        self.assertEqual(self._flagged(self.debtor, buyer, self.small), [True, True, False])
        self.assertEqual(
            self.debtor.collection_credit_warning, "Deco Addict is in collections: $\xa01,000.00 is to be collected."
        )
        self._pay(self.unpaid, day(0), 500.01)
        self._assess(day(0))
        self.env.invalidate_all()
        self.assertEqual(self._flagged(self.debtor), [False])

    def test_who_has_reached_the_level_or_a_later_one_is_flagged(self):
        self.company.write({"collection_credit_amount": 0, "collection_credit_level_id": self.reminder.id})
        self.assertEqual(self._flagged(self.debtor, self.small), [False, False])
        self._follow_up(day(0))  # friendly
        self._assess(day(1))
        self.env.invalidate_all()
        self.assertEqual(self._flagged(self.debtor, self.small), [False, False])
        self._follow_up(day(7))  # reminder
        self._assess(day(8))
        self.env.invalidate_all()
        self.assertEqual(self._flagged(self.debtor, self.small), [True, True])
        self.assertIn("the level reached is “Reminder”", self.debtor.collection_credit_warning)

    def test_without_the_settings_nobody_is_flagged_and_no_amount_is_negative(self):
        self.company.collection_credit_amount = 0
        self.assertEqual(self._flagged(self.debtor), [False])
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self.company.collection_credit_amount = -1

    def test_another_company_is_not_warned_and_a_branch_is(self):
        other = self.setup_other_company()["company"]
        other.collection_credit_amount = 1
        self.assertEqual(self._flagged(self.debtor, company=other), [False])
        self.assertEqual(self._flagged(self.debtor, company=self._branch()), [True])

    def test_a_list_of_customers_is_flagged_in_as_many_queries_as_one(self):
        many = self.env["res.partner"].union(
            *(self._partner(f"Customer {number}") for number in range(20)), self.debtor
        )
        self.env.flush_all()

        def queries(partners):
            self.env.invalidate_all()
            partners.mapped("name")
            before = self.env.cr.sql_log_count
            partners.mapped("collection_flagged")
            return self.env.cr.sql_log_count - before

        queries(many)  # what is read once is read by both
        self.assertEqual(queries(many), queries(many[-3:]))

    def test_a_draft_invoice_warns_beside_odoos_own_warning_and_a_posted_one_does_not(self):
        draft = self._draft()
        self.assertEqual(
            draft.partner_credit_warning, "Deco Addict is in collections: $\xa01,000.00 is to be collected."
        )
        self.assertFalse(self._draft(self.small).partner_credit_warning)
        self.assertFalse(self._draft(move_type="out_refund").partner_credit_warning)
        self.company.account_use_credit_limit = True
        self.debtor.credit_limit = 100
        draft.invalidate_recordset()
        first, *_rest, last = draft.partner_credit_warning.splitlines()
        self.assertIn("has reached its credit limit", first)
        self.assertIn("is in collections", last)
        draft.action_post()
        self.assertFalse(draft.partner_credit_warning)

    def test_a_salesperson_without_access_to_collections_sees_the_warning(self):
        sam = self._user("sam", "account.group_account_invoice")
        self.assertTrue(self.debtor.with_user(sam).with_company(self.company).collection_flagged)

    def test_whatever_runs_by_itself_confirms_as_always(self):
        self.company.collection_credit_block = True
        draft = self._draft()
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        automatic = self._draft(invoice_date=day(-1))
        automatic.auto_post = "at_date"
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").with_user(SUPERUSER_ID).method_direct_trigger()
        self.assertEqual(automatic.state, "posted")

    def test_confirming_costs_no_query_more_than_without_us(self):
        def queries(move, post):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            post(move)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def without_us(moves):
            moves._post(soft=False)
            moves._show_autopost_bills_wizard()

        self._draft().action_post()  # what is read once is read by both
        drafts = [self._draft(), self._draft(), self._draft()]
        queries(drafts[0], without_us)
        self.assertEqual(queries(drafts[1], lambda move: move.action_post()), queries(drafts[2], without_us))


@tagged("post_install", "-at_install")
class TestCreditButton(HttpCase, CollectionCommon):
    """The button, pressed in the web client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(1000, day(-12))
        cls._assess(day(0))
        cls.company.write({"collection_credit_amount": 500, "collection_credit_block": True})
        cls.draft = cls._create_invoice_one_line(
            price_unit=10, name="More goods", tax_ids=cls.env["account.tax"], partner_id=cls.debtor
        )
        rights = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.clerk = new_test_user(cls.env, "clerk", "account.group_account_invoice", **rights)
        cls.boss = new_test_user(
            cls.env, "boss", "account.group_account_invoice,debt_collection.group_collection_manager", **rights
        )

    def _call(self, route, model, method, ids, *args):
        params = {"model": model, "method": method, "args": [ids, *args], "kwargs": {}}
        return self.make_jsonrpc_request(f"{route}/{model}/{method}", params)

    def _press(self, model, method, ids):
        return self._call("/web/dataset/call_button", model, method, ids)

    @contextmanager
    def _told(self, words):
        """Check that the client shows a message, which the server's log has too."""
        with self.assertRaises(JsonRpcException), self.assertLogs("odoo.http", "WARNING") as log:
            yield
        self.assertIn(words, log.output[0])

    def test_who_is_no_manager_is_told_whom_to_ask(self):
        self.authenticate("clerk", "clerk")
        with self._told("A collections manager can confirm"):
            self._press("account.move", "action_post", self.draft.ids)
        self.assertEqual(self.draft.state, "draft")

    def test_a_manager_goes_on_with_a_reason_that_is_kept(self):
        self.authenticate("boss", "boss")
        question = self._press("account.move", "action_post", self.draft.ids)
        self.assertEqual((question["res_model"], self.draft.state), ("collection.credit.override", "draft"))
        wizard = self.env["collection.credit.override"].browse(question["res_id"])
        self.assertIn("Deco Addict is in collections", wizard.with_user(self.boss).warning)
        with self._told("Say why"):
            self._press(wizard._name, "action_confirm", wizard.ids)
        wizard.reason = "Paid in advance"
        self._press(wizard._name, "action_confirm", wizard.ids)
        self.assertEqual(self.draft.state, "posted")
        entry = self._case().contact_ids
        self.assertEqual(entry.summary, f"{self.draft.name} confirmed all the same: Paid in advance")
        self.assertEqual(entry.user_id, self.boss)

    def test_other_programs_and_other_customers_and_the_setting_off_confirm_at_once(self):
        self.authenticate("clerk", "clerk")
        other = self._create_invoice_one_line(
            price_unit=10, name="Goods", tax_ids=self.env["account.tax"], partner_id=self._partner("Good Customer")
        )
        self._press("account.move", "action_post", other.ids)
        self.assertEqual(other.state, "posted")
        self._call("/web/dataset/call_kw", "account.move", "action_post", self.draft.ids)
        self.assertEqual(self.draft.state, "posted")
        self.company.collection_credit_block = False
        again = self.draft.copy()
        self._press("account.move", "action_post", again.ids)
        self.assertEqual(again.state, "posted")

    def test_from_a_list_they_are_left_to_a_manager(self):
        self.authenticate("boss", "boss")
        action = self.env.ref("account.action_validate_account_moves")
        params = {
            "action_id": action.id,
            "context": {"active_model": "account.move", "active_ids": self.draft.ids, "active_id": self.draft.id},
        }
        with self._told("one at a time"):
            self.make_jsonrpc_request("/web/action/run", params)
        self.assertEqual(self.draft.state, "draft")
        self.company.collection_credit_block = False
        self.make_jsonrpc_request("/web/action/run", params)
        self.assertEqual(self.draft.state, "posted")

    def test_a_clerk_does_not_answer_for_a_manager(self):
        wizard = self.env["collection.credit.override"].create({"move_ids": self.draft.ids, "reason": "Me"})
        with self.assertRaises(UserError):
            wizard.with_user(self.clerk).action_confirm()
        self.assertEqual(self.draft.state, "draft")
