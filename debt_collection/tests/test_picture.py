"""The Collections tab of a contact: the whole picture of a debtor, live."""

from lxml import html
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestPicture(CollectionCommon):
    def _picture(self):
        return self._on(self.env["collection.picture"], day(0))._of(self.debtor, self.company)

    def _tab(self, partner=None, user=None):
        """Return the words of the tab."""
        partner = self._on((partner or self.debtor).with_user(user or self.env.user), day(0))
        return " ".join(" ".join(html.fromstring(str(partner.collection_picture)).itertext()).split())

    def test_totals_say_what_is_overdue_disputed_promised_and_credited(self):
        euro = self.setup_other_currency("EUR")
        self._invoice(100, day(-40))
        self._invoice(60, day(10))
        self._credit_note(20, day(-5))
        self._invoice(30, day(-3), currency_id=euro)
        totals = {total["currency"].name: total for total in self._picture()["totals"]}
        dollars = totals[self.company.currency_id.name]
        self.assertEqual(
            [dollars[name] for name in ("due", "overdue", "not_due", "credit", "disputed")], [160, 100, 60, 20, 0]
        )
        self.assertEqual((totals["EUR"]["due"], totals["EUR"]["overdue"]), (30, 30))

    def test_a_promise_shows_on_its_items_and_among_what_was_agreed(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        promises = self._on(self.env["collection.promise.make"], day(0)).with_context(default_case_id=self._case().id)
        promises.create({"promise_date": day(4)}).action_confirm()
        picture = self._picture()
        self.assertEqual([item["state"] for item in picture["items"]], ["promised"])
        self.assertEqual(picture["totals"][0]["promised"], 100)
        self.assertEqual(picture["promises"].amount, 100)
        self.assertTrue(picture["contacts"])

    def test_the_ageing_adds_up_to_what_is_claimed(self):
        self._invoice(100, day(-40))
        self._invoice(50, day(-5))
        self._payment(30, day(-1))
        ageing = {row["bucket"]: row["amount"] for row in self._picture()["ageing"]}
        money = self.company.currency_id.format
        self.assertEqual(ageing, {"31_60": money(70), "1_30": money(50)}, "the credit covers what fell due first")

    def test_payment_behaviour_is_weighted_by_amount(self):
        early = self._invoice(300, day(-60), invoice_date=day(-90))
        self._pay(early, day(-65))  # 25 days after the invoice, 5 before it was due
        late = self._invoice(100, day(-60), invoice_date=day(-90))
        self._pay(late, day(-50), 40)
        self._pay(late, day(-35), 60)  # 55 days, 25 late: when the last of it was paid
        old = self._invoice(100, day(-500))
        self._pay(old, day(-400))
        picture = self._picture()
        behaviour = picture["behaviour"]
        self.assertEqual((behaviour["late"], behaviour["in_time"], behaviour["longest"]), (1, 1, 25))
        self.assertAlmostEqual(float(behaviour["to_pay"]), (300 * 25 + 100 * 55) / 400)
        self.assertAlmostEqual(float(behaviour["to_collect"]), (300 * -5 + 100 * 25) / 400)
        self.assertEqual((picture["last_payment"]["date"], picture["last_payment"]["amount"]), (day(-35), 60))

    def test_purchases_are_less_credit_notes(self):
        invoice = self._invoice(200, day(-5), invoice_date=day(-10))
        self._credit_note(50, day(-4))
        self._pay(invoice, day(-3), 120)
        self._invoice(1000, day(-100), invoice_date=day(-120))  # in 2024
        self.assertEqual([row[1:] for row in self._picture()["turnover"]], [(150, 120), (1000, 0), (1150, 120)])

    def test_a_childs_tab_is_its_parents_and_says_so(self):
        child = self.env["res.partner"].create({"name": "Shop", "parent_id": self.debtor.id, "type": "invoice"})
        invoice = self._invoice(100, day(-10), child)
        self.assertIn(invoice.name, self._tab(child))
        self.assertEqual(self._on(child, day(0)).collection_picture_of_id, self.debtor)
        self.assertFalse(self._on(self.debtor, day(0)).collection_picture_of_id)

    def test_another_company_does_not_count(self):
        other = self.setup_other_company()["company"]
        self._invoice(100, day(-10), company_id=other)
        self.assertIsNone(self._picture())

    def test_a_contact_never_invoiced_has_a_calm_tab(self):
        self.assertIn("nothing to collect", self._tab())
        self.assertFalse(self.debtor.collection_ageing)

    def test_who_has_paid_everything_owes_nothing_and_keeps_a_history(self):
        self._pay(self._invoice(100, day(-10)), day(-5))
        tab = self._tab()
        self.assertIn("Nothing is owed", tab)
        self.assertIn("Paid late 1", tab)

    def test_hostile_words_are_words(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self._case()._log_contact(
            channel="note", direction="internal", outcome="note", summary="<img src=x onerror=alert(1)>"
        )
        self.assertIn("<img src=x onerror=alert(1)>", self._tab())
        self.assertNotIn("<img", str(self.debtor.collection_picture))

    def test_a_collector_sees_no_picture_of_a_colleagues_debtor(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        paul = self._user("paul", "debt_collection.group_collection_collector")
        self._case().user_id = carla
        self.assertIn("Open items", self._tab(user=carla))
        self.assertEqual(self._tab(user=paul), "Another collector has this debtor.")
        self.assertFalse(self.debtor.with_user(paul).collection_open_case_id)
        for login, group in (
            ("otto", "debt_collection.group_collection_auditor"),
            ("ray", "account.group_account_readonly"),
            ("anna", "account.group_account_invoice"),
        ):
            user = self._user(login, group)
            self.assertIn("Open items", self._tab(user=user))
            self.debtor.with_user(user).read(["collection_open_case_id", "collection_ageing"])

    def test_buttons_lead_to_the_case_the_statement_and_a_call(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self.assertEqual(self.debtor.action_open_collection_case()["res_id"], self._case().id)
        self.assertEqual(self.debtor.action_collection_statement()["context"]["default_partner_ids"], self.debtor.ids)
        self.assertEqual(self.debtor.action_collection_call()["context"]["default_case_id"], self._case().id)

    def test_the_picture_takes_few_statements_whatever_is_owed(self):
        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            self._picture()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._picture()
            return self.env.cr.sql_log_count - before

        self._invoice(10, day(-10))
        few = statements()
        for number in range(12):
            self._invoice(10 + number, day(-number))
        self.assertLessEqual(statements(), few)
