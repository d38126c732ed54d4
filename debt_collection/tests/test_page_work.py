"""What colleagues do about a debtor's page: look at it, hand a link over, end all links, see what was done on it."""

from urllib.parse import urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPageWork(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._owing((150, 12))
        cls.mine = cls.case.debtor_id
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector")
        cls.paul = cls._user("paul_other", "debt_collection.group_collection_collector")
        cls.audit = cls._user("audit", "debt_collection.group_collection_auditor")
        cls.case.user_id = cls.carla

    def _act(self, kind="promise", **values):
        acts = self.env["collection.page.act"].sudo()
        return acts.create({"debtor_id": self.mine.id, "kind": kind, "form_key": acts._new_key(), **values})

    # ---- look -----------------------------------------------------------------------------------------------------

    def test_the_collector_opens_the_page_from_the_case_by_a_link_of_a_day(self):
        action = self.case.with_user(self.carla).action_see_page()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "new"))
        self.assertIn("150.00", self._text(self._get(action["url"])))
        token = action["url"].rsplit("/", 1)[1]
        self.assertEqual(self.env["collection.debtor"]._of_page_token(token, self._in_days(1))[1], "old")

    def test_who_may_not_work_on_the_case_gets_no_link(self):
        for user in (self.paul, self.audit):
            mine = self.mine.with_user(user)
            for method in ("action_see_page", "action_copy_page_link", "action_end_page_links"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(mine, method)()
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_see_page()

    def test_of_a_debtor_without_a_case_only_a_manager_gets_a_link(self):
        debtor = self.env["collection.debtor"]._get(self.company, self._partner("No Case"))
        self.assertTrue(debtor.action_see_page()["url"])
        with self.assertRaisesRegex(AccessError, "manager"):
            debtor.with_user(self.carla).action_see_page()

    def test_without_the_page_the_buttons_say_why(self):
        self.company.collection_page = False
        self.assertFalse(self.mine.page_on)
        with self.assertRaisesRegex(UserError, "turned off"):
            self.mine.action_see_page()

    # ---- hand over ------------------------------------------------------------------------------------------------

    def test_a_link_to_hand_over_is_shown_and_logged_without_its_key(self):
        action = self.mine.with_user(self.carla).action_copy_page_link()
        link = self.env[action["res_model"]].with_user(self.carla).browse(action["res_id"])
        self.assertIn("150.00", self._text(self._get(urlsplit(link.url).path)))
        self.assertEqual(link.until, self._in_days(self.company.collection_page_days))
        entry = self.case.contact_ids.sorted("seq")[-1]
        self.assertEqual((entry.direction, entry.user_name), ("internal", self.carla.name))
        self.assertIn("to be handed over", entry.summary)
        self.assertNotIn("/collections/page/", entry.summary)

    def test_nobody_else_reads_the_link_from_the_dialog(self):
        action = self.mine.with_user(self.carla).action_copy_page_link()
        with self.assertRaises(AccessError):
            self.env[action["res_model"]].with_user(self.paul).browse(action["res_id"]).read(["url"])
        with self.assertRaises(AccessError):
            self.env["collection.page.link"].with_user(self.paul).create({"debtor_id": self.mine.id})

    # ---- end ------------------------------------------------------------------------------------------------------

    def test_the_collector_ends_all_links_and_the_log_says_who(self):
        before = self.mine._page_path()
        self.mine.with_user(self.carla).action_end_page_links()
        self.assertEqual(self._get(before).status_code, 404)
        self.assertEqual(self._get(self.mine).status_code, 200)
        self.assertEqual(self.mine.page_ended_on, self.today)
        entry = self.case.contact_ids.sorted("seq")[-1]
        self.assertEqual((entry.direction, entry.user_name), ("internal", self.carla.name))
        self.assertIn("ended", entry.summary)

    def test_the_key_can_be_read_and_written_by_no_colleague(self):
        mine = self.mine.with_user(self.carla)
        with self.assertRaises(AccessError):
            mine.read(["page_key"])
        with self.assertRaises(AccessError):
            mine.write({"page_key": "00" * 10})
        with self.assertRaises(AccessError):
            mine.write({"page_ended_on": self.today})

    # ---- see what was done ----------------------------------------------------------------------------------------

    def test_what_was_done_on_the_page_is_seen_by_those_who_see_the_debtor(self):
        act = self._act(words="Thank you.")
        for user in (self.carla, self.audit):
            self.assertEqual(self.env["collection.page.act"].with_user(user).search([]), act)
        self.assertFalse(self.env["collection.page.act"].with_user(self.paul).search([]))
        with self.assertRaises(AccessError):
            act.with_user(self.carla).write({"words": "Else"})

    def test_the_debtor_says_when_it_last_got_a_link(self):
        self.assertFalse(self.mine.page_sent_on)
        self.mine.last_notice_date = self._in_days(-5)
        self.assertEqual(self.mine.page_sent_on, self._in_days(-5))
        self._act("link", date=self._in_days(-2))
        self.assertEqual(self.mine.page_sent_on, self._in_days(-2))

    # ---- merged, copied -------------------------------------------------------------------------------------------

    def test_merged_debtors_keep_one_page_and_what_was_done_on_both(self):
        twin = self._partner("Deco Adict", email=self.debtor.email)
        its = self._owing((50, 12), partner=twin).debtor_id
        acts = self.env["collection.page.act"].sudo()
        done = acts.create({"debtor_id": its.id, "kind": "promise", "form_key": acts._new_key()})
        its.lang = "en_US"
        gone, kept = its._page_path(), self.mine._page_path()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.debtor | twin).ids, self.debtor)
        self.env.invalidate_all()
        self.assertEqual(self._get(gone).status_code, 404)
        self.assertEqual(self._get(kept).status_code, 200)
        self.assertEqual(done.debtor_id, self.mine, "it counts for the limits")
        self.assertEqual(self.mine.lang, "en_US")

    def test_a_contact_renamed_by_a_merge_keeps_its_page(self):
        twin = self._partner("Deco Addict Ltd")
        path = self.mine._page_path()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.debtor | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(self._get(path).status_code, 200)
