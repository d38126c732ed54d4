"""From `/my` to the debtor's page: each login to what its own commercial entity owes, and nobody else's."""

from odoo import Command
from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPagePortal(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._owing((150, 12)).debtor_id
        cls.other = cls._owing((999, 12), partner=cls._partner("Somebody Else")).debtor_id

    @classmethod
    def _portal(cls, login, partner):
        return cls.env["res.users"].sudo().create(
            {
                "login": login,
                "password": login,
                "partner_id": partner.id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )  # fmt: skip

    def _open(self, login, path="/my/collections"):
        self.env.flush_all()
        self.authenticate(login, login)
        return self.url_open(path)

    def test_a_login_leads_to_what_its_own_company_owes(self):
        self._portal("deco_login", self.debtor)
        page = self._open("deco_login")
        self.assertIn("/collections/page/", page.url)
        self.assertIn("150.00", self._text(page))
        self.assertNotIn("999.00", self._text(page))

    def test_a_contact_of_the_company_sees_what_the_company_owes(self):
        books = self.env["res.partner"].create({"name": "Books", "parent_id": self.debtor.id, "type": "contact"})
        self._portal("deco_books", books)
        self.assertIn("150.00", self._text(self._open("deco_books")))

    def test_the_link_of_a_login_ends_with_the_day(self):
        self._portal("deco_login", self.debtor)
        token = self._open("deco_login").url.rsplit("/", 1)[1]
        debtors = self.env["collection.debtor"]
        self.assertEqual(debtors._of_page_token(token), (self.mine, "open"))
        self.assertEqual(debtors._of_page_token(token, self._in_days(1))[1], "old")

    def test_whoever_owes_nothing_is_told_so(self):
        self._portal("nobody_login", self._partner("Owes Nothing"))
        page = self._open("nobody_login")
        self.assertIn("Nothing is overdue", self._text(page))
        self.assertIn('href="/my/invoices"', page.text)

    def test_a_colleague_without_debts_is_told_so_too(self):
        self._user("carla_login", "debt_collection.group_collection_collector", password="carla_login")
        self.assertIn("Nothing is overdue", self._text(self._open("carla_login")))

    def test_whoever_owes_to_two_companies_chooses(self):
        second = self.setup_other_company()["company"]
        self.env["collection.debtor"].sudo().create(
            {"company_id": second.id, "partner_id": self.debtor.id, "name": self.debtor.name}
        )
        self._portal("deco_login", self.debtor)
        page = self._open("deco_login")
        self.assertIn("/my/collections", page.url)
        text = self._text(page)
        self.assertIn(self.company.name, text)
        self.assertIn(second.name, text)
        self.assertIn("150.00", text)
        self.assertEqual(page.text.count("/collections/page/"), 2)
        second.collection_page = False
        self.assertIn("/collections/page/", self._open("deco_login").url)

    def test_without_a_login_nobody_gets_there(self):
        answer = self.url_open("/my/collections", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_the_home_of_the_portal_names_it_where_something_is_open(self):
        self._portal("deco_login", self.debtor)
        self._portal("nobody_login", self._partner("Owes Nothing"))
        for login, number in (("deco_login", 1), ("nobody_login", 0)):
            self.env.flush_all()
            self.authenticate(login, login)
            self.assertIn("What You Owe", self.url_open("/my/home").text)
            answer = self.url_open(
                "/my/counters",
                data='{"jsonrpc": "2.0", "params": {"counters": ["collection_count"]}}',
                headers={"Content-Type": "application/json"},
            )
            self.assertEqual(answer.json()["result"]["collection_count"], number)
