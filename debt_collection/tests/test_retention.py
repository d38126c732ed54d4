"""Retention: nothing is erased by surprise, what is due is erased for good, and the log still verifies."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, CollectionCommon, day

# days: more than a year after the stories, and after what is logged of them while the tests run
LATER = (fields.Date.today() - DAY).days + 400


@tagged("post_install", "-at_install")
class TestRetention(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["collection.retention"].search([]).active = False
        cls.invoice = cls._invoice(100, day(-10))
        cls._assess(day(0))
        cls.case = cls._case()
        cls.file = cls.env["ir.attachment"].create(
            {"name": "Reminder.txt", "raw": b"Please pay", "mimetype": "text/plain"}
        )
        cls._log(cls.case, "email", "Please pay", documents=cls.file)
        cls._log(cls.case, "call", "Is ill at the moment")
        cls.words = cls._rule("words")
        cls.notes = cls._rule("notes")
        cls.documents = cls._rule("documents")

    @classmethod
    def _log(cls, case, channel, text, on=0, **values):
        outcome = "sent" if channel == "email" else "reached"
        return case._log_contact(
            channel=channel, direction="out", outcome=outcome, summary="Contacted", text=text, date=day(on), **values
        )

    @classmethod
    def _rule(cls, purpose, months=12, **values):
        return cls.env["collection.retention"].create(
            {"name": f"Rule on {purpose}", "purpose": purpose, "months": months, "active": False, **values}
        )

    def _close(self, on=20, invoice=None):
        self._pay(invoice or self.invoice, day(on))
        self._assess(day(on))
        self.case.invalidate_recordset()
        self.assertEqual(self.case.state, "closed")
        # the entries of the stories are dated as the stories say, those of the flow as the clock says
        self.env.flush_all()

    def _erase(self, on=LATER):
        with self.enter_registry_test_mode():
            self._on(self.env["collection.retention"].sudo(), day(on))._cron_erase()
        self.env.invalidate_all()

    def _texts(self, case=None):
        return [entry.text_ids.body or False for entry in (case or self.case).contact_ids.sorted("seq")]

    def _hold(self, scope="case", reason="Claim filed"):
        wizard = self.env["collection.legal.hold.set"].create(
            {"case_id": self.case.id, "scope": scope, "reason": reason}
        )
        self._on(wizard, day(30)).action_confirm()

    # ---- nothing by surprise --------------------------------------------------------------------------------------

    def test_no_rule_is_on_after_installation(self):
        presets = self.env["collection.retention"].with_context(active_test=False).search([])
        presets = presets.filtered(lambda rule: rule.get_external_id()[rule.id])
        self.assertFalse(any(presets.mapped("active")))
        months = {(rule.name.split(":")[0], rule.months) for rule in presets}
        self.assertEqual(months, {("US, Regulation F", 36), ("Saudi Arabia, SAMA", 120)})

    def test_a_rule_that_is_off_erases_nothing(self):
        self._close()
        self._erase()
        self.assertEqual(self._texts()[:2], ["Please pay", "Is ill at the moment"])
        self.assertFalse(self.env["collection.retention.run"].search([]))

    def test_a_dry_run_says_what_would_go_and_changes_nothing(self):
        self._close()
        before = len(self.case.contact_ids)
        rules = self._on(self.words | self.documents, day(LATER))
        preview = self.env["collection.retention.preview"].browse(rules.action_dry_run()["res_id"])
        lines = preview.line_ids.filtered(lambda line: line.company_id == self.company)
        self.assertEqual(
            {
                (line.retention_id, line.case_count, line.text_count, line.document_count, line.held_count)
                for line in lines
            },
            {(self.words, 1, 1, 0, 0), (self.documents, 1, 0, 1, 0)},
        )
        self.assertEqual(self._on(lines[0], day(LATER)).action_cases()["domain"], [("id", "in", self.case.ids)])
        self.assertEqual(self._texts()[:2], ["Please pay", "Is ill at the moment"])
        self.assertEqual(len(self.case.contact_ids), before)
        self.assertFalse(self.env["collection.retention.run"].search([]))

    def test_an_open_case_keeps_its_words_however_old(self):
        self.words.active = True
        self._erase(LATER + 5 * 365)
        self.assertEqual(self._texts()[:2], ["Please pay", "Is ill at the moment"])

    # ---- what is due ----------------------------------------------------------------------------------------------

    def test_words_that_are_due_are_erased_and_the_log_still_verifies(self):
        self._close()
        self.words.active = True
        self._erase()
        self.assertEqual(self._texts()[:2], [False, "Is ill at the moment"])
        self.assertFalse(
            self.case.contact_ids.text_ids.sudo().filtered("body").contact_id.filtered(lambda e: e.channel == "email")
        )
        self.assertTrue(self.case.contact_ids.document_ids.attachment_id)
        self.assertFalse(self.case.contact_ids._verify_chain())
        last = self.case.contact_ids.sorted("seq")[-1]
        self.assertIn("Rule on words", last.summary)
        self.assertIn("1 entries", last.summary)
        run = self.env["collection.retention.run"].search([])
        self.assertRecordValues(
            run,
            [
                {
                    "date": day(LATER),
                    "case_count": 1,
                    "text_count": 1,
                    "document_count": 0,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(run.erasure_ids.contact_id, last)
        with self.assertRaises(UserError):
            run.sudo().unlink()

    def test_what_was_erased_is_erased_once_and_the_erasure_is_no_activity(self):
        self._close()
        self.words.active = True
        self._erase()
        number = len(self.case.contact_ids)
        self._erase(LATER + 1)
        self.assertEqual(len(self.case.contact_ids), number)
        self.notes.active = True
        self._erase(LATER + 1)
        self.assertEqual(self._texts()[:2], [False, False])

    def test_documents_are_erased_with_their_content(self):
        self._close()
        self.documents.active = True
        kept = self.case.contact_ids.document_ids.attachment_id
        self._erase()
        self.assertFalse(kept.exists())
        self.assertFalse(self.case.contact_ids.document_ids.sudo().filtered("checksum"))
        self.assertEqual(self._texts()[:2], ["Please pay", "Is ill at the moment"])
        self.assertFalse(self.case.contact_ids._verify_chain())

    def test_all_that_is_personal_on_a_closed_case_goes(self):
        self.case.message_post(body="A word among colleagues")
        self.env["ir.attachment"].create(
            {"name": "Passport.txt", "raw": b"x", "res_model": "collection.case", "res_id": self.case.id}
        )
        dispute = self.env["collection.dispute"]._raise(
            self.case, {self.case.item_ids: 1}, self.env["collection.dispute.reason"].search([], limit=1)
        )
        photo = self.env["ir.attachment"].create(
            {"name": "Photo.txt", "raw": b"y", "res_model": "collection.dispute", "res_id": dispute.id}
        )
        dispute.sudo()._withdraw("Mistaken")
        self._close()
        self._rule("closed", active=True)
        self._erase()
        self.assertFalse(any(self._texts()))
        self.assertFalse(self.case.message_ids)
        self.assertFalse(photo.exists())
        self.assertFalse(
            self.env["ir.attachment"].search([("res_model", "=", "collection.case"), ("res_id", "=", self.case.id)])
        )
        self.assertFalse(self.case.contact_ids._verify_chain())

    def test_the_months_count_from_the_last_activity(self):
        self._close()
        self.words.active = True
        # closed on day 20, March 30: due on March 30 of the next year, 365 days later
        self._erase(20 + 364)
        self.assertTrue(self._texts()[0])
        self._log(self.case, "call", "Called back", on=200)
        self._erase(20 + 365)
        self.assertTrue(self._texts()[0])
        self._erase(200 + 366)
        self.assertFalse(self._texts()[0])

    # ---- legal hold -----------------------------------------------------------------------------------------------

    def test_a_legal_hold_wins_until_it_is_lifted(self):
        self._close()
        (self.words | self.documents | self.notes).active = True
        self._hold()
        self.assertTrue(self.case.legal_hold_id)
        self._erase()
        self.assertEqual(self._texts()[:2], ["Please pay", "Is ill at the moment"])
        preview = self._on(self.words, day(LATER)).action_dry_run()
        line = self.env["collection.retention.preview"].browse(preview["res_id"]).line_ids
        line = line.filtered(lambda line: line.company_id == self.company)
        self.assertEqual((line.case_count, line.held_count), (0, 1))
        self._on(self.case, day(LATER)).action_legal_hold_lift()
        self.assertFalse(self.case.legal_hold_id)
        hold = self.env["collection.legal.hold"].search([("case_id", "=", self.case.id)])
        self.assertRecordValues(hold, [{"date_set": day(30), "date_lifted": day(LATER), "user_id": self.env.uid}])
        summaries = self.case.contact_ids.mapped("summary")
        self.assertTrue(any("Legal hold set" in words for words in summaries))
        self.assertTrue(any("Legal hold lifted" in words for words in summaries))

    def test_a_hold_on_the_debtor_keeps_every_case(self):
        self._close()
        self.words.active = True
        self._hold("debtor")
        self._erase()
        self.assertEqual(self._texts()[0], "Please pay")

    def test_a_hold_goes_with_the_debtor_when_contacts_are_merged(self):
        azure = self._partner("Azure")
        self._invoice(50, day(-10), azure)
        self._assess(day(1))
        self._hold("debtor")
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
            wizard._merge((azure | self.debtor).ids, azure)
        hold = self.env["collection.legal.hold"].search([("reason", "=", "Claim filed")])
        self.assertEqual(hold.debtor_id.partner_id, azure)
        self.assertTrue(self._case(azure).legal_hold_id)

    def test_a_hold_needs_a_reason_and_a_manager_lifts_it(self):
        with self.assertRaises(ValidationError):
            self._hold(reason="  ")
        self._hold()
        collector = self._user("collector", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.case.with_user(collector).action_legal_hold_lift()
        with self.assertRaises(UserError):
            self.case.legal_hold_id.sudo().unlink()

    # ---- rules ----------------------------------------------------------------------------------------------------

    def test_a_company_s_own_rule_comes_before_the_general_one(self):
        self._close()
        self.words.active = True
        self._rule("words", months=600, company_id=self.company.id, active=True)
        self._erase()
        self.assertTrue(self._texts()[0])
        self._erase(LATER + 51 * 366)
        self.assertFalse(self._texts()[0])

    def test_another_company_s_rule_touches_nothing_here(self):
        self._close()
        self._rule("words", company_id=self.setup_other_company()["company"].id, active=True)
        self._erase()
        self.assertTrue(self._texts()[0])

    def test_a_manager_sees_dry_runs_of_own_companies_only(self):
        self._close()
        other = self.setup_other_company()["company"]
        user = self._user("elsewhere", "debt_collection.group_collection_manager", companies=other)
        rule = self._on(self.words.with_user(user), day(LATER)).with_context(allowed_company_ids=other.ids)
        preview = self.env["collection.retention.preview"].with_user(user).browse(rule.action_dry_run()["res_id"])
        self.assertFalse(preview.line_ids.filtered("case_count"))
        self.assertEqual(preview.line_ids.company_id, other)

    def test_one_run_takes_every_case_that_is_due(self):
        self._close()
        azure = self._partner("Azure")
        invoice = self._invoice(50, day(-10), azure)
        self._assess(day(1))
        other = self._case(azure)
        self._log(other, "email", "Pay, Azure")
        self._pay(invoice, day(20))
        self._assess(day(20))
        self.words.active = True
        self._erase()
        self.assertEqual((self._texts()[0], self._texts(other)[0]), (False, False))
        self.assertEqual(self.env["collection.retention.run"].search([]).case_count, 2)
