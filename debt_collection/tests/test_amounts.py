"""Amounts as debtors write them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import amounts


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def assertReads(self, text, amount, decimals=2):
        self.assertEqual(amounts.parse(text, decimals), Decimal(amount), text)

    def assertRefuses(self, *texts, decimals=2):
        for text in texts:
            with self.assertRaises(ValueError, msg=text):
                amounts.parse(text, decimals)

    def test_points_and_commas_are_decimals(self):
        for text in ("120.50", "120,50", " 120.5 ", "0120.50"):
            self.assertReads(text, "120.50")
        self.assertReads("120", "120")

    def test_marks_between_thousands_are_left_out(self):
        for text in ("1,234.50", "1.234,50", "1 234,50", "1\u202f234,50", "1'234.50", "1’234.50", "1\u00a0234.5"):
            self.assertReads(text, "1234.50")
        self.assertReads("12.345.678", "12345678")
        self.assertReads("1,234", "1234")
        self.assertReads("1.234", "1234")

    def test_arabic_digits_are_digits(self):
        self.assertReads("١٢٠٫٥٠", "120.50")
        self.assertReads("١٬٢٣٤٫٥", "1234.5")
        self.assertReads("۱۲۰,۵", "120.5")

    def test_a_currency_with_three_decimals_and_one_with_none(self):
        self.assertReads("1.234", "1.234", decimals=3)
        self.assertReads("1,234.567", "1234.567", decimals=3)
        self.assertReads("1,234", "1234", decimals=0)
        self.assertRefuses("1234.5", "1,23", decimals=0)

    def test_what_is_no_amount_is_refused(self):
        self.assertRefuses("", " ", "abc", "12abc", "1e5", "nan", "NaN", "inf", "-5", "+5", "0x10", "1..2", "1,2,3")
        self.assertRefuses("$5", "1,23,456.00", "1.234.56", "²", "½", ".", ",5", "5.", "5\x000", "1 2 3", "−5")

    def test_more_decimals_than_the_currency_has_are_refused(self):
        self.assertRefuses("0.555", "10.5555", "1,234.567")
        self.assertRefuses("1.2345", decimals=3)

    @given(st.integers(0, 10**12), st.integers(0, 99))
    def test_what_is_written_in_any_of_these_ways_is_read_back(self, whole, cents):
        amount = Decimal(whole) + Decimal(cents) / 100
        for text in (f"{amount:.2f}", f"{amount:,.2f}", f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))):
            self.assertReads(text, amount)
