"""Right-to-left letters: whether this server can print them, and their headers and footers."""

import unicodedata

import lxml.html
from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _collection_prints_rtl(self):
        """Tell whether this server's wkhtmltopdf can set right-to-left text: only the build with patched Qt can."""
        return _wkhtml().is_patched_qt

    @api.model
    def _collection_rtl_advice(self):
        """Return what is wrong and what to install, in words."""
        return self.env._(
            "This server's wkhtmltopdf (without patched Qt) ruins right-to-left text. Install the build "
            "“with patched qt” that Odoo recommends, then propose the letter again."
        )

    def _prepare_html(self, html, report_model=False):
        """Let header, body and footer of a letter run in the direction of its language; Odoo takes the user's."""
        if report_model in ("collection.action", "collection.plan"):
            html = self._collection_directed(html)
        return super()._prepare_html(html, report_model=report_model)

    @api.model
    def _collection_directed(self, html):
        """Return the HTML of letters with the direction of each written on its parts.

        :param html: bytes, with a header, an article and a footer per letter, in this order
        """
        root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
        parts = []
        for node in root.iter("div"):
            classes = (node.get("class") or "").split()
            if "header" in classes:
                parts = [node]
            elif "article" in classes:
                parts.append(node)
            elif "footer" in classes and parts:
                article = parts[-1]
                language = self.env["res.lang"]._get_data(code=article.get("data-oe-lang"))
                if language.direction == "rtl":
                    for part in [*parts, node]:
                        _turn(part)
                parts = []
        return lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")


# the layouts' own fonts have no Arabic or Hebrew: what stands in for them should at least be one made for the script
_FONTS = "font-family: 'Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Naskh Arabic', Amiri, Tahoma, Arial, sans-serif;"


def _turn(part):
    """Let a header, body or footer run from right to left."""
    part.set("dir", "rtl")
    part.set("style", f"{part.get('style', '').rstrip('; ')}; {_FONTS}".lstrip("; "))
    if "article" not in part.get("class").split():
        _keep_order(part)
        for image in part.iter("img"):
            # the engine's flexible boxes ignore the direction: a logo alone in one would stay on the left
            if len(image.getparent()) == 1:
                image.getparent().set("style", "display: block !important; text-align: right;")
    for address in part.iter("address"):
        _keep_order(address)


def _keep_order(node):
    """Keep street numbers, postcodes and telephone numbers in Latin script in order inside right-to-left text."""
    for part in node.iter():
        if isinstance(part.tag, str):
            part.text = _embedded(part.text)
        if part is not node:
            part.tail = _embedded(part.tail)


def _embedded(text):
    """Return text between marks that make it run from left to right, unless it holds right-to-left letters."""
    kinds = {unicodedata.bidirectional(char) for char in text or ""}
    if not kinds & {"L", "EN"} or kinds & {"R", "AL"}:
        return text
    return f"\u202a{text}\u202c"
