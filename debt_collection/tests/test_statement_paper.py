"""Statements of account on paper, in a spreadsheet and by e-mail; who may have them."""

import base64
import io
import unicodedata
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from openpyxl import load_workbook
from pypdf import PdfReader

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestStatementPaper(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.debtor.name = "<b>Deco</b> & =1+1"

    def _make(self, user=None, **values):
        """Return the question for a statement, answered: everything until the day the stories begin."""
        values = {"period": "custom", "date_from": False, "date_to": day(0), **values}
        wizard = self.env["collection.statement.make"].with_user(user or self.env.user)
        wizard = wizard.with_context(force_report_rendering=True, collection_today=day(0).isoformat())
        return wizard.create({"partner_ids": self.debtor.ids, "company_id": self.company.id, **values})

    def _downloaded(self, action):
        return base64.b64decode(
            self.env["collection.download"]
            .sudo()
            .search([], order="id desc", limit=1)
            .with_context(bin_size=False)
            .content
        )

    def _text(self, action):
        pages = PdfReader(io.BytesIO(self._downloaded(action))).pages
        return unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in pages))

    def test_a_pdf_says_what_the_ledger_says_and_shows_hostile_names_as_they_are(self):
        invoice = self._invoice(1234.5, day(-10), ref="<script>alert(1)</script>")
        self._pay(invoice, day(-2), 234.5)
        text = self._text(self._make().action_pdf())
        for words in (
            "Statement of account",
            "<b>Deco</b> & =1+1",
            "<script>alert",
            invoice.name,
            "1,234.50",
            "1,000.00",
        ):
            self.assertIn(words, text.replace("\n", ""))

    def test_an_arabic_debtor_reads_arabic(self):
        self.debtor.write({"lang": "ar_001", "name": "شركة النور"})
        invoice = self._invoice(100, day(-10))
        text = "".join(self._text(self._make().action_pdf()).split())
        # the letters of a PDF come in the order in which they stand on the page
        self.assertIn("النور"[::-1], text)
        self.assertIn(invoice.name, text)
        self.assertIn("100.00", text)

    def test_only_what_is_open_leaves_the_movements_out(self):
        paid, left = self._invoice(50, day(-10)), self._invoice(70, day(-10))
        self._pay(paid, day(-5))
        text = self._text(self._make(show="open").action_pdf())
        self.assertIn(left.name, text)
        self.assertNotIn(paid.name, text)

    def test_a_spreadsheet_reads_back_to_the_cent_and_a_name_is_no_formula(self):
        invoice = self._invoice(100.1, day(-10), ref="=cmd|' /C calc'!A0")
        self._pay(invoice, day(-2), 30.05)
        book = load_workbook(io.BytesIO(self._downloaded(self._make(lang="ar_001").action_xlsx())))
        movements, items = book.worksheets
        self.assertTrue(movements.sheet_view.rightToLeft)
        rows = list(movements.iter_rows(min_row=2, values_only=True))
        self.assertEqual([row[7] for row in rows], [100.1, 70.05, 70.05])
        self.assertEqual(rows[-1][5:7], (100.1, 30.05))
        self.assertEqual(rows[0][3], "=cmd|' /C calc'!A0")
        self.assertEqual(movements["D2"].data_type, "s")
        self.assertEqual(items["E2"].value, 70.05)

    def test_interest_is_shown_for_information_and_not_part_of_the_balance(self):
        scheme = self.env["collection.interest.scheme"].create({"name": "Ten per cent", "points": 10, "basis": "365"})
        self.company.collection_interest = True
        invoice = self._invoice(365, day(-10))
        self._assess(day(0))
        self._case().debtor_id.interest_scheme_id = scheme
        text = self._text(self._make(with_interest=True).action_pdf())
        # ten days at ten per cent a year
        self.assertRegex(" ".join(text.split()), r"not part of the balance: ?\$ ?1\.00")
        self.assertIn("365.00", text)
        self.assertEqual(invoice.amount_residual, 365)

    def test_a_first_day_after_the_last_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "comes before its last"):
            self._make(date_from=day(1), date_to=day(0))
        with self.assertRaisesRegex(ValidationError, "up to which day"):
            self._make(date_to=False)

    def test_periods_are_those_people_mean(self):
        wizard = self.env["collection.statement.make"].with_context(collection_today="2025-05-20")
        expected = {
            "month": (date(2025, 5, 1), date(2025, 5, 20)),
            "last_month": (date(2025, 4, 1), date(2025, 4, 30)),
            "quarter": (date(2025, 4, 1), date(2025, 5, 20)),
            "year": (date(2025, 1, 1), date(2025, 5, 20)),
            "twelve": (date(2024, 5, 21), date(2025, 5, 20)),
            "all": (False, date(2025, 5, 20)),
        }
        for period, dates in expected.items():
            made = wizard.create({"partner_ids": self.debtor.ids, "period": period})
            self.assertEqual((made.date_from, made.date_to), dates, period)

    # ---- by e-mail ------------------------------------------------------------------------------------------------

    def test_a_statement_sent_is_logged_on_the_open_case_once_it_has_left(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self._make().action_send()
        line = self.env["collection.statement.line"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual((line.state, line.mail_id.state, line.address), ("queued", "outgoing", self.debtor.email))
        self.assertTrue(line.mail_id.attachment_ids.raw.startswith(b"%PDF"))
        self.assertFalse(self._case().contact_ids)
        line.mail_id.state = "sent"
        self.env["collection.statement.line"].sudo()._follow_mails()
        self.assertEqual(line.state, "sent")
        entry = self._case().contact_ids
        self.assertEqual((entry.channel, entry.outcome, entry.user_id), ("email", "sent", self.env.user))
        self.assertIn("Statement of account for", entry.summary)

    def test_a_mail_that_fails_is_not_called_sent(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self._make().action_send()
        line = self.env["collection.statement.line"].search([("partner_id", "=", self.debtor.id)])
        line.mail_id.write({"state": "exception", "failure_reason": "No such user"})
        self.env["collection.statement.line"].sudo()._follow_mails()
        self.assertEqual((line.state, line.reason), ("failed", "No such user"))
        self.assertFalse(self._case().contact_ids)

    def test_nothing_is_sent_to_who_has_no_address_or_while_all_sending_is_stopped(self):
        self._invoice(100, day(-10))
        self.debtor.email = False
        with self.assertRaisesRegex(UserError, "Print it instead"):
            self._make().action_send()
        self.debtor.email = "deco@example.com"
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "stopped"):
            self._make().action_send()
        self.assertFalse(self.env["collection.statement.line"].search([("partner_id", "=", self.debtor.id)]))

    # ---- who may --------------------------------------------------------------------------------------------------

    def test_a_collector_reads_own_debtors_statements_an_accountant_and_an_auditor_all(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        paul = self._user("paul", "debt_collection.group_collection_collector")
        self._case().user_id = carla
        self._make(carla).action_xlsx()
        with self.assertRaisesRegex(AccessError, "another collector"):
            self._make(paul).action_xlsx()
        for login, group in (
            ("anna", "account.group_account_invoice"),
            ("otto", "debt_collection.group_collection_auditor"),
        ):
            self._make(self._user(login, group)).action_xlsx()
        with self.assertRaises(AccessError):
            self._make(self._user("nobody", "base.group_user"))

    def test_a_file_is_for_who_asked_for_it(self):
        self._invoice(100, day(-10))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self._make(carla).action_xlsx()
        file = self.env["collection.download"].sudo().search([], order="id desc", limit=1)
        with self.assertRaises(AccessError):
            file.with_user(self._user("paul", "debt_collection.group_collection_collector")).read(["content"])

    def test_another_companys_statement_is_not_given(self):
        other = self.setup_other_company()["company"]
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self.assertFalse(self.env["collection.statement"].with_user(carla)._readable(self.debtor, other))
