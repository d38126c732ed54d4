"""The short link of an SMS."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestShortLink(CollectionCommon, HttpCase):
    def test_the_short_link_leads_to_the_long_one(self):
        invoice = self._invoice(100, day(-10))
        path = invoice._collection_short_pay_url().removeprefix(invoice.get_base_url())
        self.assertLess(len(path), 40)
        answer = self.url_open(path, allow_redirects=False)
        long_path = invoice._collection_pay_url().removeprefix(invoice.get_base_url())
        self.assertEqual((answer.status_code, answer.headers["Location"].endswith(long_path)), (303, True))

    @mute_logger("odoo.http")
    def test_a_wrong_signature_is_turned_away(self):
        invoice = self._invoice(100, day(-10))
        for path in (f"/pay/{invoice.id}/aaaaaaaaaaaaaaaa", "/pay/999999999/aaaaaaaaaaaaaaaa", f"/pay/{invoice.id}/é"):
            self.assertEqual(self.url_open(path).status_code, 404)
