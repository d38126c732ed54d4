"""A debtor asks on its page to pay in instalments: the schedule, the limits, and a colleague's decision."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_page_plan import PagePlanCommon


@tagged("post_install", "-at_install")
class TestPagePlan(PagePlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._owing((600, 20), (100, 10))
        cls.mine = cls.case.debtor_id

    def test_the_schedule_is_shown_to_the_cent_before_anything_is_asked(self):
        page = self._look(self.mine, number=3, first=self._in_days(3).isoformat(), frequency="weekly")
        # 700 / 3, the rounding on the last
        self.assertEqual(page.text.count("233.33"), 2)
        self.assertEqual(page.text.count("233.34"), 1)
        self.assertIn("700.00", self._text(page))
        self.assertFalse(self._plan(self.mine))

    def test_a_plan_within_the_limits_is_offered_for_signature_at_once(self):
        answer = self._ask(self.mine, number=4, frequency="weekly", first=self._in_days(3).isoformat())
        self.assertEqual(answer.status_code, 303)
        self.assertRegex(answer.headers["Location"], r"/collections/page/[\w-]{32}/plan/sign$")
        plan = self._plan(self.mine)
        self.assertRecordValues(
            plan, [{"state": "draft", "asked_online": True, "offered_on": self.today, "amount_total": 700}]
        )
        self.assertEqual(
            [(line.date, line.amount) for line in plan.line_ids],
            [(self._in_days(3 + 7 * week), 175) for week in range(4)],
        )
        entries = self.case.contact_ids.filtered(lambda entry: entry.direction == "in")
        self.assertRecordValues(entries, [{"user_id": False, "outcome": "received"}])
        self.assertIn(f"Asked for payment plan {plan.name}", entries.summary)
        self.assertIn("ready to be signed", self._mails(self.case).subject)
        self.assertIn("Sign your payment plan", self._text(self._get(self.mine)))
        # it pauses nothing before it is signed
        self.assertEqual({line["state"] for line in self._lines(self.mine)}, {"overdue"})

    def test_above_the_limit_a_person_decides_and_the_debtor_is_told(self):
        self.company.collection_page_plan_amount = 699.99
        self.case.user_id = self.env.user
        answer = self._ask(self.mine)
        self.assertNotIn("/plan/sign", answer.headers["Location"])
        plan = self._plan(self.mine)
        self.assertFalse(plan.offered_on)
        self.assertRecordValues(
            plan.activity_ids, [{"user_id": self.env.uid, "summary": "Decide about the payment plan asked for"}]
        )
        page = self._text(self._get(self.mine, "/plan"))
        self.assertIn("We are looking at it", page)
        self.assertIn("Promise a day", page)
        self.assertEqual(self._get(self.mine, "/plan/sign").status_code, 303)
        plan.action_offer()
        self.assertEqual(plan.offered_on, self.today)
        self.assertFalse(plan.activity_ids)
        self.assertIn("ready to be signed", self._mails(self.case)[:1].subject)
        self.assertEqual(self._get(self.mine, "/plan/sign").status_code, 200)

    def test_a_declined_plan_says_why_to_the_debtor(self):
        self.company.collection_page_plan_amount = 0
        self._ask(self.mine)
        plan = self._plan(self.mine)
        wizard = self.env["collection.plan.decline"]
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.create({"plan_id": plan.id, "reason": "  "}).action_confirm()
        self.assertEqual(plan.state, "draft")
        wizard.create({"plan_id": plan.id, "reason": "Two instalments <b>at most</b>, please."}).action_confirm()
        self.assertEqual(plan.state, "cancelled")
        self.assertIn("Two instalments &lt;b&gt;at most", self._mails(self.case)[:1].body_html)
        page = self._get(self.mine, "/plan")
        self.assertIn("Two instalments <b>at most</b>, please.", self._text(page))
        self.assertNotIn("<b>at most", page.text)
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            plan.action_offer()

    def test_what_is_outside_the_limits_is_refused_in_a_sentence(self):
        first = self._in_days(31).isoformat()
        for values, words in [
            ({"number": 7}, "between 2 and 6"),
            ({"number": 1}, "between 2 and 6"),
            ({"number": "-3"}, "between 2 and 6"),
            ({"number": "NaN"}, "between 2 and 6"),
            ({"number": "9" * 5000}, "between 2 and 6"),
            ({"first": first}, "Choose a day between"),
            ({"first": self._in_days(-1).isoformat()}, "Choose a day between"),
            ({"first": "tomorrow"}, "Choose the day of the first instalment"),
            ({"frequency": "yearly"}, "how often"),
            ({"frequency": "payday"}, "how often"),  # no payday is known
            ({"lines": []}, "Choose what you want to pay"),
            ({"lines": ["0"]}, "What is owed has changed"),
            ({"lines": ["1; DROP TABLE"]}, "What is owed has changed"),
        ]:
            with self.subTest(values=str(values)[:60]):
                page = self._look(self.mine, **values)
                self.assertEqual(page.status_code, 422)
                self.assertIn(words, self._text(page))
        self.company.collection_page_plan_minimum = 116.67  # 700 / 6 is 116.66
        self.assertIn("less than $\xa0116.67".replace("\xa0", " "), self._text(self._look(self.mine, number=6)))
        self.assertEqual(self._look(self.mine, number=5).status_code, 200)
        self.assertFalse(self._plan(self.mine))

    def test_the_form_is_checked_again_when_it_is_sent(self):
        path, form = self._form(self._look(self.mine), "/plan")
        form["line"] = [line["line_id"] for line in self._lines(self.mine)]
        for values in ({"number": "60"}, {"first": "2020-01-01"}, {"line": "1"}, {"form_key": "x"}):
            answer = self._post(path, {**form, **values})
            self.assertEqual(answer.status_code, 422, values)
        self.assertFalse(self._plan(self.mine))

    def test_the_items_of_another_debtor_are_not_to_be_had(self):
        other = self._owing((50, 10), partner=self._partner("Somebody Else")).debtor_id
        page = self._look(self.mine, lines=[self._lines(other)[0]["line_id"]])
        self.assertEqual(page.status_code, 422)
        self.assertNotIn("50.00", self._text(page).replace("$ 50.00 at least", ""))

    def test_a_form_sent_twice_makes_one_plan(self):
        page = self._look(self.mine)
        path, form = self._form(page, "/plan")
        form["line"] = [line["line_id"] for line in self._lines(self.mine)]
        self.assertEqual([self._post(path, form).status_code for _time in range(2)], [303, 303])
        self.assertEqual(self.env["collection.plan"].search_count([("case_id", "=", self.case.id)]), 1)

    def test_one_plan_in_the_period_and_none_while_one_waits(self):
        self._ask(self.mine)
        page = self._look(self.mine)
        self.assertEqual(page.status_code, 422)
        self.assertIn("asked for a payment plan already", self._text(page))
        self._plan(self.mine).action_cancel()
        page = self._look(self.mine)
        self.assertEqual(page.status_code, 422)
        self.assertIn("cannot ask for another payment plan", self._text(page))
        self.company.collection_page_plans = 2
        self.assertEqual(self._look(self.mine).status_code, 200)
        self.company.collection_page_plans = 0
        self.assertIn("Instalments are not agreed on this page", self._text(self._get(self.mine, "/plan")))
        self.assertNotIn("Pay in instalments", self._text(self._get(self.mine)))

    def test_a_plan_not_signed_in_time_is_asked_for_anew(self):
        self._ask(self.mine)
        plan = self._plan(self.mine).sudo()
        plan.line_ids[:1].date = plan.next_date = self._in_days(-1)
        page = self._text(self._get(self.mine, "/plan"))
        self.assertIn("It cannot be signed any more. Ask for another below.", page)
        self.assertEqual(self._get(self.mine, "/plan/sign").status_code, 303)
        with self.assertRaisesRegex(UserError, "Make a new plan with later days"):
            plan.sudo(False).action_offer()
        self._ask(self.mine)
        self.assertEqual(plan.state, "cancelled")
        self.assertNotEqual(self._plan(self.mine), plan)

    def test_promised_and_disputed_items_are_not_offered(self):
        items = self.case.open_item_ids.sorted("date_due")
        self.env["collection.promise"].sudo()._make(self.case.sudo(), items[0], 600, self._in_days(5))
        page = self._get(self.mine, "/plan")
        self.assertNotIn(items[0].name, self._text(page))
        self.assertIn(items[1].name, self._text(page))
        line = next(line for line in self._lines(self.mine) if line["item"].id == items[0].id)
        self.assertEqual(self._look(self.mine, lines=[line["line_id"]]).status_code, 422)

    def test_instalments_fall_on_the_payday_when_it_is_known(self):
        payday = self._in_days(10).day
        self.mine.sudo().payday = payday
        page = self._get(self.mine, "/plan")
        self.assertIn(f"On your payday, day {payday} of the month", self._text(page))
        self._ask(self.mine, frequency="payday", number=2, first=self.today.isoformat())
        self.assertEqual(self._plan(self.mine).line_ids[0].date, self._in_days(10))

    def test_who_has_defaulted_before_waits_for_a_person(self):
        self._ask(self.mine)
        self._plan(self.mine).sudo().write({"state": "defaulted"})
        self.company.collection_page_plans = 5
        self._ask(self.mine)
        self.assertRecordValues(self._plan(self.mine), [{"state": "draft", "offered_on": False}])

    def test_limits_are_in_the_currency_of_the_company(self):
        euro = self.setup_other_currency("EUR", rates=[("2000-01-01", 0.5)])  # a euro is two dollars
        partner = self._partner("Abroad")
        self._invoice(400, self._in_days(-10), partner, currency_id=euro.id)
        self._assess(self.today)
        debtor = self._case(partner).debtor_id
        # 400 are 800 of the company's; 50 of the company's are 25
        self.assertEqual(self._look(debtor, number=6).status_code, 200)
        self.company.collection_page_plan_minimum = 140  # 70; 400 / 6 is 66.66
        self.assertEqual(self._look(debtor, number=6).status_code, 422)
        self.company.collection_page_plan_amount = 799
        self._ask(debtor, number=5)
        self.assertFalse(self._plan(debtor).offered_on)

    def test_a_collector_cannot_offer_or_decline_on_a_case_of_another(self):
        self.company.collection_page_plan_amount = 0
        self._ask(self.mine)
        plan = self._plan(self.mine)
        self.case.user_id = self.env.user
        stranger = self._user("stranger", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            plan.with_user(stranger).action_offer()
        with self.assertRaises(AccessError):
            plan.with_user(stranger)._decline("No")
        self.case.user_id = stranger
        with self.assertRaises(AccessError):
            plan.with_user(stranger).write({"offered_on": self.today})
        plan.with_user(stranger).action_offer()
        self.assertEqual(plan.offered_on, self.today)

    def test_a_plan_of_a_colleague_is_shown_when_it_is_offered_and_not_before(self):
        items = self.case.open_item_ids
        plan = self.case._make_plan(items, [(self._in_days(5), 300), (self._in_days(35), 400)])
        self.assertNotIn(plan.name, self._text(self._get(self.mine, "/plan")))
        plan.action_offer()
        self.assertIn(plan.name, self._text(self._get(self.mine, "/plan")))
        self.company.collection_page = False
        plan.sudo().offered_on = False
        with self.assertRaisesRegex(UserError, "debtor's page is off"):
            plan.action_offer()
