"""Shares, intervals and tests of a difference: published values, and what holds for any numbers."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import comparison

counts = st.integers(1, 400).flatmap(lambda number: st.tuples(st.integers(0, number), st.just(number)))


@tagged("post_install", "-at_install")
class TestComparisonStatistics(BaseCase):
    def _assertInterval(self, interval, low, high, places=4):
        self.assertAlmostEqual(interval[0], low, places)
        self.assertAlmostEqual(interval[1], high, places)

    def test_the_published_score_intervals(self):
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        self._assertInterval(comparison.wilson(81, 263), 0.2553, 0.3662)
        self._assertInterval(comparison.wilson(15, 148), 0.0624, 0.1605)
        self._assertInterval(comparison.wilson(0, 20), 0, 0.1611)
        self._assertInterval(comparison.wilson(1, 29), 0.0061, 0.1718)

    def test_of_no_cases_there_is_no_interval(self):
        self.assertIsNone(comparison.wilson(0, 0))
        self.assertIsNone(comparison.chance(0, 0, 1, 2))

    @given(counts)
    def test_an_interval_holds_its_share_and_lies_within_0_and_1(self, count):
        paid, number = count
        low, high = comparison.wilson(paid, number)
        self.assertLessEqual(0, low)
        self.assertLessEqual(low, paid / number + 1e-12)
        self.assertLessEqual(paid / number - 1e-12, high)
        self.assertLessEqual(high, 1)

    @given(counts)
    def test_the_interval_of_those_who_did_not_pay_is_the_mirror_image(self, count):
        paid, number = count
        low, high = comparison.wilson(paid, number)
        self._assertInterval(comparison.wilson(number - paid, number), 1 - high, 1 - low, 9)

    def test_the_published_exact_tests(self):
        # the lady tasting tea (Fisher, The Design of Experiments, 1935; two-sided as in Agresti, 2002, p. 92)
        self.assertAlmostEqual(comparison.fisher(3, 4, 1, 4), 0.4857, 4)
        self.assertAlmostEqual(comparison.fisher(4, 4, 0, 4), 2 / 70, 9)
        # convictions of twins (Fisher, 1925; R, fisher.test): 10 of 12 and 3... of 18
        self.assertAlmostEqual(comparison.fisher(2, 17, 10, 13), 0.0005367, 7)

    def test_the_published_test_of_two_proportions(self):
        # aspirin and heart attacks (Agresti, Categorical Data Analysis, 2002): chi-squared 25.01 with one degree
        chance = comparison.two_proportions(189, 11034, 104, 11037)
        self.assertAlmostEqual(chance, math.erfc(math.sqrt(25.01 / 2)), 8)

    def test_the_published_correction_for_many_pairs(self):
        # worked example of Holm's procedure (Wikipedia, "Holm-Bonferroni method"): only the first and last are rejected
        self.assertEqual(
            [round(one, 10) for one in comparison.holm([0.01, 0.04, 0.03, 0.005])], [0.03, 0.06, 0.06, 0.02]
        )
        self.assertEqual(comparison.holm([]), [])

    @given(st.lists(st.floats(0, 1), max_size=12))
    @settings(suppress_health_check=[HealthCheck.too_slow])
    def test_a_correction_lies_between_none_and_that_of_bonferroni(self, chances):
        for raw, adjusted in zip(chances, comparison.holm(chances), strict=True):
            self.assertLessEqual(raw, adjusted)
            self.assertLessEqual(adjusted, min(raw * len(chances), 1) + 1e-12)

    def test_the_published_numbers_of_cases(self):
        # two-sided 5 %, power 80 %, without continuity correction: 0.6 against 0.4 takes 97, 0.1 against 0.2 takes 199
        self.assertEqual(comparison.cases_needed(0.6, 0.4), 97)
        self.assertEqual(comparison.cases_needed(0.1, 0.2), 199)
        self.assertIsNone(comparison.cases_needed(0.5, 0.5))
        # the formula says 4; five of each outcome in both groups take ten cases
        self.assertEqual(comparison.cases_needed(1, 0), 10)

    @given(counts, counts)
    @settings(max_examples=60)
    def test_which_group_comes_first_does_not_matter(self, one, other):
        there, back = comparison.chance(*one, *other), comparison.chance(*other, *one)
        self.assertAlmostEqual(there, back, 9)
        self.assertTrue(0 <= there <= 1)

    @given(counts)
    def test_equal_groups_are_no_difference(self, count):
        self.assertAlmostEqual(comparison.chance(*count, *count), 1, 6)

    @given(st.integers(1, 12), st.integers(1, 12), st.data())
    @settings(max_examples=60)
    def test_the_exact_test_is_what_drawing_every_table_gives(self, number, other_number, data):
        paid, other_paid = data.draw(st.integers(0, number)), data.draw(st.integers(0, other_number))
        drawn = paid + other_paid
        tables = [
            math.comb(number, count) * math.comb(other_number, drawn - count)
            for count in range(drawn + 1)
            if count <= number and drawn - count <= other_number
        ]
        here = math.comb(number, paid) * math.comb(other_number, other_paid)
        expected = sum(table for table in tables if table <= here) / math.comb(number + other_number, drawn)
        self.assertAlmostEqual(comparison.fisher(paid, number, other_paid, other_number), expected, 7)

    def test_a_share_of_amounts_by_hand(self):
        # cases of 100 and 300, of which 50 and 270 were recovered: r = 0.8; deviations -30 and 30, so that
        # the variance is 2 x (900 + 900) / 400^2 = 0.0225, its root 0.15: 0.8 -+ 1.96 x 0.15
        low, high = comparison.ratio_interval(2, 400, 320, 100000, 86000, 75400)
        self.assertAlmostEqual(low, 0.8 - 1.959964 * 0.15, 6)
        self.assertEqual(high, 1)

    def test_a_share_of_amounts_of_one_case_has_no_interval(self):
        self.assertIsNone(comparison.ratio_interval(1, 100, 50, 10000, 5000, 2500))
        self.assertIsNone(comparison.ratio_interval(3, 0, 0, 0, 0, 0))

    def test_where_nobody_paid_anything_the_share_of_amounts_has_no_interval(self):
        # 100 and 300 claimed, nothing recovered
        self.assertIsNone(comparison.ratio_interval(2, 400, 0, 100000, 0, 0))

    @given(st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1)), min_size=2, max_size=20))
    def test_a_share_of_amounts_lies_within_its_interval(self, cases):
        claims = [(claim, claim * share) for claim, share in cases]
        sums = [sum(one[i] for one in claims) for i in (0, 1)]
        squares = [sum(one[i] * one[j] for one in claims) for i, j in ((0, 0), (0, 1), (1, 1))]
        interval = comparison.ratio_interval(len(claims), *sums, *squares)
        if interval is None:
            ratio = sums[1] / sums[0]
            deviation = sum((paid - ratio * claim) ** 2 for claim, paid in claims)
            self.assertLessEqual(deviation, 1e-11 * squares[2], "only where all have paid the same share")
            return
        low, high = interval
        self.assertTrue(0 <= low <= sums[1] / sums[0] + 1e-9 and sums[1] / sums[0] - 1e-9 <= high <= 1)

    def test_pairs_are_told_with_the_better_first_and_the_most_telling_first(self):
        pairs = comparison.pairs([("firm", 10, 100), ("kind", 60, 100), ("new", 0, 0), ("soft", 55, 100)])
        self.assertEqual([(one[0], other[0]) for one, other, _chance in pairs],
                         [("kind", "firm"), ("soft", "firm"), ("kind", "soft")])  # fmt: skip
        raw = comparison.chance(60, 100, 10, 100)
        self.assertAlmostEqual(pairs[0][2], 3 * raw)
