"""Letters: sent when their PDF exists, and not before."""

import io
import unicodedata

from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError
from pypdf import PdfReader

from ..tools import sheets
from .common import CollectionCommon, day


def _texts(attachment):
    """Return the text of each page of a PDF."""
    pages = PdfReader(io.BytesIO(attachment.raw)).pages
    return [unicodedata.normalize("NFKC", page.extract_text()) for page in pages]


@tagged("post_install", "-at_install")
class TestLetter(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # tests make HTML of a PDF unless they ask for it
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        cls.friendly.channels = cls._channels("letter")

    def _send(self):
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        return run

    def test_a_letter_is_sent_when_its_pdf_exists(self):
        invoice = self._invoice(100, day(-10))
        run = self._run(day(0))
        action = run.action_ids
        run.action_approve()
        self.assertFalse(action.letter_id)
        self._dispatch(day(0))
        self.assertEqual(action.state, "sent")
        self.assertTrue(action.letter_id.raw.startswith(b"%PDF"))
        self.assertEqual(run.letter_ids, action.letter_id)
        self.assertEqual(run.state, "done")
        self.assertRecordValues(self._item(invoice), [{"level_id": self.friendly.id, "level_date": day(0)}])
        entry = action.case_id.contact_ids
        self.assertEqual(entry.outcome, "printed")
        self.assertIn("1 Main Street", entry.address)
        self.assertIn("Friendly words", entry.text)

    def test_the_letters_of_a_batch_are_one_file_and_one_that_breaks_fails_alone(self):
        customers = [self._partner(name) for name in ("Anna", "Bert", "Broken", "Chloe")]
        customers[1].lang = "fr_FR"
        for customer in customers:
            self._invoice(100, day(-10), customer)
        self.friendly.mail_template_id.sudo().body_html = (
            "<p>Dear <t t-out='object.partner_id.name'/></p>"
            '<p t-if="object.partner_id.name == \'Broken\'"><t t-out="1 / 0"/></p>'
        )
        run = self._send()
        states = {action.partner_id.name: action.state for action in run.action_ids}
        self.assertEqual(states, {"Anna": "sent", "Bert": "sent", "Broken": "failed", "Chloe": "sent"})
        failed = run.action_ids.filtered(lambda action: action.state == "failed")
        self.assertIn("The letter could not be made", failed.outcome)
        self.assertFalse(failed.letter_id)
        self.assertFalse(failed.line_ids.item_id.level_id)
        text = "".join(_texts(run.letter_ids))
        for name in ("Anna", "Bert", "Chloe"):
            self.assertIn(f"Dear {name}", text)
        self.assertNotIn("Broken", text)
        self.assertIn("download", run.action_print_letters()["url"])

    def _customers(self, **towns):
        """Return customers, each with an overdue invoice: name=(country code, postcode, language)."""
        customers = {}
        for name, (country, postcode, language) in towns.items():
            customers[name] = self._partner(
                name, zip=postcode, lang=language, country_id=self.env.ref(f"base.{country}").id
            )
            self._invoice(100, day(-10), customers[name])
        return customers

    def test_letters_are_printed_by_postcode_across_languages_behind_their_list(self):
        self.company.country_id = self.env.ref("base.us")
        self._customers(
            Zoe=("us", "10001", "fr_FR"),
            Anna=("us", "90210", "en_US"),
            Bert=("fr", "75001", "fr_FR"),
            Carl=("us", "60601", "en_US"),
        )
        run = self._send()
        first, *letters = _texts(run.letter_ids)
        self.assertEqual(["Zoe", "Carl", "Anna", "Bert"], [_named(text) for text in letters])
        for name, town in (("Zoe", "10001"), ("Carl", "60601"), ("Anna", "90210"), ("Bert", "75001")):
            self.assertIn(name, first)
            self.assertIn(town, first)
        self.assertLess(first.index("Zoe"), first.index("Carl"))
        self.assertLess(first.index("Anna"), first.index("Bert"))
        self.assertIn(run.name, first)
        self.assertIn("100.00", first)
        self.assertEqual(
            {action.partner_id.name: action.print_position for action in run.action_ids},
            {"Zoe": 1, "Carl": 2, "Anna": 3, "Bert": 4},
        )

    def test_a_company_can_have_its_letters_by_name_or_by_language_without_a_list(self):
        self.company.write({"collection_letter_order": "name", "collection_letter_list": False})
        self._customers(Zoe=("us", "10001", "en_US"), Anna=("us", "90210", "fr_FR"), bert=("us", "00001", "en_US"))
        run = self._send()
        self.assertEqual([_named(text) for text in _texts(run.letter_ids)], ["Anna", "bert", "Zoe"])
        addresses = run.action_ids._addresses()
        self.company.collection_letter_order = "language"
        self.assertEqual(run.action_ids._print_order(addresses).partner_id.mapped("name"), ["bert", "Zoe", "Anna"])

    def test_a_separator_stands_before_each_letter(self):
        self.company.write({"collection_letter_separators": True, "collection_letter_order": "name"})
        self._customers(Anna=("us", "90210", "en_US"), Bert=("us", "00001", "en_US"))
        front, *pages = _texts(self._send().letter_ids)
        self.assertIn("Letters to post", front)
        self.assertIn("Letter 1 of 2", pages[0])
        self.assertIn("Anna", pages[0])
        self.assertIn("Friendly words for Anna", pages[1])
        self.assertIn("Letter 2 of 2", pages[2])
        self.assertIn("Friendly words for Bert", pages[3])
        self.assertEqual(len(pages), 4)

    def test_registered_letters_are_printed_apart_to_be_handed_in(self):
        self.friendly.channels = self._channels("letter", "registered")
        self._invoice(100, day(-10))
        run = self._send()
        self.assertEqual(set(run.action_ids.mapped("state")), {"sent"})
        self.assertEqual(len(run.letter_ids), 2)
        registered = run.action_ids.filtered(lambda action: action.channel == "registered")
        front, letter = _texts(registered.letter_id)
        self.assertIn("Registered letters to hand in", front)
        self.assertIn("Friendly words for Deco Addict", letter)
        front, _letter = _texts((run.action_ids - registered).letter_id)
        self.assertIn("Letters to post", front)
        self.assertNotIn("Registered", front)
        self.assertEqual(set(registered.case_id.contact_ids.mapped("outcome")), {"printed"})

    def test_each_letter_keeps_its_own_pages_however_long_and_whatever_stands_in_it(self):
        customers = self._customers(Long=("us", "10001", "en_US"), Short=("us", "90210", "en_US"))
        for number in range(60):
            self._invoice(10 + number, day(-10), customers["Long"])
        self.friendly.mail_template_id.sudo().body_html = (
            "<h1>Please read</h1><p>Dear <t t-out='object.partner_id.name'/></p><h1>Thank you</h1>"
        )
        self.company.collection_letter_both_sides = True
        run = self._send()
        texts = _texts(run.letter_ids)
        actions = {action.partner_id.name: action for action in run.action_ids}
        long = _texts(actions["Long"].document_ids)
        short = _texts(actions["Short"].document_ids)
        self.assertEqual(len(short), 1)
        self.assertGreater(len(long), 1)
        self.assertIn("Dear Long", long[0])
        self.assertIn("Dear Short", short[0])
        # the list, then each letter on sheets of its own
        self.assertEqual(len(texts), 2 + len(long) + len(long) % 2 + 2)
        self.assertIn("Dear Short", texts[2 + len(long) + len(long) % 2])
        self.assertFalse(texts[-1].strip())
        listed = " ".join(texts[0].split())
        self.assertIn(f"Pages of letters {len(long) + 1}", listed)
        self.assertIn(f"Sheets of letters {(len(long) + 1) // 2 + 1}", listed)
        entry = actions["Short"].case_id.contact_ids
        self.assertTrue(entry.text.striptags().startswith("Friendly from"))

    def test_what_a_letter_costs_is_noted_with_it(self):
        self.company.write({"collection_letter_cost": 1.35, "collection_registered_cost": 5.9})
        self._invoice(100, day(-10))
        self.assertAlmostEqual(self._send().action_ids.case_id.contact_ids.cost, 1.35)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.company.collection_letter_cost = -1
            self.env.flush_all()

    def test_a_letter_without_an_address_fails_and_says_what_is_missing(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_approve()
        self.debtor.sudo().write({"street": False, "city": False, "zip": False})
        self._dispatch(day(0))
        letter = run.action_ids.filtered(lambda action: action.channel == "letter")
        self.assertEqual(letter.state, "failed")
        self.assertIn("Deco Addict is not complete: street, city or postcode", letter.outcome)
        self.assertFalse(run.letter_ids)

    def test_pages_are_only_taken_apart_where_the_pdf_says_where_letters_begin(self):
        with self.assertRaises(ValueError):
            sheets.split(sheets.blank(3), 2)
        self.assertEqual([len(pages) for pages in sheets.split(sheets.blank(3), 3)], [1, 1, 1])
        self.assertEqual([len(pages) for pages in sheets.split(sheets.blank(3), 1)], [3])

    def test_a_letter_has_the_letters_own_words_where_there_are_some(self):
        self.friendly.letter_template_id = self.friendly.mail_template_id.sudo().copy(
            {"body_html": "<p>Words on paper</p>"}
        )
        self._invoice(100, day(-10))
        self.assertIn("Words on paper", self._run(day(0)).action_ids._render_notice())


def _named(text):
    """Return the debtor whose letter a page is."""
    return text.partition("words for ")[2].split()[0]
