"""Letters: one PDF for the letters that go together, and a letter is sent only when that PDF exists."""

import logging
from collections import namedtuple

import lxml.html
import psycopg2
from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.modules import module
from odoo.tools import html2plaintext

from ..tools import sheets
from ..tools.text import filled_lines, first_line

_logger = logging.getLogger(__name__)

LETTER = "debt_collection.report_notice_letter"
# wkhtmltopdf holds the headers and footers of all letters of a call once per page: 50 letters take it 0.3 GB of memory,
# 100 letters 0.9, 200 letters 3.4
SHEETS = 50

# a letter on paper: its pages, as they go into the PDF of a batch; a PDF of its own (bytes); its words
Printed = namedtuple("Printed", "pages document words")


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_letter(self, actions):
        """Print letters; see `_print_batches`."""
        actions._print_batches()

    def _print_batches(self):
        """Make the letters of some actions: a PDF per batch, in print order.

        All in one transaction: a crash leaves them approved, and no PDF.
        """
        addresses = self._addresses()
        printed = self._print_letters(addresses)
        for run, letters in self.browse(printed).grouped("run_id").items():
            ordered = letters._print_order(addresses)
            batch = ordered._make_batch(run, addresses, printed)
            # sudo: written by what is done
            for position, action in enumerate(ordered.sudo(), 1):
                action.write({"letter_id": batch.id, "print_position": position})
            ordered._mark_printed(self.env._("Letter printed in %s.", batch.name), addresses, printed)

    def _print_letters(self, addresses):
        """Return {action id: Printed} of the letters that can be made; the others have failed, each with its reason.

        :param addresses: {action: res.partner}
        """
        languages = {action: action._language(address) for action, address in addresses.items()}
        printed = {}
        standing = self._fail_without_address(addresses)._fail_unprintable(languages)
        for language, letters in standing.sorted("id").grouped(languages.get).items():
            for start in range(0, len(letters), SHEETS):
                printed |= letters[start : start + SHEETS]._print_language(language)
        return printed

    def _mark_printed(self, summary, addresses, printed):
        """Note that these letters are on paper; the pages of each are kept as they were printed.

        :param summary: str, for the log
        :param addresses: {action: res.partner}
        :param printed: {action id: Printed}
        """
        self._mark_sent(
            summary,
            outcome="printed",
            addresses={action.id: ", ".join(action._address_lines(addresses[action])) for action in self},
            texts={action.id: printed[action.id].words for action in self},
            documents={
                action.id: [(action._letter_name(), "application/pdf", printed[action.id].document)] for action in self
            },
            costs={action.id: action.company_id._collection_letter_costs_of(action.channel) for action in self},
        )

    def _letter_name(self):
        """Return the name of the file with the pages of this letter."""
        # sudo: see _addresses
        return self.env._("Letter to %s.pdf", (self.partner_id.sudo().name or "").replace("/", "-"))

    def _fail_without_address(self, addresses):
        """Fail the letters that have nowhere to go, saying what is missing; return the others.

        :param addresses: {action: res.partner}
        """
        lost = self.filtered(lambda action: not addresses[action]._collections_reachable(action.channel))
        for action in lost:
            address = addresses[action]
            missing = [] if address.street else [self.env._("street")]
            if not address.city and not address.zip:
                missing.append(self.env._("city or postcode"))
            action._mark_failed(
                self.env._(
                    "The postal address of %(name)s is not complete: %(missing)s.",
                    name=address.display_name or action.partner_id.sudo().name,  # sudo: see _addresses
                    missing=", ".join(missing),
                )
            )
        return self - lost

    def _fail_unprintable(self, languages):
        """Fail the letters that cannot be made well on this server; return the others.

        :param languages: {action: code}
        """
        if _wkhtml().state == "install":
            self._mark_failed(
                self.env._("wkhtmltopdf is not installed on the server: no letter can be made."), ours=True
            )
            return self.browse()
        if self.env["ir.actions.report"]._collection_prints_rtl():
            return self
        rtl = self.filtered(lambda action: self.env["res.lang"]._lang_get(languages[action]).direction == "rtl")
        rtl._mark_failed(self.env["ir.actions.report"]._collection_rtl_advice(), ours=True)
        return self - rtl

    def _print_language(self, language):
        """Return {action id: Printed} of letters in one language; one that does not render fails alone."""
        try:
            with self.env.cr.savepoint():
                return self._print(language)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # the database's trouble, not the letter's
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.warning("Collections: letter %s does not render", self.id, exc_info=True)
                self._mark_failed(self.env._("The letter could not be made: %s", first_line(error)), ours=True)
                return {}
            # find the one that breaks by halves: the others share their calls
            half = len(self) // 2
            return self[:half]._print_language(language) | self[half:]._print_language(language)

    def _print(self, language):
        """Return {action id: Printed} of letters in one language, from HTML that is rendered once.

        The steps are those of Odoo's own reports, which would go on to take the PDF apart into one file a letter and
        put it together again.
        """
        reports = self.env["ir.actions.report"].sudo()  # sudo: the report is ours
        reports = reports.with_company(self.company_id[:1]).with_context(lang=language, debug=False)
        report = reports._get_report(LETTER)
        html, _kind = reports._render_qweb_html(LETTER, self.ids, data={"report_type": "pdf", "debug": False})
        root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
        for heading in root.iterfind(".//*[@class='o_collection_words']//h1"):
            # a heading of the first level begins a letter
            heading.tag = "h2"
        html = lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
        texts = [self._plain_words(_without_style(letter)) for letter in root.find_class("o_collection_letter")]
        if self._prints_blank():
            pdf = sheets.blank(len(self))
        else:
            bodies, _ids, header, footer, paper = report._prepare_html(html, report_model=report.model)
            pdf = reports._run_wkhtmltopdf(
                bodies, report_ref=LETTER, header=header, footer=footer, specific_paperformat_args=paper
            )
        # read twice: pages that were put into one PDF belong to it
        documents = [sheets.join([pages]) for pages in sheets.split(pdf, len(self))]
        return {
            action_id: Printed(*letter)
            for action_id, *letter in zip(self.ids, sheets.split(pdf, len(self)), documents, texts, strict=True)
        }

    @api.model
    def _prints_blank(self):
        """Tell whether blank pages stand for what would be printed: as Odoo's reports, in tests that ask for no PDF."""
        return module.current_test and not self.env.context.get("force_report_rendering")

    def _letter_top(self):
        """Return the margin at the top of the pages of these letters, and how far below it the address stands; in mm.

        The layouts that set the logo above the company's address let a long header run over what stands at the top of
        the second page: there the margin grows with the header, and the debtor's address stays about where it was.
        In the others the address stands where the layout puts it (None).
        """
        company = self.company_id[:1].sudo() or self.env.company  # sudo: see _notice_values
        paper = self.env["ir.actions.report"].sudo().with_company(company).get_paperformat_by_xmlid(LETTER)
        margin, address = paper.margin_top, 11
        layout = company.external_report_layout_id.sudo().key or "web.external_layout_standard"
        above = {"web.external_layout_standard": 27, "web.external_layout_bubble": 33}.get(layout)
        if not paper.css_margins or not above:
            return {"margin": margin, "address": None}
        if company.is_company_details_empty:
            details = [company.name, *filled_lines(company.partner_id._display_address(without_company=True))]
        else:
            details = filled_lines(html2plaintext(company.company_details))
        height = above + 6 * len(details) + (6 if company.report_header else 0) + (0 if company.logo else -16)
        more = max(height + 5 - margin, 0)
        return {"margin": margin + more, "address": max(address - more, 5)}


def _without_style(letter):
    """Return the HTML of a letter without its style sheet, which is no word of it, and with its subject as a line."""
    for style in list(letter.iter("style")):
        style.drop_tree()
    for heading in letter.iter("h1"):
        heading.tag = "div"
    return lxml.html.tostring(letter, encoding="unicode")
