"""The trade's measures: published examples, figures worked out by hand, and what holds for any amounts."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import kpi

amounts = st.integers(1, 10**9).map(Decimal)


@tagged("post_install", "-at_install")
class TestKpi(BaseCase):
    def test_the_published_example_of_dso_best_possible_dso_and_add(self):
        self.assertEqual(kpi.dso(15000, 10000, 30), 45)
        self.assertEqual(kpi.best_possible_dso(4000, 10000, 30), 12)
        self.assertEqual(kpi.average_days_delinquent(15000, 4000, 10000, 30), 33)

    def test_the_published_example_of_a_year(self):
        self.assertEqual(kpi.dso(Decimal(200000), Decimal(2000000), 365), Decimal("36.5"))

    def test_the_published_example_of_the_collection_effectiveness_index(self):
        # (100,000 + 1,000,000 - 120,000) / (100,000 + 1,000,000 - 100,000)
        self.assertEqual(kpi.collection_effectiveness(100000, 1000000, 120000, 100000), 98)

    def test_the_index_of_a_quarter_may_take_a_third_of_its_sales(self):
        # (100 + 300/3 - 120) / (100 + 300/3 - 100) = 80 / 100
        self.assertEqual(kpi.collection_effectiveness(100, 300, 120, 100, months=3), 80)

    def test_the_published_example_of_a_roll_rate(self):
        self.assertEqual(kpi.roll_rate(1000000, 200000), 20)

    def test_counting_back_takes_whole_months_and_the_last_pro_rata(self):
        # all of June's 10,000 (30 days), then 5,000 of May's 10,000 (half of 31 days)
        self.assertEqual(kpi.dso_count_back(15000, [(10000, 30), (10000, 31), (10000, 30)]), 45.5)

    def test_counting_back_passes_over_a_month_without_sales(self):
        # June's 4,000, nothing in May, a quarter of April's 8,000
        self.assertEqual(kpi.dso_count_back(6000, [(4000, 30), (0, 31), (8000, 30)]), 68.5)

    def test_counting_back_further_than_the_sales_known_is_not_a_figure(self):
        self.assertIsNone(kpi.dso_count_back(25000, [(10000, 30), (10000, 31)]))
        self.assertEqual(kpi.dso_count_back(20000, [(10000, 30), (10000, 31)]), 61)
        self.assertEqual(kpi.dso_count_back(0, []), 0)

    def test_the_other_rates(self):
        self.assertEqual(kpi.recovery_rate(750, 1000), 75)
        self.assertEqual(kpi.receivables_turnover(1200, 100), 12)
        self.assertEqual(kpi.cost_per_unit_collected(Decimal(25), Decimal(1000)), Decimal("0.025"))

    def test_days_are_averaged_per_item_and_by_amount(self):
        # 10 days early on 100, 20 days late on 300: simple (-10 + 20) / 2, weighted (-1,000 + 6,000) / 400
        self.assertEqual(kpi.average_days([(100, -10), (300, 20)]), (5, 12.5))

    def test_what_cannot_be_said_is_none(self):
        self.assertIsNone(kpi.dso(100, 0, 30))
        self.assertIsNone(kpi.best_possible_dso(100, 0, 30))
        self.assertIsNone(kpi.average_days_delinquent(100, 50, 0, 30))
        self.assertIsNone(kpi.collection_effectiveness(0, 100, 0, 100))
        self.assertIsNone(kpi.recovery_rate(10, 0))
        self.assertIsNone(kpi.roll_rate(0, 0))
        self.assertIsNone(kpi.receivables_turnover(10, 0))
        self.assertIsNone(kpi.cost_per_unit_collected(10, Decimal(0)))
        self.assertEqual(kpi.average_days([]), (None, None))
        self.assertEqual(kpi.average_days([(100, 5), (-100, 7)]), (6, None))

    @given(amounts, amounts, amounts, st.integers(1, 366))
    def test_dso_is_the_best_possible_and_the_days_delinquent_together(self, current, overdue, sales, days):
        together = kpi.best_possible_dso(current, sales, days) + kpi.average_days_delinquent(
            current + overdue, current, sales, days
        )
        self.assertAlmostEqual(kpi.dso(current + overdue, sales, days), together, 6)

    @given(st.lists(st.tuples(amounts, st.integers(28, 31)), min_size=1, max_size=24), st.floats(0, 1))
    def test_counting_back_never_goes_beyond_the_days_there_are(self, months, part):
        receivables = sum(sales for sales, _days in months) * Decimal(part)
        counted = kpi.dso_count_back(receivables, months)
        self.assertLessEqual(counted, sum(days for _sales, days in months))
