"""The evidence file: one PDF that says what was owed, said, sent, agreed and paid, and whether the log verifies."""

import hashlib
import io
import unicodedata

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL
from PIL import Image
from pypdf import PdfReader, PdfWriter

from .common import CollectionCommon, day


def _pdf(password=None):
    """Return a PDF of one page, 100 by 200 points."""
    writer = PdfWriter()
    writer.add_blank_page(100, 200)
    if password:
        writer.encrypt(password)
    with io.BytesIO() as stream:
        writer.write(stream)
        return stream.getvalue()


def _picture():
    with io.BytesIO() as stream:
        Image.new("RGB", (30, 20), "red").save(stream, "PNG")
        return stream.getvalue()


@tagged("post_install", "-at_install")
class TestEvidence(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Riyadh"
        cls.invoice = cls._invoice(1000, day(-10))
        cls._assess(day(0))
        cls.case = cls._case()
        cls.mail = (
            "message.html",
            "text/html",
            b"<div><script>steal()</script><img src='https://tracker.example.com/x.png' alt='Logo'/>"
            b"<p>Kindly pay the goods</p></div>",
        )
        cls._log(
            channel="email", outcome="sent", summary="Reminder sent", address="deco@example.com",
            text="Kindly pay the goods", date="2025-03-10 21:30:00", cost=0.25, documents=[cls.mail],
        )  # fmt: skip
        cls._log(
            channel="call", direction="in", outcome="promise", summary="Promises four hundred", text="Sounded sincere"
        )

    @classmethod
    def _log(cls, **values):
        return cls.case._log_contact(**{"channel": "note", "direction": "out", "outcome": "note", **values})

    def _make(self, lang="en_US", user=None):
        case = self._on(self.case.with_user(user) if user else self.case, day(5))
        wizard = case.env["collection.evidence.make"].create({"case_id": case.id, "lang": lang})
        self.assertIn("/web/content/", wizard.action_make()["url"])
        made = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.case"), ("res_id", "=", self.case.id), ("name", "like", "2025-03-15")]
        )
        return made.sorted("id")[-1]

    def _read(self, attachment):
        """Return the words of the file, in the letters' usual forms, and its pages."""
        pages = PdfReader(io.BytesIO(attachment.raw)).pages
        text = "\n".join(page.extract_text() for page in pages)
        return " ".join(unicodedata.normalize("NFKC", text).split()), pages

    # ---- what it says ---------------------------------------------------------------------------------------------

    def test_the_file_says_what_was_owed_paid_said_and_agreed(self):
        self._pay(self.invoice, day(3), amount=300)
        self.env["collection.promise"].sudo().create(
            {
                "case_id": self.case.id,
                "amount": 400,
                "currency_id": self.case.currency_id.id,
                "date_made": day(2),
                "date": day(20),
                "date_judged": day(23),
            }
        )
        text, _pages = self._read(self._make())
        self.assertIn(self.company.name, text)
        self.assertIn("Deco Addict", text)
        self.assertIn("1 Main Street", text)
        self.assertIn(self.invoice.name, text)
        for amount in ("1,000.00", "300.00", "700.00"):
            self.assertIn(amount, text)
        self.assertIn("Payment", text)
        self.assertIn("03/13/2025", text)
        self.assertIn("Reminder sent", text)
        self.assertIn("deco@example.com", text)
        self.assertIn("Promises four hundred", text)
        self.assertIn("Sounded sincere", text)
        self.assertIn("Promise of $ 400.00 for 03/30/2025", text)
        self.assertIn("All entries verify", text)

    def test_times_are_those_of_the_company(self):
        # half past nine in the evening in UTC is half past midnight of the next day in Riyadh
        text, _pages = self._read(self._make())
        self.assertIn("Asia/Riyadh", text)
        self.assertIn("03/11/2025 12:30:00 AM", text)

    def test_a_message_is_shown_as_it_was_sent_and_fetches_nothing(self):
        annexes = self.case.sudo()._evidence_annexes()
        self.assertEqual([(annex["name"], annex["entries"]) for annex in annexes], [("message.html", [1])])
        self.assertIn("Kindly pay", annexes[0]["html"])
        self.assertNotIn("tracker", annexes[0]["html"])
        self.assertNotIn("steal", annexes[0]["html"])
        text, _pages = self._read(self._make())
        self.assertIn("Annex 1", text)
        self.assertIn("Kindly pay the goods", text)
        self.assertIn(hashlib.sha256(self.mail[2]).hexdigest(), text.replace(" ", ""))

    def test_pdfs_and_pictures_are_bound_in_and_each_content_once(self):
        pdf = _pdf()
        for number in (1, 2):
            self._log(summary=f"Letter {number}", documents=[(f"letter{number}.pdf", "application/pdf", pdf)])
        self._log(summary="Photo", documents=[("photo.png", "image/png", _picture())])
        annexes = self.case.sudo()._evidence_annexes()
        self.assertEqual([annex["name"] for annex in annexes], ["message.html", "letter1.pdf", "photo.png"])
        self.assertEqual(annexes[1]["entries"], [3, 4])
        _text, pages = self._read(self._make())
        self.assertEqual(sum((page.mediabox.width, page.mediabox.height) == (100, 200) for page in pages), 1)

    def test_a_broken_or_encrypted_document_is_listed_with_its_checksum(self):
        broken = [
            ("broken.pdf", "application/pdf", b"%PDF-1.4 no more"),
            ("locked.pdf", "application/pdf", _pdf("secret")),
            ("broken.png", "image/png", b"no picture"),
            ("sheet.xlsx", "application/vnd.openxmlformats", b"PK"),
        ]
        self._log(summary="Sent by the debtor", direction="in", documents=broken)
        text, _pages = self._read(self._make())
        for name, _mimetype, content in broken:
            self.assertIn(name, text)
            self.assertIn(hashlib.sha256(content).hexdigest(), text.replace(" ", ""))
        self.assertIn("Encrypted", text)
        self.assertIn("Cannot be read", text)
        self.assertIn("Cannot be printed", text)

    def test_disputes_and_their_proofs_are_in_it(self):
        case = self._on(self.case, day(2))
        reason = self.env.ref("debt_collection.dispute_reason_damaged")
        self.env["collection.dispute"].with_env(case.env)._raise(
            case, {self._item(self.invoice): 250}, reason, description="Two pallets missing"
        )
        dispute = self.case.dispute_ids
        self.env["ir.attachment"].create(
            {
                "name": "delivery note.png", "raw": _picture(), "res_model": dispute._name, "res_id": dispute.id,
            }
        )  # fmt: skip
        text, _pages = self._read(self._make())
        self.assertIn("Two pallets missing", text)
        self.assertIn("delivery note.png", text)

    # ---- whether it verifies ---------------------------------------------------------------------------------------

    def test_the_file_says_which_entries_do_not_verify_and_the_last_seal(self):
        self.company.collection_seal_email = "auditor@example.com"
        seal = self._on(self.env["collection.seal"].sudo(), day(4))._seal(self.company)
        seal.sudo().write(
            {"mail_state": "sent", "mail_address": "auditor@example.com", "mailed_at": "2025-03-14 06:00:00"}
        )
        text, _pages = self._read(self._make())
        self.assertIn("agrees with every seal", text)
        self.assertIn(seal.hash, text.replace(" ", ""))
        self.assertIn("auditor@example.com", text)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE collection_contact DISABLE TRIGGER USER")
        self.env.cr.execute(
            SQL("UPDATE collection_contact SET summary = 'Nothing' WHERE case_id = %s AND seq = 2", self.case.id)
        )
        self.env.cr.execute("ALTER TABLE collection_contact ENABLE TRIGGER USER")
        self.env.invalidate_all()
        text, _pages = self._read(self._make())
        self.assertIn("Entries that do not verify: 2", text)

    # ---- in the language asked for ----------------------------------------------------------------------------------

    def test_the_file_is_in_the_language_asked_for(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.name = "شركة النور"
        text, _pages = self._read(self._make("ar_001"))
        # a PDF holds the letters in the order they stand on the page, from left to right
        self.assertIn("النور"[::-1], text)
        self.assertIn("Kindly pay the goods", text)

    # ---- who, and where it goes -------------------------------------------------------------------------------------

    def test_it_is_kept_with_the_case_and_the_log_says_so(self):
        attachment = self._make()
        self.assertTrue(attachment.raw.startswith(b"%PDF"))
        last = self.case.contact_ids.sorted("seq")[-1]
        self.assertIn("Evidence file made", last.summary)
        self.assertIn(hashlib.sha256(attachment.raw).hexdigest(), last.summary)
        # what was made before is no annex of the next
        self.assertEqual(len(self.case.sudo()._evidence_annexes()), 1)

    def test_a_collector_makes_it_of_own_cases_only(self):
        collector = self._user("collector", "debt_collection.group_collection_collector")
        self.case.user_id = collector
        self._make(user=collector)
        self.case.user_id = self.env.user
        with self.assertRaises(AccessError):
            self._make(user=collector)
