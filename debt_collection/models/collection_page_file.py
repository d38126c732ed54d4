"""Files of who has no account here: few, small, documents or pictures by their content, with plain names."""

import io
import mimetypes
import struct
import unicodedata
from pathlib import PurePosixPath

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype
from PIL import Image

MOST = 5
MEGABYTE = 2**20
LARGEST = 10 * MEGABYTE
LARGEST_IN_ALL = 20 * MEGABYTE
BODY = 25 * MEGABYTE  # of a whole request: the files and what is written around them
LONGEST_NAME = 100
MOST_PIXELS = 50_000_000  # of a picture: 150 MB once it is unpacked

# type -> (the extension it gets, how the content begins, PIL's name of it)
TYPES = {
    "application/pdf": (".pdf", b"%PDF-", None),
    "image/jpeg": (".jpg", b"\xff\xd8\xff", "JPEG"),
    "image/png": (".png", b"\x89PNG\r\n\x1a\n", "PNG"),
    # Odoo has PIL open no WebP, for the whole server: its size is read here
    "image/webp": (".webp", b"RIFF", "WEBP"),
}
# of what PIL raises on a picture that is none
BROKEN = (Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError, struct.error)


class CollectionPageFile(models.AbstractModel):
    _name = "collection.page.file"
    _description = "File From the Debtor's Page"

    @api.model
    def _taken(self, uploads):
        """Return the files that came with a form, once they are known to be what we take.

        :param uploads: werkzeug FileStorage, as `request.httprequest.files.getlist(...)` has them; a field left empty
            counts as none
        :return: [(name, mimetype, bytes)]: the type by the content, a plain name that ends accordingly
        :raises UserError: in words that say what to do, at the first that is not taken
        """
        files = []
        for upload in uploads:
            # one byte more than is taken tells that there is more, and is all that is read
            content = upload.stream.read(LARGEST + 1)
            if upload.filename or content:
                files.append((upload.filename or "", content))
        if len(files) > MOST:
            raise UserError(self.env._("At most %s files can be sent at once. Choose the most important ones.", MOST))
        taken = [self._checked(plain_name(name), content) for name, content in files]
        if sum(len(content) for _name, _mimetype, content in taken) > LARGEST_IN_ALL:
            raise UserError(self._too_large())
        return taken

    @api.model
    def _too_large(self):
        """Return what to tell whose files are too large together, or each."""
        return self.env._(
            "Your files are too large: at most %(each)s MB each, and %(all)s MB together. "
            "Nothing was sent yet. Choose smaller files, or fewer.",
            each=LARGEST // MEGABYTE,
            all=LARGEST_IN_ALL // MEGABYTE,
        )

    @api.model
    def _attach(self, files, model, res_id=0):
        """Keep files as attachments, as they came, open to nobody but those who may read the record they belong to.

        :param files: of `_taken`
        :param model: name of the model of that record
        """
        # sudo: whoever sent them has no account; image_no_postprocess: a picture is kept as it came, not made smaller
        attachments = self.env["ir.attachment"].sudo().with_context(image_no_postprocess=True)
        return attachments.create(
            [
                {"name": name, "mimetype": mimetype, "raw": content, "res_model": model, "res_id": res_id}
                for name, mimetype, content in files
            ]
        )

    @api.model
    def _checked(self, name, content):
        """Return (name, mimetype, content) of one file that we take."""
        if not content:
            raise UserError(self.env._("The file %s is empty. Choose it again, or leave it out.", name))
        if len(content) > LARGEST:
            raise UserError(self._too_large())
        # the name is believed where it says that it is something else: whoever opens it goes by the name
        said = mimetypes.guess_type(name)[0]
        mimetype = guess_mimetype(content)
        extension, begins, picture = TYPES.get(mimetype, ("", b"", None))
        if not extension or not content.startswith(begins) or (said and said not in TYPES):
            raise UserError(
                self.env._(
                    "The file %s cannot be taken. Send a PDF, or a picture: JPEG, PNG or WebP. "
                    "A photo or a scan of the paper will do.",
                    name,
                )
            )
        if picture and not self._is_picture(content, picture):
            raise UserError(
                self.env._("The picture %s cannot be opened, or is far too large. Take it again, or send a PDF.", name)
            )
        stem = PurePosixPath(name).stem if said or name.lower().endswith(extension) else name
        return f"{stem[: LONGEST_NAME - len(extension)].rstrip(' .')}{extension}", mimetype, content

    @api.model
    def _is_picture(self, content, kind):
        """Tell whether a content is a picture of a kind, of a size that can be shown; it is not unpacked for that."""
        if kind == "WEBP":
            return 0 < webp_pixels(content) <= MOST_PIXELS
        try:
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    return False
                image.verify()
        except BROKEN:
            return False
        return True


def webp_pixels(content):
    """Return how many pixels a WebP picture has, by its header (RFC 9649); 0 when it is none, or not whole.

    :param content: bytes
    """
    if int.from_bytes(content[4:8], "little") + 8 != len(content) or len(content) < 30:
        return 0
    chunk = content[12:16]
    if chunk == b"VP8X":
        return (int.from_bytes(content[24:27], "little") + 1) * (int.from_bytes(content[27:30], "little") + 1)
    if chunk == b"VP8L" and content[20] == 0x2F:
        size = int.from_bytes(content[21:25], "little")
        return ((size & 0x3FFF) + 1) * ((size >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return (width & 0x3FFF) * (height & 0x3FFF)
    return 0


def plain_name(name):
    """Return the last part of a file's name, without what cannot be seen; "file" when nothing is left.

    Characters that turn the direction of writing make `exe.pdf` of `fdp.exe`: they go, as all that has no width does.

    >>> plain_name("C:\\\\temp\\\\..\\\\photo\\u202egpj.exe ")
    'photogpj.exe'
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    return " ".join(shown.split()).strip(" .") or "file"
