"""What a notice says: to whom, in which language, how much in which currency, and where to pay."""

from lxml import html
from odoo.tests import tagged

from .common import DAY, CollectionCommon, day


@tagged("post_install", "-at_install")
class TestNotice(CollectionCommon):
    def _action(self, on=DAY):
        return self._run(on).action_ids

    def _text(self, action=None, **options):
        """Return what a reader of the notice sees, spaces made plain."""
        page = html.fromstring(str((action or self._action())._render_notice(**options)))
        return " ".join(page.text_content().replace("\u200f", "").split()).replace("\xa0", " ").replace("\u202f", " ")

    def _address(self, kind, **values):
        return self.env["res.partner"].create(
            {
                "name": f"Books {kind}",
                "parent_id": self.debtor.id,
                "type": kind,
                "email": f"{kind}@example.com",
                **values,
            }
        )

    # ---- to whom --------------------------------------------------------------------------------------------------

    def test_the_address_for_collections_comes_first_then_that_for_invoices(self):
        self._invoice(100, day(-10))
        action = self._action()
        self.assertEqual(action._address(), self.debtor)
        invoices = self._address("invoice")
        self.assertEqual(action._address(), invoices)
        collections = self._address("collections")
        self.assertEqual(action._address(), collections)

    def test_an_address_that_cannot_be_reached_is_passed_over(self):
        self._invoice(100, day(-10))
        action = self._action()
        self._address("collections", email=False)
        invoices = self._address("invoice")
        self.assertEqual(action._address(), invoices)
        self.env["mail.blacklist"]._add(invoices.email)
        self.env.invalidate_all()
        self.assertEqual(action._address(), self.debtor)

    def test_the_mail_goes_to_the_address_and_from_the_collector(self):
        carla = self._user("carla", "debt_collection.group_collection_collector", email="carla@example.com")
        self.company.collection_user_id = carla
        books = self._address("collections")
        self._invoice(100, day(-10))
        action = self._action()
        action.action_approve()
        self._dispatch(day(0))
        mail = action.mail_id
        self.assertEqual(mail.recipient_ids, books)
        self.assertIn("carla@example.com", mail.email_from)
        self.assertIn("carla@example.com", mail.reply_to)
        self.assertEqual(mail.subject, f"Friendly from {self.company.name}")

    # ---- in which language ----------------------------------------------------------------------------------------

    def test_words_table_and_dates_are_in_the_debtors_language(self):
        template = self.friendly.mail_template_id.sudo()
        template.with_context(lang="fr_FR").write({"body_html": "<p>Cher client</p>", "subject": "Rappel"})
        self.debtor.lang = "fr_FR"
        self._invoice(1234.5, day(-10))
        action = self._action()
        text = self._text(action)
        self.assertIn("Cher client", text)
        self.assertNotIn("Friendly words", text)
        self.assertIn("28/02/2025", text)
        self.assertIn("1 234,50", text)
        self.assertEqual(action._words()["subject"], "Rappel")

    def test_the_language_of_the_address_wins_over_the_debtors(self):
        self.debtor.lang = "fr_FR"
        self._address("collections", lang="en_US")
        self._invoice(1234.5, day(-10))
        text = self._text()
        self.assertIn("1,234.50", text)
        self.assertIn("02/28/2025", text)

    def test_an_arabic_notice_runs_from_right_to_left(self):
        self.debtor.lang = "ar_001"
        self._invoice(100, day(-10))
        page = html.fromstring(str(self._action()._render_notice()))
        self.assertTrue(page.xpath("descendant-or-self::*[@dir='rtl']"))
        self.assertFalse(page.xpath("descendant-or-self::table[@dir='ltr']"))

    # ---- how much -------------------------------------------------------------------------------------------------

    def test_currencies_are_never_summed(self):
        euro = self.setup_other_currency("EUR")
        self._invoice(100, day(-10))
        self._invoice(60, day(-12), currency_id=euro)
        self._invoice(40, day(-14), currency_id=euro)
        action = self._action()
        totals = {total["currency"].name: total["claim"] for total in action._notice_values()["totals"]}
        self.assertEqual(totals, {"USD": 100, "EUR": 100})
        text = self._text(action)
        self.assertNotIn("200.00", text)
        # in the case's own figures the euros count half: 100 + 50
        self.assertEqual(action.amount, 150)
        self.assertNotIn("150.00", text)

    def test_a_credit_is_shown_and_taken_off(self):
        self._invoice(100, day(-20))
        self._invoice(80, day(-10))
        self._payment(30, day(-1))
        [total] = self._action()._notice_values()["totals"]
        self.assertEqual((total["open"], total["credit"], total["claim"]), (180, 30, 150))
        self.assertIn("150.00", self._text(self.env["collection.action"].search([], limit=1)))

    def test_what_is_covered_left_out_or_paid_is_not_named(self):
        covered, paid, left_out = (
            self._invoice(30, day(-25)),
            self._invoice(40, day(-20)),
            self._invoice(50, day(-15)),
        )
        claimed = self._invoice(60, day(-10))
        self._payment(30, day(-1))
        self._pay(paid, day(-1))
        left_out.no_followup = True
        text = self._text()
        self.assertIn(claimed.name, text)
        for invoice in (covered, paid, left_out):
            self.assertNotIn(invoice.name, text)

    def test_a_preview_shows_the_ledger_as_it_is_now(self):
        invoice = self._invoice(100, day(-10))
        action = self._on(self._action(), day(0))
        self._pay(invoice, day(0), amount=63)
        action.invalidate_recordset()
        self.assertIn("37.00", action.preview_html)

    # ---- safe and complete ----------------------------------------------------------------------------------------

    def test_markup_in_names_is_shown_and_does_not_run(self):
        self.debtor.name = "<script>alert('x')</script> & \"Sons\""
        self._invoice(100, day(-10), move_name="INV/<b>1</b>&2")
        action = self._action()
        rendered = str(action._render_notice())
        self.assertNotIn("<script", rendered)
        self.assertNotIn("<b>1</b>", rendered)
        text = self._text(action)
        self.assertIn("<script>alert('x')</script> & \"Sons\"", text)
        self.assertIn("INV/<b>1</b>&2", text)
        action.action_approve()
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")
        self.assertNotIn("<script", action.mail_id.body_html)

    def test_a_notice_of_a_company_without_the_page_has_a_link_to_pay_each_invoice(self):
        self.company.collection_page = False
        invoice = self._invoice(100, day(-10))
        rendered = str(self._action()._render_notice(links=True))
        links = [link for link in html.fromstring(rendered).xpath("descendant-or-self::a/@href") if "/pay/" in link]
        self.assertEqual(links, [invoice._collection_pay_url()])
        self.assertTrue(links[0].startswith(f"{invoice.get_base_url()}/collections/pay/{invoice.id}/"))

    def test_the_bank_account_is_named_where_there_is_one(self):
        self._invoice(100, day(-10))
        action = self._action()
        self.env["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": self.company.partner_id.id, "allow_out_payment": True}
        )
        self.assertIn("BE71 0961 2345 6769", self._text(action))

    def test_a_company_without_logo_bank_or_phone_still_writes_well(self):
        self.company.write({"logo": False, "phone": False, "email": False})
        self.company.partner_id.bank_ids.unlink()
        self._invoice(100, day(-10))
        text = self._text()
        self.assertIn("100.00", text)
        self.assertIn("Friendly words", text)
        self.assertNotIn("False", text)
        self.assertNotIn("None", text)

    def test_an_item_about_to_fall_due_is_no_debt_in_the_note(self):
        invoice = self._invoice(100, day(3))
        [action] = self._action()
        self.assertEqual(action.level_id, self.note)
        values = action._notice_values()
        self.assertFalse(values["overdue"])
        self.assertEqual([line["name"] for line in values["upcoming"]], [invoice.name])
