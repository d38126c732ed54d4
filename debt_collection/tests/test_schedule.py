"""Instalments: an amount in parts on days, checked by hand and for any amount."""

from datetime import date
from decimal import Decimal
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import schedule

CENT = Decimal("0.01")
amounts = st.integers(1, 10**10).map(lambda cents: Decimal(cents) * CENT)
dates = st.dates(date(2000, 1, 1), date(2099, 12, 31))
frequencies = st.sampled_from(["weekly", "monthly", "payday"])


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def _days(self, *arguments, number=4):
        return [str(day) for day in islice(schedule.days(*arguments), number)]

    def test_weekly_instalments_fall_on_one_day_of_the_week(self):
        self.assertEqual(
            self._days(date(2025, 3, 12), "weekly"), ["2025-03-12", "2025-03-19", "2025-03-26", "2025-04-02"]
        )

    def test_monthly_instalments_come_back_to_their_day_after_a_short_month(self):
        self.assertEqual(
            self._days(date(2024, 1, 31), "monthly"), ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]
        )

    def test_instalments_on_the_payday_begin_with_the_first_payday_that_comes(self):
        self.assertEqual(
            self._days(date(2025, 12, 26), "payday", 25), ["2026-01-25", "2026-02-25", "2026-03-25", "2026-04-25"]
        )
        self.assertEqual(
            self._days(date(2025, 1, 31), "payday", 31), ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]
        )

    def test_the_rounding_is_put_on_the_last(self):
        self.assertEqual(schedule.equal_parts(100, 3, 0.01), [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")])
        self.assertEqual(schedule.equal_parts(1000, 3, 1), [Decimal(333), Decimal(333), Decimal(334)])
        # Kuwaiti dinars have three decimals
        self.assertEqual(schedule.equal_parts(1, 3, 0.001), [Decimal("0.333"), Decimal("0.333"), Decimal("0.334")])

    def test_parts_of_an_amount_end_with_what_remains(self):
        self.assertEqual(schedule.parts_of(250, 100, 0.01), [Decimal(100), Decimal(100), Decimal(50)])
        self.assertEqual(schedule.parts_of(200, 100, 0.01), [Decimal(100), Decimal(100)])
        self.assertEqual(schedule.parts_of(50, 100, 0.01), [Decimal(50)])

    def test_a_part_under_the_smallest_unit_is_refused(self):
        with self.assertRaises(schedule.TooSmall):
            schedule.equal_parts(0.02, 3, 0.01)
        with self.assertRaises(schedule.TooSmall):
            schedule.equal_parts(0, 1, 0.01)
        with self.assertRaises(schedule.TooSmall):
            schedule.parts_of(10, 0.004, 0.01)
        self.assertEqual(schedule.equal_parts(0.03, 3, 0.01), [CENT, CENT, CENT])

    @settings(deadline=None)
    @given(amounts, st.integers(1, 400))
    def test_equal_parts_always_sum_to_the_total(self, total, number):
        try:
            parts = schedule.equal_parts(total, number, CENT)
        except schedule.TooSmall:
            self.assertLess(total, number * CENT)
            return
        self.assertEqual(sum(parts), total)
        self.assertEqual(len(parts), number)
        self.assertEqual(len(set(parts[:-1])), 0 if number == 1 else 1)
        self.assertGreaterEqual(parts[-1], parts[0])
        self.assertTrue(all(part == part.quantize(CENT) for part in parts))

    @settings(deadline=None)
    @given(amounts, st.integers(1, 400))
    def test_parts_of_an_amount_always_sum_to_the_total(self, total, number):
        parts = schedule.parts_of(total, total / number + CENT, CENT)
        self.assertEqual(sum(parts), total)
        self.assertTrue(all(CENT <= part <= parts[0] for part in parts))

    @settings(deadline=None)
    @given(dates, frequencies, st.integers(1, 31), st.integers(1, 60))
    def test_the_days_always_follow_one_another(self, first, frequency, payday, number):
        days = list(islice(schedule.days(first, frequency, payday), number))
        self.assertTrue(all(before < after for before, after in pairwise(days)))
        self.assertGreaterEqual(days[0], first)
        if frequency != "payday":
            self.assertEqual(days[0], first)
