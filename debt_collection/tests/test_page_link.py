"""The link to a debtor's page: signed, of one debtor, ending, revocable, and not to be guessed."""

import re
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

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

    # ---- a new one for an old one ---------------------------------------------------------------------------------

    def _renew(self, days=1):
        """Ask for a new link with one that ended so many days ago; return the answer."""
        old = self._get(self.mine._page_path(self._in_days(-days)))
        path, form = self._form(old, "/renew")
        return self._post(path, form)

    def _mails(self):
        return self.env["mail.mail"].search(
            [("subject", "like", "Your new link"), ("recipient_ids", "in", self.debtor.ids)]
        )

    def test_an_old_link_asks_for_a_new_one_which_goes_to_the_known_address_alone(self):
        answer = self._renew()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("If we have your e-mail address, a new link is on its way", self._text(answer))
        self.assertNotIn("deco.addict@example.com", answer.text)
        self.assertNotIn("150.00", answer.text)
        mail = self._mails()
        self.assertEqual(mail.recipient_ids, self.debtor)
        [link] = re.findall(r"/collections/page/[\w-]{32}", mail.body_html)
        self.assertIn("150.00", self._text(self._get(link)))
        act = self.env["collection.page.act"].sudo().search([("debtor_id", "=", self.mine.id)])
        self.assertEqual(act.kind, "link")

    def test_a_second_new_link_on_the_same_day_is_not_sent_and_the_answer_is_the_same(self):
        first, second = self._renew(), self._renew()
        self.assertEqual(self._text(first), self._text(second))
        self.assertEqual(len(self._mails()), 1)

    def test_a_debtor_without_an_address_is_told_the_same(self):
        self.debtor.email = False
        answer = self._renew()
        self.assertIn("If we have your e-mail address", self._text(answer))
        self.assertFalse(self._mails())

    def test_a_link_too_old_or_revoked_asks_for_nothing(self):
        ancient = self._get(self.mine._page_path(self._in_days(-366)))
        self.assertEqual(ancient.status_code, 410)
        self.assertNotIn("/renew", ancient.text)
        path = self.mine._page_path(self._in_days(-1))
        renewable = self._get(path)
        self.assertIn("/renew", renewable.text)
        self.mine._revoke_page()
        self.assertNotIn("/renew", self._get(path).text)
        self.assertEqual(self._post(*self._form(renewable, "/renew")).status_code, 410)
        self.assertFalse(self._mails())

    def test_a_new_link_is_asked_for_on_the_page_and_by_no_other_site(self):
        path = self.mine._page_path(self._in_days(-1))
        with mute_logger("odoo.http"):
            self.assertEqual(self._post(f"{path}/renew", {"form_key": "0" * 32}).status_code, 400)
        self.assertEqual(self.url_open(f"{path}/renew").status_code, 405)
        self.assertFalse(self._mails())

    def test_a_forged_link_asks_for_nothing(self):
        form = self._form(self._get(self.mine._page_path(self._in_days(-1))), "/renew")[1]
        self.assertEqual(self._post(f"/collections/page/{'A' * 32}/renew", form).status_code, 404)
        self.assertFalse(self._mails())

    def test_a_link_that_works_leads_to_the_page(self):
        form = self._form(self._get(self.mine._page_path(self._in_days(-1))), "/renew")[1]
        answer = self._post(f"{self.mine._page_path()}/renew", form)
        self.assertEqual((answer.status_code, urlsplit(answer.headers["Location"]).path), (303, self.mine._page_path()))

    # ---- who guesses ----------------------------------------------------------------------------------------------

    def test_a_household_is_counted_once_whichever_of_its_addresses_it_uses(self):
        guesses = self.env["collection.page.guess"].sudo()
        for number in range(20):
            guesses._count(f"2001:db8:1:2::{number:x}")
        with mute_logger("odoo.addons.debt_collection.models.collection_page_guess"):
            self.assertTrue(guesses._is_limited("2001:db8:1:2:ffff::1"))
        self.assertFalse(guesses._is_limited("2001:db8:1:3::1"))
        # a server that listens to both kinds sees those of the old kind so
        for number in range(20):
            guesses._count(f"::ffff:203.0.113.{number}")
        self.assertFalse(guesses._is_limited("::ffff:203.0.113.99"))
        self.assertFalse(guesses._is_limited("203.0.113.99"))

    def test_who_waited_ten_minutes_may_try_again_and_is_forgotten_after_a_day(self):
        guesses = self.env["collection.page.guess"].sudo()
        for _each in range(20):
            self.assertFalse(guesses._is_limited("203.0.113.7"))
            guesses._count("203.0.113.7")
        with self.assertLogs("odoo.addons.debt_collection.models.collection_page_guess", "WARNING") as logged:
            self.assertTrue(guesses._is_limited("203.0.113.7"))
            self.assertTrue(guesses._is_limited("203.0.113.7"))
        self.assertEqual(len(logged.records), 1)
        self.cr.execute("UPDATE collection_page_guess SET date = date - interval '11 minutes'")
        self.assertFalse(guesses._is_limited("203.0.113.7"))
        guesses._gc_guesses()
        self.assertTrue(guesses.search_count([("address", "=", "203.0.113.7")]))
        self.cr.execute("UPDATE collection_page_guess SET date = date - interval '1 day'")
        guesses._gc_guesses()
        self.assertFalse(guesses.search_count([("address", "=", "203.0.113.7")]))

    # ---- a copy of the database -----------------------------------------------------------------------------------

    def test_the_links_of_the_original_open_nothing_in_a_neutralized_copy(self):
        sent = self.mine._page_path()
        self.env.flush_all()
        with file_open("debt_collection/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self._get(sent).status_code, 404)
        self.assertEqual(self._get(self.mine).status_code, 200)

    def test_after_an_upgrade_each_debtor_has_a_key_of_its_own(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE collection_debtor SET page_key = NULL")
        # what Odoo does when the column is new
        debtors = self.env["collection.debtor"].sudo()
        debtors._init_column("page_key")
        debtors.init()
        self.env.invalidate_all()
        keys = debtors.search([]).mapped("page_key")
        self.assertTrue(all(keys))
        self.assertEqual(len(keys), len(set(keys)))

    def test_nobody_chooses_the_key_of_a_debtor(self):
        key = self.mine.sudo().page_key
        self.mine._revoke_page()
        debtors = self.env["collection.debtor"].with_context(default_page_key=key)
        debtor = debtors.create({"company_id": self.company.id, "partner_id": self._partner("New").id, "name": "New"})
        self.assertTrue(debtor.sudo().page_key)
        self.assertNotEqual(debtor.sudo().page_key, key)

    def test_the_chatter_holds_no_link_that_opens_a_page(self):
        case = self.mine._page_case()
        self.mine._page_confirm("Noted", ["We have noted it."])
        mail = self.env["mail.mail"].sudo().search([("model", "=", case._name), ("res_id", "=", case.id)], limit=1)
        [token] = re.findall(r"/collections/page/([\w-]{32})", str(mail.body_html))
        self.assertNotIn(token, str(mail.mail_message_id.body))
        self.assertEqual(self._get(f"/collections/page/{token}").status_code, 200)

    def test_a_confirmation_is_wholly_in_the_language_the_page_was_read_in(self):
        self.env["res.lang"]._activate_lang("ar_001")
        mail = self.mine.with_context(lang="ar_001")._page_confirm("وعدكم", ["سجّلنا وعدكم."])
        self.assertIn('lang="ar-001"', str(mail.body_html))
        self.assertIn('dir="rtl"', str(mail.body_html))

    def test_that_a_colleague_opened_the_page_is_in_the_log(self):
        before = self.mine.case_ids.contact_ids
        self.mine.action_see_page()
        [entry] = self.mine.case_ids.contact_ids - before
        self.assertEqual((entry.direction, entry.user_name), ("internal", self.env.user.name))
