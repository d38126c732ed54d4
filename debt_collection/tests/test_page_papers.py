"""What a debtor takes from the page: invoices, statements, the icon on the home screen."""

import io
from unittest.mock import patch

from lxml import html
from odoo.exceptions import UserError
from odoo.tests import tagged
from openpyxl import load_workbook

from .common_page_see import SeeCommon


@tagged("post_install", "-at_install")
class TestPagePapers(SeeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._owing((100, 10))
        cls.mine = cls.case.debtor_id
        cls.move = cls.case.item_ids.move_id
        cls.line = cls._receivable(cls.move)

    def test_an_invoice_is_given_as_it_was_sent(self):
        self.env["ir.attachment"].create(
            {
                "name": "as sent.pdf",
                "raw": b"%PDF-1.4 as it was sent",
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": self.move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.env.invalidate_all()
        answer = self._get(self.mine, f"/invoice/{self.line.id}")
        self.assertEqual((answer.status_code, answer.content), (200, b"%PDF-1.4 as it was sent"))
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment;"))

    def test_an_invoice_never_printed_is_made_by_odoo_and_a_paid_one_too(self):
        self._pay(self.move, self.today)
        with self._rendered() as rendered:
            answer = self._get(self.mine, f"/invoice/{self.line.id}")
        self.assertEqual((answer.status_code, answer.content), (200, b"%PDF made"))
        self.assertEqual(rendered.call_args.args[1], self.move.ids)
        self.assertIn(self.move.name.replace("/", "_"), answer.headers["Content-Disposition"])

    def _rendered(self):
        reports = type(self.env["ir.actions.report"])
        return patch.object(reports, "_render_qweb_pdf", return_value=(b"%PDF made", "pdf"))

    def test_anothers_invoice_is_as_unknown_as_none(self):
        other = self._receivable(self._invoice(999, self._in_days(-10), self._partner("Somebody Else")))
        draft = self._create_invoice_one_line(price_unit=5, partner_id=self.debtor, tax_ids=self.env["account.tax"])
        payment = self._payment(10, self.today).move_id
        missing = other.id + 100000
        answers = [
            self._get(self.mine, f"/invoice/{number}")
            for number in (
                other.id,
                missing,
                self._receivable(draft).id,
                self._receivable(payment).id,
                self.move.invoice_line_ids.id,
                2**31 - 1,
            )
        ]
        self.assertEqual([answer.status_code for answer in answers], [404] * 6)
        words = {self._text(answer) for answer in answers}
        self.assertEqual(len(words), 1)
        for number in (2**31, 10**30, -1, "x", "../1"):
            self.assertEqual(self._get(self.mine, f"/invoice/{number}").status_code, 404, number)

    def test_the_invoice_of_a_contact_of_the_same_company_is_its_own(self):
        contact = self.env["res.partner"].create({"name": "Accounts", "parent_id": self.debtor.id})
        line = self._receivable(self._invoice(5, self._in_days(-3), contact))
        with self._rendered():
            self.assertEqual(self._get(self.mine, f"/invoice/{line.id}").status_code, 200)

    def test_the_statement_holds_what_is_the_debtors_own(self):
        self._invoice(999, self._in_days(-10), self._partner("Somebody Else"))
        answer = self._get(self.mine, "/statement.xlsx")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment;"))
        book = load_workbook(io.BytesIO(answer.content))
        cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        self.assertIn(100, cells)
        self.assertIn(self.move.name, cells)
        self.assertNotIn(999, cells)

    def test_the_statement_as_a_pdf(self):
        answer = self._get(self.mine, "/statement")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        self.assertTrue(answer.content.startswith(b"%PDF"))

    def test_the_statement_goes_back_to_the_oldest_open_item(self):
        old = self._invoice(40, self._in_days(-900))
        self._assess(self.today)
        statements = type(self.env["collection.statement"])
        with patch.object(statements, "_workbook", return_value=b"book") as made:
            self._get(self.mine, "/statement.xlsx")
        partner, company, since, until = made.call_args.args
        self.assertEqual((partner, company, until), (self.debtor, self.company, self.today))
        self.assertEqual(since, old.invoice_date)

    def test_a_server_that_cannot_print_says_what_to_do(self):
        statements = type(self.env["collection.statement"])
        with patch.object(statements, "_print", side_effect=UserError("wkhtmltopdf is not installed")):
            answer = self._get(self.mine, "/statement")
        self.assertEqual(answer.status_code, 503)
        self.assertIn("Please try again later", self._text(answer))
        self.assertNotIn("wkhtmltopdf", answer.text)

    def test_the_logo_is_the_creditors(self):
        self.assertEqual(self._get(self.mine, "/logo").status_code, 404 if self.company.uses_default_logo else 200)
        self.company.logo = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        )
        answer = self._get(self.mine, "/logo")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "image/png"))
        self.assertIn("private", answer.headers["Cache-Control"])
        self.company.logo = False
        self.assertEqual(self._get(self.mine, "/logo").status_code, 404)
        self.assertIn(self.company.name, self._text(self._get(self.mine)))

    def test_the_bank_account_and_the_reference_are_shown(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": self.company.partner_id.id, "allow_out_payment": True}
        )
        self.move.partner_bank_id = bank
        text = self._text(self._get(self.mine))
        self.assertIn("BE71 0961 2345 6769", text)
        self.assertIn(self.move.payment_reference, text)
        # too many to quote each
        for days in (3, 4, 5, 6):
            self._invoice(10, self._in_days(-days), partner_bank_id=bank.id)
        self.debtor.ref = "C-4711"
        page = html.fromstring(self._get(self.mine).text)
        self.assertIn("C-4711", [number.text_content() for number in page.find_class("number")])

    def test_the_code_to_scan_asks_for_what_is_to_be_paid_now(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": self.company.partner_id.id, "allow_out_payment": True}
        )
        self.move.partner_bank_id = bank
        self._invoice(50, self._in_days(-2), partner_bank_id=bank.id)
        self._invoice(70, self._in_days(20), partner_bank_id=bank.id)
        banks = type(self.env["res.partner.bank"])
        with patch.object(banks, "build_qr_code_base64", return_value="data:image/png;base64,AAAA") as made:
            page = html.fromstring(self._get(self.mine).text)
        amount, _free, structured, currency, partner = made.call_args.args
        self.assertEqual((amount, structured, currency, partner), (150.0, "", self.company.currency_id, self.debtor))
        [code] = page.find_class("code")
        self.assertEqual(code.get("src"), "data:image/png;base64,AAAA")
        self.assertIn("scan", code.get("alt"))
        with patch.object(banks, "build_qr_code_base64", return_value=None):
            self.assertFalse(html.fromstring(self._get(self.mine).text).find_class("code"))
