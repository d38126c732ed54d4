"""Files that debtors send: by their content, few, small, and with plain names."""

import base64
import io
import zipfile

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from PIL import Image
from werkzeug.datastructures import FileStorage

from ..models.collection_page_file import webp_pixels

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# what PIL writes of 8 by 6 red pixels: with and without loss
WEBP = base64.b64decode("UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoIAAYAAUAmJaACdLoB+AADsAD+8ut//NgVzXPv9//S4P0uD9Lg/9KQAAA=")
WEBP_LOSSLESS = base64.b64decode("UklGRiAAAABXRUJQVlA4TBQAAAAvB0ABAAcQ/Y/+BwCC8L9tIqL/IQ==")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind="PNG", size=(8, 8)):
    """Return the bytes of a small picture."""
    content = io.BytesIO()
    Image.new("RGB", size, "red").save(content, kind)
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestPageFile(TransactionCase):
    def _taken(self, *files):
        """Return what is taken of (name, content)."""
        uploads = [FileStorage(io.BytesIO(content), filename=name) for name, content in files]
        return self.env["collection.page.file"]._taken(uploads)

    def _name(self, name, content=PDF):
        [(name, _mimetype, _content)] = self._taken((name, content))
        return name

    def assertRefused(self, word, *files):
        with self.assertRaisesRegex(UserError, word):
            self._taken(*files)

    def test_a_document_and_pictures_are_taken_as_they_came(self):
        files = [
            ("offer.pdf", PDF),
            ("photo.jpeg", picture("JPEG")),
            ("photo.png", picture()),
            ("photo.webp", WEBP),
        ]
        taken = self._taken(*files)
        self.assertEqual(
            [(name, mimetype) for name, mimetype, _content in taken],
            [
                ("offer.pdf", "application/pdf"),
                ("photo.jpg", "image/jpeg"),
                ("photo.png", "image/png"),
                ("photo.webp", "image/webp"),
            ],
        )
        self.assertEqual([content for _n, _m, content in taken], [content for _name, content in files])

    def test_a_field_left_empty_is_no_file(self):
        self.assertEqual(self._taken(("", b"")), [])

    def test_the_name_ends_as_the_content_says(self):
        self.assertEqual(self._name("scan.png", picture("JPEG")), "scan.jpg")
        self.assertEqual(self._name("scan.PDF"), "scan.pdf")
        self.assertEqual(self._name("Scan 03.04.2026"), "Scan 03.04.2026.pdf")
        self.assertEqual(self._name("image.jpg", PDF), "image.pdf")

    def test_a_path_in_the_name_is_left_out(self):
        for name in ("../../etc/cron.d/photo.pdf", "C:\\Users\\me\\photo.pdf", "/photo.pdf", "..\\photo.pdf"):
            self.assertEqual(self._name(name), "photo.pdf", name)
        for name in ("..", "/", "\u202e", " . ", ".pdf"):
            self.assertRegex(self._name(name), r"^(file|pdf)\.pdf$", repr(name))

    def test_characters_that_turn_or_hide_a_name_are_left_out(self):
        self.assertEqual(self._name("photo\u202egpj\u200f.\u2066pdf\x00\r\n"), "photogpj.pdf")

    def test_a_long_name_is_cut_and_keeps_its_ending(self):
        name = self._name("ä" * 300 + ".pdf")
        self.assertEqual(name, "ä" * 96 + ".pdf")

    def test_what_is_something_else_is_refused_whatever_it_is_called(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as content:
            content.writestr("word/vbaProject.bin", "macro")
            content.writestr("[Content_Types].xml", "<Types/>")
        for content in (
            SVG,
            b"<!DOCTYPE html><html><script>alert(1)</script></html>",
            archive.getvalue(),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            b"MZ\x90\x00" + b"\0" * 600,
            b"\x7fELF" + b"\0" * 600,
            b"GIF89a" + b"\0" * 60,
            b"words alone",
            b"\n\n<script>alert(1)</script>\n" + PDF,
            b" " + PDF,
        ):
            for name in ("invoice.pdf", "photo.png", "whatever"):
                self.assertRefused("cannot be taken|cannot be opened", (name, content))

    def test_a_name_that_says_it_is_something_else_is_refused(self):
        for name in ("invoice.html", "invoice.pdf.exe", "invoice.svg", "invoice.zip", "invoice.js"):
            self.assertRefused("cannot be taken", (name, PDF))

    def test_a_picture_that_only_begins_like_one_is_refused(self):
        self.assertRefused("cannot be", ("photo.png", picture()[:40]))
        self.assertRefused("cannot be", ("photo.jpg", b"\xff\xd8\xff\xe0" + SVG))
        self.assertRefused("cannot be", ("photo.webp", b"RIFF\x10\0\0\0WEBPVP8 " + SVG))

    def test_a_small_file_that_unpacks_into_a_huge_picture_is_refused(self):
        huge = io.BytesIO()
        Image.new("1", (10_000, 10_000)).save(huge, "PNG")
        self.assertLess(len(huge.getvalue()), 100_000)
        self.assertRefused("far too large", ("photo.png", huge.getvalue()))
        wide = bytes([0xFF, 0x3F, 0xFF, 0x3F])  # 16383 by 16383
        self.assertRefused("far too large", ("photo.webp", WEBP[:26] + wide + WEBP[30:]))

    def test_the_pixels_of_a_webp_picture_are_read_from_its_header(self):
        extended = b"RIFF" + (22).to_bytes(4, "little") + b"WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x07\0\0\x05\0\0"
        for content in (WEBP, WEBP_LOSSLESS, extended):
            self.assertEqual(webp_pixels(content), 48)
            self.assertEqual(webp_pixels(content[:-1]), 0)
        self.assertEqual(webp_pixels(b""), 0)

    def test_an_empty_file_is_refused(self):
        self.assertRefused("is empty", ("invoice.pdf", b""))

    def test_five_files_are_taken_and_six_are_not(self):
        files = [(f"{number}.pdf", PDF) for number in range(6)]
        self.assertEqual(len(self._taken(*files[:5])), 5)
        self.assertRefused("At most 5 files", *files)

    def test_ten_megabytes_are_taken_and_a_byte_more_is_not(self):
        full = PDF + b"\0" * (10 * 2**20 - len(PDF))
        self.assertEqual(len(self._taken(("a.pdf", full))), 1)
        self.assertRefused("at most 10 MB each", ("a.pdf", full + b"\0"))

    def test_twenty_megabytes_together_are_taken_and_more_are_not(self):
        full = PDF + b"\0" * (10 * 2**20 - len(PDF))
        self.assertEqual(len(self._taken(("a.pdf", full), ("b.pdf", full))), 2)
        self.assertRefused("20 MB together", ("a.pdf", full), ("b.pdf", full), ("c.pdf", PDF))

    def test_what_is_kept_is_the_original_and_public_to_nobody(self):
        large = picture(size=(2500, 30))  # which Odoo would make smaller
        files = self._taken(("photo.png", large))
        kept = self.env["collection.page.file"]._attach(files, "collection.dispute")
        self.assertEqual((kept.raw, kept.mimetype, kept.name), (large, "image/png", "photo.png"))
        self.assertFalse(kept.public)
        self.assertFalse(kept.access_token)
