"""How many segments a text takes, counted before it is sent."""

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import sms


@tagged("post_install", "-at_install")
class TestSegments(BaseCase):
    """Limits of GSM 03.38 and 23.040: 160 alone, 153 in parts; 70 alone, 67 in parts."""

    def test_an_empty_text_takes_no_segment(self):
        self.assertEqual(sms.segments(""), ("GSM-7", 0, 0))

    def test_plain_latin_takes_160_alone_and_153_in_parts(self):
        for length, number in ((1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)):
            self.assertEqual(sms.segments("a" * length), ("GSM-7", length, number))

    def test_arabic_takes_70_alone_and_67_in_parts(self):
        for length, number in ((1, 1), (70, 1), (71, 2), (134, 2), (135, 3)):
            self.assertEqual(sms.segments("ب" * length), ("UCS-2", length, number))

    def test_one_character_outside_the_set_turns_the_whole_text(self):
        self.assertEqual(sms.segments("a" * 70 + "ê"), ("UCS-2", 71, 2))
        self.assertEqual(sms.segments("é" * 160), ("GSM-7", 160, 1))

    def test_the_euro_sign_and_brackets_count_two(self):
        self.assertEqual(sms.segments("€" * 80), ("GSM-7", 160, 1))
        self.assertEqual(sms.segments("[" * 80 + "a"), ("GSM-7", 161, 2))

    def test_an_emoji_counts_two(self):
        self.assertEqual(sms.segments("🙂" * 35), ("UCS-2", 70, 1))
        self.assertEqual(sms.segments("🙂" * 36), ("UCS-2", 72, 2))

    def test_nothing_is_split_across_two_segments(self):
        # 152 and an escape with its character do not go into 153: 76 pairs fit, two segments take 152 pairs
        self.assertEqual(sms.segments("€" * 152), ("GSM-7", 304, 2))
        self.assertEqual(sms.segments("€" * 153), ("GSM-7", 306, 3))
        # 33 pairs of UTF-16 in 67 units
        self.assertEqual(sms.segments("🙂" * 66), ("UCS-2", 132, 2))
        self.assertEqual(sms.segments("🙂" * 67), ("UCS-2", 134, 3))

    def test_spaces_and_quotes_of_word_processors_cost_nothing(self):
        self.assertEqual(sms.plain(" “1\u202f200,00\u00a0€” – today’s… "), '"1 200,00 €" - today\'s...')

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(st.text(max_size=400))
    def test_any_text_is_counted_as_the_encodings_say(self, text):
        encoding, characters, number = sms.segments(text)
        if encoding == "UCS-2":
            self.assertEqual(characters, len(text.encode("utf-16-be", "surrogatepass")) // 2)
        else:
            self.assertGreaterEqual(characters, len(text))
            self.assertLessEqual(characters, 2 * len(text))
        alone, part = (70, 67) if encoding == "UCS-2" else (160, 153)
        self.assertEqual(number <= 1, characters <= alone)
        if number > 1:
            self.assertLessEqual(characters, number * part)
            # at most one unit of a segment is lost to what is not split
            self.assertGreater(characters, (number - 1) * (part - 1))
