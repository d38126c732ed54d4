"""The link to pay in a notice: who follows it lands where the invoice is paid, and making it touches no invoice."""

from urllib.parse import parse_qs, urlsplit

from lxml import html
from odoo.tests import HttpCase, tagged

from .common import DAY, CollectionCommon, day


@tagged("post_install", "-at_install")
class TestPayLink(CollectionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # with the page, notices lead there: see test_page_notice.py
        cls.company.collection_page = False

    def _follow(self, path):
        """Return the answer to somebody who is not logged in."""
        return self.url_open(path, allow_redirects=False)

    def _path(self, move):
        return urlsplit(move._collection_pay_url()).path

    def _row(self, move):
        """Return which version of the invoice's row there is: any write makes another one."""
        self.env.flush_all()
        self.env.cr.execute("SELECT xmin, ctid FROM account_move WHERE id = %s", [move.id])
        return self.env.cr.fetchone()

    # ---- where it leads -------------------------------------------------------------------------------------------

    def test_the_link_in_a_notice_leads_to_the_payment_page_of_that_invoice(self):
        invoice = self._invoice(100, day(-10))
        [page] = html.fragments_fromstring(
            str(self._run(DAY).action_ids._render_notice(links=True)).strip(), no_leading_text=True
        )
        [link] = [href for href in page.xpath(".//a/@href") if "/collections/pay/" in href]
        answer = self._follow(urlsplit(link).path)
        self.assertEqual(answer.status_code, 303)
        target = urlsplit(answer.headers["Location"])
        self.assertEqual((target.path, target.fragment), (f"/my/invoices/{invoice.id}", "portal_pay"))
        self.assertEqual(parse_qs(target.query), {"access_token": [invoice.access_token], "payment": ["True"]})
        landed = self.url_open(urlsplit(link).path)
        self.assertEqual(landed.status_code, 200)
        self.assertIn(invoice.name, landed.text)
        self.assertTrue(html.fromstring(landed.content).xpath("//*[@id='portal_pay'][@data-payment='True']"))

    def test_the_token_an_invoice_has_is_kept(self):
        invoice = self._invoice(100, day(-10))
        token = invoice._portal_ensure_token()
        self._follow(self._path(invoice))
        self.assertEqual(invoice.access_token, token)

    def test_the_link_of_a_paid_invoice_leads_to_the_invoice(self):
        invoice = self._invoice(100, day(-10))
        path = self._path(invoice)
        self._pay(invoice, DAY)
        target = urlsplit(self._follow(path).headers["Location"])
        self.assertEqual((target.path, target.fragment), (f"/my/invoices/{invoice.id}", ""))
        self.assertEqual(parse_qs(target.query), {"access_token": [invoice.access_token]})

    # ---- who is turned away ---------------------------------------------------------------------------------------

    def test_a_wrong_signature_and_an_unknown_invoice_get_the_same_answer(self):
        mine, other, deleted = (self._invoice(100, day(-10)) for _each in range(3))
        base, signature = self._path(mine).rsplit("/", 1)
        gone = self._path(deleted)
        deleted.button_draft()
        deleted.with_context(force_delete=True).unlink()
        last = "0" if signature[-1] != "0" else "1"
        wrong = [
            f"/collections/pay/{other.id}/{signature}",
            f"{base}/{signature[:-1]}{last}",
            f"{base}/{signature[:-1]}",
            f"{base}/{signature[:-1]}é",
            gone,
            f"/collections/pay/0/{signature}",
            f"/collections/pay/{2**40}/{signature}",
        ]
        answers = [self._follow(path) for path in wrong]
        self.assertEqual([answer.status_code for answer in answers], [404] * len(wrong))
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertNotIn(mine.name, answers[0].text)
        self.assertFalse((mine | other).filtered("access_token"))

    # ---- what it costs accounting ---------------------------------------------------------------------------------

    def test_sending_or_looking_at_notices_writes_to_no_invoice(self):
        invoice = self._invoice(100, day(-10))
        action = self._on(self._run(DAY).action_ids, DAY)
        before = self._row(invoice)
        self.assertIn(invoice.name, action.preview_html)
        action.action_approve()
        self._dispatch(DAY)
        self.assertIn(self._path(invoice), action.mail_id.body_html)
        self._leave(action, DAY)
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._row(invoice), before)
        self.assertFalse(invoice.access_token)
