"""The link to a debtor's page: signed, of one debtor, ending, revocable, and not to be guessed."""

from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPageLink(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._owing((150, 12)).debtor_id
        cls.other_partner = cls._partner("Somebody Else")
        cls.other = cls._owing((999, 12), partner=cls.other_partner).debtor_id

    def test_the_link_opens_the_page_of_its_debtor_alone(self):
        page = self._get(self.mine)
        self.assertEqual(page.status_code, 200)
        self.assertIn("150.00", self._text(page))
        self.assertNotIn("999.00", self._text(page))

    def test_a_link_altered_anywhere_opens_nothing(self):
        path = self.mine._page_path()
        token = path.rsplit("/", 1)[1]
        for place in range(0, len(token), 3):
            letter = "A" if token[place] != "A" else "B"
            altered = f"{path[: -len(token)]}{token[:place]}{letter}{token[place + 1 :]}"
            self.assertIn(self._get(altered).status_code, (404, 429), altered)

    def test_the_key_of_one_with_the_signature_of_another_opens_nothing(self):
        mine, other = (debtor._page_path().rsplit("/", 1) for debtor in (self.mine, self.other))
        self.assertEqual(self._get(f"{mine[0]}/{mine[1][:16]}{other[1][16:]}").status_code, 404)

    def test_a_link_ends_with_its_last_day(self):
        self.assertEqual(self._get(self.mine._page_path(self.today)).status_code, 200)
        old = self._get(self.mine._page_path(self._in_days(-1)))
        self.assertEqual(old.status_code, 410)
        self.assertIn("too old", self._text(old))
        self.assertNotIn("150.00", self._text(old))

    def test_revoked_links_open_nothing_and_new_ones_do(self):
        before = self.mine._page_path()
        self.mine._revoke_page()
        self.assertEqual(self._get(before).status_code, 404)
        self.assertEqual(self._get(self.mine).status_code, 200)
        self.assertEqual(self._get(self.other).status_code, 200)

    def test_a_company_without_the_page_shows_none(self):
        self.company.collection_page = False
        self.assertEqual(self._get(self.mine).status_code, 404)

    def test_who_guesses_is_made_to_wait_and_who_has_a_link_is_served(self):
        with self.assertLogs("odoo.addons.debt_collection.models.collection_page_guess", "WARNING") as logged:
            answers = [self._get(f"/collections/page/{number:032d}").status_code for number in range(22)]
        self.assertEqual(answers, [404] * 20 + [429] * 2)
        self.assertEqual(len(logged.records), 1)
        self.assertIn("127.0.0.1", logged.output[0])
        self.assertEqual(self._get(self.mine).status_code, 200)

    def test_the_page_is_kept_and_told_nowhere(self):
        headers = self._get(self.mine).headers
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertIn("noindex", self._get("/collections/page/nothing").headers["X-Robots-Tag"])

    def test_a_debtor_that_came_by_sql_has_a_key_of_its_own(self):
        keys = self.env["collection.debtor"].sudo().search([]).mapped("page_key")
        self.assertTrue(all(keys))
        self.assertEqual(len(keys), len(set(keys)))
