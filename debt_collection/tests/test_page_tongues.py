"""The page in the debtor's language, and for whoever reads it by other means."""

from itertools import pairwise

from lxml import html
from odoo.tests import tagged

from .common_page_see import SeeCommon


@tagged("post_install", "-at_install")
class TestPageTongues(SeeCommon):
    def test_the_page_is_in_the_language_asked_for_and_stays_in_it(self):
        self.env["res.lang"]._activate_lang("ar_001")
        debtor = self._owing((100, 10)).debtor_id
        self.assertEqual(self._root(debtor), ("en-US", "ltr"))
        page = self._get(debtor, lang="ar_001")
        root = html.fromstring(page.text)
        self.assertEqual((root.get("lang"), root.get("dir")), ("ar-001", "rtl"))
        self.assertEqual(self._root(debtor), ("ar-001", "rtl"))
        [chosen] = root.xpath("//nav[@class='languages']//a[@aria-current]")
        self.assertEqual((chosen.get("lang"), chosen.get("href")), ("ar-001", "?lang=ar_001"))

    def test_a_debtor_reads_its_own_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        debtor = self._owing((100, 10)).debtor_id
        self.debtor.lang = "ar_001"
        self.assertEqual(self._root(debtor), ("ar-001", "rtl"))

    def _root(self, debtor):
        root = html.fromstring(self._get(debtor).text)
        return root.get("lang"), root.get("dir")

    def test_the_page_can_be_put_on_a_home_screen(self):
        debtor = self._owing((100, 10)).debtor_id
        page = html.fromstring(self._get(debtor).text)
        [link] = page.xpath("//link[@rel='manifest']/@href")
        answer = self.url_open(link)
        self.assertTrue(answer.headers["Content-Type"].startswith("application/manifest+json"))
        manifest = answer.json()
        self.assertEqual((manifest["lang"], manifest["dir"], manifest["display"]), ("en-US", "ltr", "standalone"))
        self.assertTrue(manifest["start_url"].startswith(manifest["scope"]))
        opened = self.url_open(manifest["start_url"])
        self.assertIn("To pay now", self._text(opened))
        self.assertEqual({icon["sizes"] for icon in manifest["icons"]}, {"192x192", "512x512"})
        for icon in manifest["icons"]:
            self.assertEqual(self.url_open(icon["src"]).headers["Content-Type"], "image/png")

    def test_the_page_has_one_title_and_names_what_it_holds(self):
        debtor = self._owing((100, 10)).debtor_id
        page = html.fromstring(self._get(debtor).text)
        levels = [int(head.tag[1]) for head in page.iter("h1", "h2", "h3", "h4")]
        self.assertEqual(levels.count(1), 1)
        self.assertEqual(levels[0], 1)
        self.assertTrue(all(after - before <= 1 for before, after in pairwise(levels)))
        self.assertFalse([image for image in page.iter("img") if not image.get("alt")])
        self.assertFalse(page.xpath("//@style | //@onclick"))
        ids = page.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)))
        self.assertLessEqual({"page_offers", "page_pay", "page_agreed", "page_items"}, set(ids))
