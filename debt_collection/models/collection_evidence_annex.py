"""The annexes of an evidence file: documents as they were sent or received, and proofs, each content once."""

import base64
import hashlib
import io
import re
from email import message_from_bytes
from email.policy import default

import lxml.html
from markupsafe import Markup, escape
from odoo import models
from odoo.tools import html2plaintext, html_sanitize
from PIL import Image
from pypdf import PdfReader

from ..tools.text import first_line


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _evidence_annexes(self):
        """Return the annexes in their order, numbered from 1.

        :return: list of dicts with "number", "name", "checksum", "size", "origins" (words, one per place it comes
            from), "entries" (numbers of the log's entries), and of "pdf" (bytes), "html" (Markup) one, or "remark"
            (why neither can be shown)
        """
        self.ensure_one()
        annexes = {}
        for entry in self.contact_ids.sorted("seq"):
            for document in entry.document_ids:
                if not document.attachment_id:
                    continue
                annex = self._evidence_annex(annexes, document.attachment_id, document.name, document.mimetype)
                annex["entries"].append(entry.seq)
                annex["origins"].append(self.env._("Entry no. %s of the log", entry.seq))
        for origin, attachments in self._evidence_proofs():
            for attachment in attachments:
                annex = self._evidence_annex(annexes, attachment, attachment.name, attachment.mimetype)
                annex["origins"].append(origin)
        return list(annexes.values())

    def _evidence_proofs(self):
        """Return [(where it comes from, in words; ir.attachment)] of what proves the debt and what was agreed."""
        attachments = self.env["ir.attachment"]

        def of(records):
            return attachments.search([("res_model", "=", records._name), ("res_id", "in", records.ids)], order="id")

        proofs = [
            (self.env._("Invoice %s", move.name), move.invoice_pdf_report_id)
            for move in self.item_ids.sorted("date_due").move_id
        ]
        proofs += [(promise.display_name, promise.attachment_ids) for promise in self.promise_ids]
        proofs += [(self.env._("Payment plan %s", plan.name), plan.agreement_id | of(plan)) for plan in self.plan_ids]
        proofs += [(self.env._("Dispute: %s", dispute.reason_id.name), of(dispute)) for dispute in self.dispute_ids]
        proofs += [(self.env._("Proof of a reminder"), of(action)) for action in self.action_ids.sorted("id")]
        # what was made here before is no proof of anything
        return [*proofs, (self.env._("File of the case"), of(self) - self.evidence_ids)]

    def _evidence_annex(self, annexes, attachment, name, mimetype):
        """Return the annex of a document; made when its content is new."""
        content = attachment.raw or b""
        checksum = hashlib.sha256(content).hexdigest()
        if checksum not in annexes:
            annexes[checksum] = {
                "number": len(annexes) + 1,
                "name": name or attachment.name,
                "mimetype": mimetype,
                "checksum": checksum,
                "size": len(content),
                "origins": [],
                "entries": [],
                "pdf": None,
                "html": None,
                "remark": None,
                **self._evidence_shown(content, mimetype or ""),
            }
        return annexes[checksum]

    def _evidence_shown(self, content, mimetype):
        """Return {"pdf": bytes}, {"html": Markup} or {"remark": words} of a document.

        Whatever is broken is listed with its checksum: one bad file does not cost the evidence of all others.
        """
        try:
            if mimetype == "application/pdf":
                return self._evidence_bound(content)
            if mimetype.startswith("image/"):
                return {"html": _image(content)}
            if mimetype in ("text/html", "application/xhtml+xml"):
                return {"html": _printable(content.decode(errors="replace"))}
            if mimetype == "text/plain":
                return {"html": _plain(content.decode(errors="replace"))}
            if mimetype == "message/rfc822":
                return {"html": _mail(content)}
        except Exception as error:
            return {"remark": self.env._("Cannot be read (%s): listed with its checksum.", first_line(error)[:100])}
        return {"remark": self.env._("Cannot be printed: listed with its checksum, and kept in the system.")}

    def _evidence_bound(self, content):
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            return {"remark": self.env._("Encrypted: listed with its checksum, and kept in the system.")}
        # pages that cannot be read show here, not when everything is put together
        for page in reader.pages:
            page.get_contents()
        if not len(reader.pages):
            return {"remark": self.env._("Has no pages: listed with its checksum.")}
        return {"pdf": content}


def _plain(words):
    return Markup('<div dir="auto" style="white-space: pre-wrap;">%s</div>') % words


def _mail(content):
    """Return an e-mail as it arrived: who wrote what to whom and when, and its text.

    :raises Exception: whatever a broken mail raises
    """
    mail = message_from_bytes(content, policy=default)
    head = [f"{name}: {mail[name]}" for name in ("From", "To", "Date", "Subject", "Message-ID") if mail[name]]
    body = mail.get_body(("plain", "html"))
    words = body.get_content() if body else ""
    if body and body.get_content_subtype() == "html":
        words = html2plaintext(words)
    return _plain("\n".join([*head, "", words]))


def _image(content):
    """Return an image as HTML that fits on a page.

    :raises Exception: whatever a broken image raises
    """
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        # drawn anew: a picture's own profile, frames or scripts (SVG) do not get into the file
        image = image.convert("RGB")
        image.thumbnail((1600, 1600))
        with io.BytesIO() as stream:
            image.save(stream, "PNG")
            drawn = stream.getvalue()
    return Markup('<img style="max-width: 100%%; max-height: 210mm;" src="data:image/png;base64,%s"/>') % (
        base64.b64encode(drawn).decode()
    )


def _printable(html):
    """Return the HTML of a message so that printing it fetches nothing: no scripts, no pictures from elsewhere."""
    clean = html_sanitize(html, sanitize_attributes=True, sanitize_style=True)
    root = lxml.html.fromstring(f"<div>{clean}</div>")
    for node in list(root.iter("img", "link", "iframe", "object", "embed", "style")):
        if node.tag == "img" and (node.get("src") or "").startswith("data:image/"):
            continue
        words = node.get("alt") if node.tag == "img" else None
        node.tail = f"{escape(words or '')}{node.tail or ''}"
        node.drop_tree()
    for node in root.iter():
        for name in ("style", "background"):
            if "url(" in (node.get(name) or "") or (name == "background" and node.get(name)):
                node.set(name, re.sub(r"url\([^)]*\)", "none", node.get(name)) if name == "style" else "")
    return Markup(lxml.html.tostring(root, encoding="unicode"))
