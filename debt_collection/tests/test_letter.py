"""Letters: sent when their PDF exists, and not before."""

import io

from odoo.tests import tagged
from pypdf import PdfReader

from .common import CollectionCommon, day


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
        [attachment] = run.letter_ids
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(attachment.raw)).pages)
        for name in ("Anna", "Bert", "Chloe"):
            self.assertIn(f"Dear {name}", text)
        self.assertNotIn("Broken", text)
        self.assertIn("download", run.action_print_letters()["url"])

    def test_a_letter_has_the_letters_own_words_where_there_are_some(self):
        self.friendly.letter_template_id = self.friendly.mail_template_id.sudo().copy(
            {"body_html": "<p>Words on paper</p>"}
        )
        self._invoice(100, day(-10))
        self.assertIn("Words on paper", self._run(day(0)).action_ids._render_notice())
