"""An amount is read as whoever wrote it meant it, or not at all."""

from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools.page_amount import parse_amount

amounts = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
# (thousands, decimals) of the United States, Germany, France, Switzerland, and Arabic
STYLES = [(",", "."), (".", ","), ("\u202f", ","), ("’", "."), ("٬", "٫")]


def written(amount, thousands, decimals, arabic):
    """Return an amount as a country writes it."""
    text = f"{amount:,.2f}".translate({ord(","): thousands, ord("."): decimals})
    return text.translate({ord("0") + digit: chr(ord("٠") + digit) for digit in range(10)}) if arabic else text


@tagged("post_install", "-at_install")
class TestPageAmount(BaseCase):
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(amounts, st.sampled_from(STYLES), st.booleans())
    @example(Decimal("1234567.05"), ("٬", "٫"), True)
    def test_an_amount_is_read_in_the_style_of_every_country(self, amount, style, arabic):
        self.assertEqual(parse_amount(written(amount, *style, arabic), 2), amount)

    @settings(max_examples=500, deadline=None, derandomize=True, database=None)
    @given(st.text(alphabet="0123456789.,'٫٬٣ -+eENaInf\u200f", max_size=12), st.integers(0, 3))
    def test_whatever_is_written_is_an_amount_or_refused(self, text, places):
        try:
            amount = parse_amount(text, places)
        except ValueError:
            return
        self.assertTrue(amount.is_finite())
        self.assertGreaterEqual(amount, 0)
        self.assertGreaterEqual(amount.as_tuple().exponent, -places)
        # no digit is lost and none is made up
        digits = "".join(str(int(c)) for c in text if c.isdecimal())
        self.assertEqual("".join(map(str, amount.as_tuple().digits)).lstrip("0"), digits.lstrip("0"))

    def test_amounts_as_people_write_them(self):
        for text, places, amount in (
            ("100", 2, "100"),
            ("  100 ", 2, "100"),
            ("1,234.50", 2, "1234.5"),
            ("1.234,50", 2, "1234.5"),
            ("1 234,5", 2, "1234.5"),
            ("١٢٣٤٫٥٠", 2, "1234.5"),
            ("\u200f١٬٢٣٤\u200f", 2, "1234"),
            ("۱۲۳", 2, "123"),
            ("1.234", 2, "1234"),
            ("1,234", 2, "1234"),
            ("1.23", 2, "1.23"),
            (".5", 2, "0.5"),
            ("5.", 2, "5"),
            ("12,34,567.89", 2, "1234567.89"),
            ("1,234", 0, "1234"),
            ("1.234", 3, "1.234"),
            ("0,500", 3, "0.5"),
            ("1500,000", 3, "1500"),
            ("1 500,250", 3, "1500.25"),
        ):
            with self.subTest(text=text, places=places):
                self.assertEqual(parse_amount(text, places), Decimal(amount))

    def test_what_is_no_amount_is_refused(self):
        for text, places in (
            *((text, 2) for text in (None, "", " ", ".", ",", "abc", "NaN", "nan", "inf", "Infinity", "1e5", "1E+5")),
            *((text, 2) for text in ("-1", "−1", "+1", "0x10", "1_000", "1,2,3", "1.2.3", "1,23.456,7", "10 €", "²")),
            *((text, 2) for text in ("12.3456", "1.2345", "0.500", "1 234.567", "1234,567", "9" * 41, "1\n2", "½")),
            ("1.5", 0),
            ("1.00", 0),
            ("1,500", 3),
        ):
            with self.subTest(text=text, places=places), self.assertRaises(ValueError):
                parse_amount(text, places)
