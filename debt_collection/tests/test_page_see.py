"""What a debtor sees on its page: what is owed and agreed, how to pay it, its documents; its own alone."""

import json
from unittest.mock import patch

from lxml import html
from odoo import Command
from odoo.tests import tagged

from .common_page_see import SeeCommon

BAD = "<script>alert(1)</script>"


@tagged("post_install", "-at_install")
class TestPageSee(SeeCommon):
    def test_currencies_are_never_added(self):
        self._invoice(100, self._in_days(-10))
        euro = self.setup_other_currency("EUR")  # two euros are a dollar
        self._invoice(40, self._in_days(-10), currency_id=euro.id)
        self._credit_note(15, self._in_days(-1), currency_id=euro.id)
        debtor = self._owing((7, 3)).debtor_id
        heading, pay, facts = self._glance(debtor)
        self.assertEqual(heading, "To pay now")
        # a credit counts in its own currency alone
        self.assertCountEqual(pay, ["$ 107.00", "25.00 €"])
        self.assertCountEqual(facts["Overdue"], ["$ 107.00", "40.00 €"])
        self.assertEqual(facts["Your credits"], ["-15.00 €"])

    def test_a_discount_for_paying_early_is_said_and_leads_to_where_it_is_taken(self):
        terms = self.env["account.payment.term"].create(
            {"name": "2/10 net 30", "early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        early = self._invoice(1000, self._in_days(30), invoice_date=self._in_days(-5), invoice_payment_term_id=terms.id)
        late = self._invoice(500, self._in_days(10), invoice_date=self._in_days(-20), invoice_payment_term_id=terms.id)
        self._owing((100, 10))
        page = self._get(self._case().debtor_id)
        self.assertIn("Pay $ 980.00 until", self._text(page))
        self.assertNotIn("490.00", self._text(page))
        self.assertIn(early._collection_pay_url(), page.text)
        self.assertNotIn(late._collection_pay_url(), page.text)

    def test_an_early_instalment_is_overdue_while_the_later_is_not_due(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in sixty days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 60)
                ],
            }
        )
        self._invoice(300, self._in_days(0), invoice_date=self._in_days(-20), invoice_payment_term_id=terms.id)
        self._assess(self.today)
        debtor = self._case().debtor_id
        self.assertEqual(
            self._glance(debtor), ("To pay now", ["$ 150.00"], {"Overdue": ["$ 150.00"], "Not yet due": ["$ 150.00"]})
        )
        first, second = self._items(debtor)
        self.assertEqual((first[1:3], second[1:3]), (("$ 150.00", ["20 days late"]), ("$ 150.00", ["Due in 40 days"])))
        self.assertIn("instalment 1 of 2", first[3])
        self.assertIn("instalment 2 of 2", second[3])

    def test_credits_are_shown_and_taken_off_what_was_due_first(self):
        self._invoice(100, self._in_days(-20))
        self._credit_note(130, self._in_days(-5))
        debtor = self._owing((80, 10), (50, -10)).debtor_id
        # 100 + 80 overdue less 130 of credit
        self.assertEqual(
            self._glance(debtor),
            (
                "To pay now",
                ["$ 50.00"],
                {"Overdue": ["$ 180.00"], "Your credits": ["$ -130.00"], "Not yet due": ["$ 50.00"]},
            ),
        )
        self.assertEqual(
            [(amount, badges) for _name, amount, badges, _text in self._items(debtor)],
            [
                ("$ 100.00", ["Covered by your credits"]),
                ("$ 80.00", ["10 days late"]),
                ("$ 50.00", ["Due in 10 days"]),
            ],
        )
        self.assertIn("Payments and credit notes in your favour", self._text(self._get(debtor)))

    def test_who_has_paid_more_than_is_open_has_nothing_to_pay(self):
        case = self._owing((100, 10))
        self._payment(150, self._in_days(-1))
        self.assertEqual(
            self._glance(case.debtor_id),
            ("There is nothing to pay", [], {"Overdue": ["$ 100.00"], "Your credits": ["$ -150.00"]}),
        )

    def test_a_disputed_part_is_shown_and_not_to_be_paid_now(self):
        case = self._owing((100, 10))
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        self.env["collection.dispute"]._raise(case, {case.item_ids: 30.0}, reason)
        heading, pay, facts = self._glance(case.debtor_id)
        self.assertEqual((heading, pay), ("To pay now", ["$ 70.00"]))
        self.assertEqual(facts["You object to it, and we look into it"], ["$ 30.00"])
        [(_name, amount, badges, _text)] = self._items(case.debtor_id)
        self.assertEqual(amount, "$ 100.00")
        self.assertEqual([self._plain(badge) for badge in badges], ["You object to $ 30.00", "10 days late"])

    def test_a_promise_is_shown_with_its_day(self):
        case = self._owing((100, 10), (60, 5))
        self.env["collection.promise"]._make(case, case.item_ids.sorted("date_due")[0], 100, self._in_days(4))
        heading, pay, facts = self._glance(case.debtor_id)
        self.assertEqual((heading, pay), ("To pay now", ["$ 60.00"]))
        self.assertEqual((facts["Overdue"], facts["Promised by you"]), (["$ 60.00"], ["$ 100.00"]))
        day = self._in_days(4).strftime("%m/%d/%Y")
        self.assertEqual(self._items(case.debtor_id)[0][2], [f"Promised for {day}"])
        self.assertIn(f"By {day}", self._text(self._get(case.debtor_id)))

    def test_a_plan_is_shown_with_its_next_instalment(self):
        case = self._owing((90, 10))
        schedule = [(self._in_days(days), 30.0) for days in (0, 30, 60)]
        case._make_plan(case.item_ids, schedule)._accept(reason="By telephone")
        # the first instalment is due today
        heading, pay, facts = self._glance(case.debtor_id)
        self.assertEqual((heading, pay, facts["In your payment plan"]), ("To pay now", ["$ 30.00"], ["$ 90.00"]))
        self.assertEqual(facts["Instalments of your plan that are due"], ["$ 30.00"])
        text = self._plain(self._text(self._get(case.debtor_id)))
        self.assertIn("Next instalment, due today $ 30.00", text)
        self.assertIn("Paid: $ 0.00 of $ 90.00", text)

    def test_what_is_due_today_is_to_be_paid_now_and_not_late(self):
        debtor = self._owing((100, 10)).debtor_id
        self._invoice(20, self.today)
        self.assertEqual(
            self._glance(debtor), ("To pay now", ["$ 120.00"], {"Overdue": ["$ 100.00"], "Due today": ["$ 20.00"]})
        )
        self.assertEqual(self._items(debtor)[1][2], ["Due today"])

    def test_a_part_paid_says_of_how_much(self):
        case = self._owing((100, 10))
        self._pay(case.item_ids.move_id, self.today, 25)
        [(_name, amount, _badges, text)] = self._items(case.debtor_id)
        self.assertEqual(amount, "$ 75.00")
        self.assertIn("open of $ 100.00", text)

    def test_nothing_owed_says_so(self):
        case = self._owing((100, 10))
        self._pay(case.item_ids.move_id, self.today)
        self._assess(self.today)
        heading, pay, facts = self._glance(case.debtor_id)
        self.assertEqual((heading, pay, facts), ("Nothing is owed. Thank you!", [], {}))
        self.assertNotIn("Open invoices", self._text(self._get(case.debtor_id)))

    def test_nothing_overdue_says_what_is_next(self):
        case = self._owing((100, 10), (70, -12), (50, -30))
        self._pay(case.item_ids.sorted("date_due")[0].move_id, self.today)
        self._assess(self.today)
        heading, pay, facts = self._glance(case.debtor_id)
        self.assertEqual((heading, pay, facts), ("Nothing is overdue. Thank you!", [], {"Not yet due": ["$ 120.00"]}))
        day = self._in_days(12).strftime("%m/%d/%Y")
        self.assertIn(
            f"The next invoice is due on {day}. You are welcome to pay earlier.", self._text(self._get(case.debtor_id))
        )

    def test_a_branch_is_shown_and_another_company_is_not(self):
        branch = self._branch()
        self._invoice(33, self._in_days(-10), company_id=branch.id)
        data = self.setup_other_company()
        move = self.env["account.move"].with_company(data["company"])
        move = move.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.debtor.id,
                "invoice_date": self._in_days(-40),
                "invoice_date_due": self._in_days(-10),
                "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 777, "tax_ids": False})],
            }
        )
        move.action_post()
        debtor = self._owing((100, 10)).debtor_id
        self.assertEqual(self._glance(debtor)[1], ["$ 133.00"])
        self.assertNotIn("777", self._text(self._get(debtor)))
        self.assertEqual(self._get(debtor, f"/invoice/{self._receivable(move).id}").status_code, 404)

    def test_names_and_numbers_are_text(self):
        self.debtor.name = f"{BAD} Debtor"
        self.company.name = f"{BAD} Company"
        case = self._owing((100, 10))
        self._receivable(case.item_ids.move_id).move_id.write({"payment_reference": f"{BAD} reference"})
        self.env.cr.execute(
            "UPDATE account_move SET name = %s WHERE id = %s", (f"{BAD} number", case.item_ids.move_id.id)
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET move_name = %s WHERE move_id = %s",
            (f"{BAD} number", case.item_ids.move_id.id),
        )
        self.env.invalidate_all()
        page = self._get(case.debtor_id)
        self.assertNotIn(BAD, page.text)
        for word in ("Debtor", "Company", "number"):
            self.assertIn(f"{BAD} {word}", self._text(page))
        scripts = html.fromstring(page.text).iter("script")
        self.assertEqual([script.get("src") for script in scripts], ["/debt_collection/static/page/page.js"])
        self.assertEqual(
            json.loads(self._get(case.debtor_id, "/manifest.webmanifest").text)["short_name"][:8], "<script>"
        )

    def test_the_page_costs_the_same_whatever_the_number_of_items(self):
        debtor = self._owing((100, 10), (90, 5), (80, -5)).debtor_id
        self._get(debtor)
        few = self._statements_of(debtor)
        self.assertGreater(few, 10, "they are counted")
        for days in range(12):
            self._invoice(10 + days, self._in_days(-days))
        self._assess(self.today)
        self.assertLessEqual(self._statements_of(debtor), few)

    def _statements_of(self, debtor):
        self._get(debtor)
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(debtor).status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_of_many_items_the_first_are_shown_and_all_are_counted(self):
        for number in range(5):
            self._invoice(10, self._in_days(number - 20))
        debtor = self._owing((10, 3)).debtor_id
        module = "odoo.addons.debt_collection.models.collection_page_shown_items"
        with patch(f"{module}.FIRST", 2), patch(f"{module}.SHEET", 4):
            self.assertEqual(
                [badges for _n, _a, badges, _t in self._items(debtor)], [["20 days late"], ["19 days late"]]
            )
            self.assertIn("Show all: 4 more", self._text(self._get(debtor)))
            self.assertEqual(self._glance(debtor)[1], ["$ 60.00"])
            self.assertEqual([len(self._items(debtor, all=1, sheet=sheet)) for sheet in (1, 2, 3)], [4, 2, 2])
            self.assertIn("Page 1 of 2", self._text(self._get(debtor, all=1, sheet="-1")))
            self.assertIn("Page 2 of 2", self._text(self._get(debtor, all=1, sheet="999999")))
            self.assertEqual(self._get(debtor, all=1, sheet="9" * 40).status_code, 200)

    def test_interest_is_shown_when_the_last_notice_claims_it(self):
        self.company.collection_interest = True
        scheme = self.env["collection.interest.scheme"].create(
            {"name": "Ours", "law": "Section 5", "points": 10, "basis": "365", "business_only": False}
        )
        self.company.collection_interest_scheme_id = scheme
        self._owing((3650, 10))
        self._follow_up(self.today)
        case = self._case()
        self.assertNotIn("Interest to date", self._text(self._get(case.debtor_id)))
        case.item_ids.level_id.claim_interest = True
        # 3,650 at 10 % a year is 1 a day: 10 days
        self.assertIn(
            "Interest to date: $ 10.00 (Section 5; 10.00 % a year)",
            self._plain(self._text(self._get(case.debtor_id))),
        )
