"""Who recovers more: strategies, levels, channels, collectors and wording, by what was paid within the days."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day
from .common_report import sheets_of


@tagged("post_install", "-at_install")
class TestComparison(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hard = cls.env["collection.strategy"].create({"name": "Hard", "min_gap_days": 1, "min_amount": 1.0})
        cls.harsh = cls._level("Harsh", 3, strategy=cls.hard)

    def _written(self, name, amount, strategy=None, due=-10):
        """Return the invoice of a customer who is written to on day 0."""
        partner = self._partner(name)
        invoice = self._invoice(amount, day(due), partner)
        if strategy:
            self.env["collection.debtor"]._get(self.company, partner).strategy_id = strategy
        return invoice

    def _show(self, on=None, **values):
        show = self._on(self.env["collection.comparison.show"], on or day(60)).create(
            {"date_from": day(-30), "date_to": day(60), "days": 30, **values}
        )
        show.action_compare()
        return show

    def _table(self, show):
        return {
            line.name: (line.cases, line.paid, line.claimed, line.recovered, line.too_recent) for line in show.line_ids
        }

    def test_two_strategies_by_what_was_paid_within_thirty_days(self):
        kind, slow = self._written("Kind", 100), self._written("Slow", 300)
        hard = self._written("Hard One", 200, self.hard)
        self._follow_up(day(0))
        self._pay(kind, day(10), 40)
        self._pay(slow, day(31))  # a day too late
        self._pay(hard, day(30))  # the last day
        show = self._show()
        self.assertEqual(self._table(show), {"Ladder": (2, 1, 400, 40, 0), "Hard": (1, 1, 200, 200, 0)})
        ladder = show.line_ids.filtered(lambda line: line.name == "Ladder")
        self.assertAlmostEqual(ladder.share, 0.5)
        self.assertAlmostEqual(ladder.amount_share, 0.1)
        self.assertIn("can be chance; with 1 and 2 cases", show.told)

    def test_what_was_paid_before_the_notice_left_or_credited_is_not_recovered_by_it(self):
        invoice, credited = self._written("Kind", 100), self._written("Credited", 100)
        self._pay(invoice, day(-2), 30)
        self._follow_up(day(0))
        credit = self._credit_note(100, day(5), credited.partner_id)
        (self._receivable(credit) | self._receivable(credited)).reconcile()
        self.assertEqual(self._table(self._show()), {"Ladder": (2, 0, 170, 0, 0)})

    def test_a_case_counts_once_with_its_first_contact_however_often_it_was_written_to(self):
        invoice = self._written("Kind", 100)
        for on in (0, 7, 20):
            self._follow_up(day(on))
        self._pay(invoice, day(25))
        self.assertEqual(self._table(self._show()), {"Ladder": (1, 1, 100, 100, 0)})
        # each level that it met counts the payment within its own days
        self.assertEqual({row[:2] for row in self._table(self._show(subject="level")).values()}, {(1, 1)})

    def test_contacts_whose_days_have_not_all_passed_are_left_out_and_counted_apart(self):
        self._written("Kind", 100)
        self._follow_up(day(0))
        show = self._show(on=day(30))
        self.assertEqual(self._table(show), {"Ladder": (0, 0, 0, 0, 1)})
        self.assertEqual(show.too_recent, 1)
        self.assertIn("nothing to compare", show.told)
        self.assertEqual(self._table(self._show(on=day(31))), {"Ladder": (1, 0, 100, 0, 0)})

    def test_a_foreign_claim_counts_in_the_currency_of_the_company(self):
        foreign = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        partner = self._partner("Abroad")
        invoice = self._invoice(100, day(-10), partner, currency_id=foreign)
        self._follow_up(day(0))
        self._pay(invoice, day(3), 25, currency_id=foreign.id)
        self.assertEqual(self._table(self._show()), {"Ladder": (1, 1, 50, 12.5, 0)})

    def test_collectors_are_who_had_the_debtor_on_the_day(self):
        anna, bert = (
            self._user(login, "debt_collection.group_collection_collector", name=name)
            for login, name in (("anna", "Anna"), ("bert", "Bert"))
        )
        invoice = self._written("Kind", 100)
        self._assess(day(-1))
        case = self._case(invoice.partner_id)
        case.debtor_id.with_context(collection_today=day(-1)).user_id = anna
        self.env["collection.assignment"]._follow(self.company, day(-1))
        self._follow_up(day(0))
        case.debtor_id.with_context(collection_today=day(3)).user_id = bert
        self.env["collection.assignment"]._follow(self.company, day(3))
        self._pay(invoice, day(5))
        self.assertEqual(self._table(self._show(subject="collector")), {"Anna": (1, 1, 100, 100, 0)})

    def test_wording_is_the_text_of_the_level_or_ones_own(self):
        self._written("Kind", 100)
        own = self._written("Own", 100)
        run = self._run(day(0))
        run.action_ids.filtered(lambda action: action.partner_id == own.partner_id).body = "<p>Dear friend</p>"
        run.action_ids.action_approve()
        self._dispatch(day(0))
        self._leave(run.action_ids, day(0))
        table = self._table(self._show(subject="wording"))
        self.assertEqual(table, {"Friendly": (1, 0, 100, 0, 0), "Words changed by hand": (1, 0, 100, 0, 0)})

    def test_a_difference_that_is_hardly_chance_is_told_with_its_odds(self):
        comparison = self.env["collection.comparison"]
        # 62 and 48 of 100 each: z = 0.14 / sqrt(0.55 x 0.45 x 0.02) = 1.990, two-sided 0.0466, that is 1 in 21.5
        rows = [{"name": "Kind", "cases": 100, "paid": 62}, {"name": "Firm", "cases": 100, "paid": 48}]
        [sentence] = comparison._sentences(rows)
        self.assertEqual(
            sentence,
            "Kind recovers more than Firm (62 % against 48 % of cases paid); so large a difference would be rare by "
            "chance (1 in 21).",
        )

    def test_a_third_group_makes_the_same_difference_less_telling(self):
        rows = [{"name": name, "cases": 100, "paid": paid} for name, paid in (("A", 62), ("B", 48), ("C", 55))]
        self.assertTrue(all("can be chance" in told for told in self.env["collection.comparison"]._sentences(rows)))

    def test_one_group_or_none_says_so(self):
        comparison = self.env["collection.comparison"]
        self.assertIn("nothing to compare yet", comparison._sentences([])[0])
        self.assertIn("Only Kind", comparison._sentences([{"name": "Kind", "cases": 3, "paid": 1}])[0])

    def test_each_row_opens_its_cases_and_the_table_downloads(self):
        invoice = self._written("Kind", 100)
        self._written("=Cmd", 100, self.hard)
        self._follow_up(day(0))
        show = self._show()
        line = show.line_ids.filtered(lambda line: line.name == "Ladder")
        cases = self.env["collection.case"].search(line.action_open_cases()["domain"])
        self.assertEqual(cases.partner_id, invoice.partner_id)
        table, words = sheets_of(self._downloaded(show.action_download()))
        self.assertEqual(table[0][:3], ["Strategies", "Cases", "Cases that paid"])
        self.assertEqual(sorted(row[:3] for row in table[1:]), [["Hard", 1, 0], ["Ladder", 1, 0]])
        self.assertIn("not drawn at random", words[-1][0])

    def _downloaded(self, action):
        download = self.env["collection.download"].search([], order="id desc", limit=1)
        self.assertIn(str(download.id), action["url"])
        return download.content

    def test_impossible_wishes_are_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._show(date_from=day(2), date_to=day(1))
        with self.assertRaisesRegex(ValidationError, "at least a day"):
            self._show(days=0)
        with self.assertRaisesRegex(UserError, "nothing to download"):
            self._show().action_download()

    def test_a_collector_does_not_compare_colleagues_and_an_auditor_may(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.env["collection.comparison.show"].with_user(carla)._open()
        audra = self._user("audra", "debt_collection.group_collection_auditor")
        self.assertTrue(self.env["collection.comparison.show"].with_user(audra)._open()["res_id"])

    def test_another_company_is_not_compared(self):
        self._written("Kind", 100)
        self._follow_up(day(0))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        mia = self._user("mia", "debt_collection.group_collection_manager")
        with self.assertRaises(AccessError):
            self.env["collection.comparison.show"].with_user(mia).create({"company_id": other.id}).action_compare()
        show = (
            self._on(self.env["collection.comparison.show"], day(60))
            .with_context(allowed_company_ids=[other.id])
            .create({"date_from": day(-30), "date_to": day(0) + timedelta(days=60)})
        )
        show.action_compare()
        self.assertFalse(show.line_ids)
