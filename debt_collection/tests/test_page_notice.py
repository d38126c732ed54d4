"""The link to the debtor's page in what is sent: a new one each time, that opens, and that nobody else comes by."""

import base64
import io
import re
import unittest
from urllib.parse import urlsplit

from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import tagged
from PIL import Image

from ..tools import qr_code, sms
from .common_page import PageCommon

try:
    import qrcode
except ImportError:
    qrcode = None

TOKEN = re.compile(r"(?:/collections/page/|/c/)([\w-]{32})\b")


@tagged("post_install", "-at_install")
class TestPageNotice(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(150, cls._in_days(-12))
        cls.second = cls._invoice(40, cls._in_days(-11))
        cls.action = cls._run(cls.today).action_ids

    def _mailed(self, action=None):
        """Return the HTML of the e-mail as it would leave."""
        [values] = (action or self.action)._mail_values()
        return html.fromstring(str(values["body_html"]))

    def _button(self, page):
        return page.xpath("descendant-or-self::a[contains(text(), 'See what is owed and pay')]")

    # ---- e-mail ---------------------------------------------------------------------------------------------------

    def test_the_button_of_the_email_opens_the_page(self):
        [button] = self._button(self._mailed())
        answer = self.url_open(urlsplit(button.get("href")).path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.invoice.name, answer.text)

    def test_the_link_of_an_item_leads_to_the_page_with_that_item_chosen(self):
        links = self._mailed().xpath("descendant-or-self::a[normalize-space()='Pay online']/@href")
        page = self.action.case_id.debtor_id._page_url()
        self.assertEqual(
            sorted(links),
            sorted(f"{page}/pay?line={self._receivable(move).id}" for move in (self.invoice, self.second)),
        )

    def test_a_link_is_good_from_the_day_the_notice_leaves(self):
        self.company.collection_page_days = 30
        [button] = self._button(self._mailed(self._on(self.action, self._in_days(-31))))
        self.assertEqual(self.url_open(urlsplit(button.get("href")).path).status_code, 410)
        [button] = self._button(self._mailed(self._on(self.action, self._in_days(-30))))
        self.assertEqual(self.url_open(urlsplit(button.get("href")).path).status_code, 200)

    def test_without_the_page_an_item_is_paid_where_it_was(self):
        self.company.collection_page = False
        page = self._mailed()
        self.assertFalse(self._button(page))
        links = page.xpath("descendant-or-self::a[normalize-space()='Pay online']/@href")
        self.assertEqual(sorted(links), sorted(move._collection_pay_url() for move in (self.invoice, self.second)))

    def test_an_old_link_to_pay_still_leads_to_the_invoice(self):
        path = urlsplit(self.invoice._collection_pay_url()).path
        self.assertIn(f"/my/invoices/{self.invoice.id}", self.url_open(path, allow_redirects=False).headers["Location"])

    def test_the_button_is_in_the_language_the_debtor_chose_on_the_page(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.action.case_id.debtor_id.lang = "fr_FR"
        page = self._mailed()
        self.assertEqual(page.xpath("descendant-or-self::*[@lang]/@lang")[0], "fr-FR")

    def test_many_notices_make_their_links_with_as_many_queries_as_few(self):
        for number in range(8):
            partner = self._partner(f"Customer {number}")
            self._invoice(100, self._in_days(-12), partner)
        actions = self._run(self.today).action_ids
        self.assertEqual(len(actions), 8)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some = self.env["collection.action"].browse(some.ids)
            for action in some:
                self.assertTrue(action._page_debtor()._page_url())
            return self.cr.sql_log_count - before

        queries(actions)
        self.assertEqual(queries(actions), queries(actions[:2]))

    # ---- nobody else's --------------------------------------------------------------------------------------------

    def test_a_preview_shows_the_button_and_does_not_hold_the_key(self):
        shown = str(self.action.preview_html)
        [button] = self._button(html.fromstring(shown))
        self.assertFalse(button.get("href"))
        self.assertFalse(TOKEN.search(shown))

    def test_the_log_and_what_is_shown_of_it_hold_no_key(self):
        self.action.action_approve()
        self._dispatch(self.today)
        body = self.action.mail_id.body_html
        self.assertTrue(TOKEN.search(body))
        self.action.sudo()._mark_sent(
            "Sent.",
            addresses={self.action.id: "deco@example.com"},
            texts={self.action.id: f"{self.action._plain_words(body)} {self.action.case_id.debtor_id._page_url()}"},
            documents={self.action.id: [("message.html", "text/html", body.encode())]},
        )
        entry = self.action.case_id.contact_ids.filtered(lambda one: one.outcome == "sent")
        self.assertIn(self.invoice.name, entry.text_ids.body)
        self.assertFalse(TOKEN.search(entry.text_ids.body))
        self.assertEqual(entry._verify_chain(), entry.browse())
        self.action.invalidate_recordset()
        self.assertIn(self.invoice.name, self.action.preview_html)
        self.assertFalse(TOKEN.search(str(self.action.preview_html)))
        # evidence is as it left
        self.assertTrue(TOKEN.search(entry.document_ids.sudo().attachment_id.raw.decode()))

    def test_an_answer_that_quotes_the_notice_is_kept_without_the_key(self):
        case = self.action.case_id
        url = case.debtor_id._page_url()
        entry = case._log_contact(
            channel="email", direction="in", outcome="note", summary="Answer", text=f"Paid!\n> {url}\n> {url}?line=1"
        )
        self.assertFalse(TOKEN.search(entry.text_ids.body))
        self.assertIn("Paid!", entry.text_ids.body)

    # ---- letter ---------------------------------------------------------------------------------------------------

    def _letter(self, **context):
        reports = self.env["ir.actions.report"].sudo().with_context(**context)
        content, _kind = reports._render_qweb_html("debt_collection.report_notice_letter", self.action.ids)
        return html.fromstring(content)

    def test_a_letter_that_is_printed_carries_a_code_and_the_address_to_type(self):
        url = self.action.case_id.debtor_id._page_short_url()
        page = self._letter(collection_letter_links=True)
        [source] = page.xpath("//img[@alt='QR code']/@src")
        self.assertEqual(base64.b64decode(source.removeprefix("data:image/png;base64,")), qr_code.png(url))
        self.assertIn(url, page.text_content())

    @unittest.skipUnless(qrcode, "another library that makes QR codes")
    def test_the_code_is_the_one_that_another_library_makes(self):
        url = self.action.case_id.debtor_id._page_short_url()
        picture = Image.open(io.BytesIO(qr_code.png(url)))
        size = picture.width // 6
        dark = [[not picture.getpixel((6 * column + 3, 6 * row + 3)) for column in range(size)] for row in range(size)]
        others = []
        for mask in range(8):  # each of them says the same
            other = qrcode.QRCode(
                (size - 17) // 4, error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=mask
            )
            other.add_data(url, optimize=0)
            other.make(fit=False)
            others.append(other.modules)
        self.assertIn(dark, others)

    def test_a_letter_that_somebody_looks_at_carries_none(self):
        page = self._letter()
        self.assertFalse(page.xpath("//img[@alt='QR code']"))
        self.assertFalse(TOKEN.search(page.text_content()))
        self.assertIn("See what is owed and pay online", page.text_content())

    def test_the_words_of_a_printed_letter_are_kept_without_the_key(self):
        printed = self.action.sudo()._print("en_US")[self.action.id]
        self.assertTrue(TOKEN.search(printed.words))
        entry = self.action.case_id._log_contact(
            channel="letter", direction="out", outcome="printed", summary="Letter", text=printed.words
        )
        self.assertFalse(TOKEN.search(entry.text_ids.body))

    def test_a_letter_of_a_company_without_the_page_says_nothing_of_it(self):
        self.company.collection_page = False
        page = self._letter(collection_letter_links=True)
        self.assertNotIn("See what is owed and pay online", page.text_content())

    # ---- SMS ------------------------------------------------------------------------------------------------------

    def test_the_link_of_an_sms_leads_to_the_page(self):
        text = self.action.sudo()._sms_texts()[self.action]
        path = TOKEN.search(text).group(0)
        self.assertEqual(len(path), len("/c/") + 32)
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        landed = self.url_open(path)
        self.assertEqual(landed.status_code, 200)
        self.assertIn(self.invoice.name, landed.text)

    def test_a_short_link_that_can_be_none_leads_nowhere(self):
        for path in (
            "/c/abc",
            f"/c/{'x' * 33}",
            f"/c/{'x' * 31}.",
            f"/c/{'x' * 31}é",
        ):
            self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 404, path)

    def test_our_words_with_the_link_fit_two_segments_and_three_in_arabic(self):
        # the address of a company as long as most are
        self.env["ir.config_parameter"].sudo().set_param("web.base.url", "https://erp.mycompany.com")
        text = self.action.sudo()._sms_texts()[self.action]
        self.assertLessEqual(sms.segments(text)[2], 2)

    def test_who_may_read_the_action_cannot_read_the_link_of_its_sms(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.action.with_user(carla).read(["sms_pay_link"])

    def test_a_preview_of_an_sms_is_as_long_as_the_sms_and_opens_nothing(self):
        self.action.channel = "sms"
        real = self.action.sudo()._sms_texts()[self.action]
        shown = str(self.action.with_context(collection_preview=True).sudo()._sms_texts()[self.action])
        self.assertEqual(len(shown), len(real))
        self.assertNotIn(TOKEN.search(real).group(1), shown)
        self.assertIn("/c/xxxxxxxx", str(self.action.preview_html))
        self.assertNotIn(TOKEN.search(real).group(1), str(self.action.preview_html))
