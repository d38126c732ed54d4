"""Letters: one PDF for the letters that go together, and a letter is sent only when that PDF exists."""

import logging

import lxml.html
import psycopg2
from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.modules import module
from odoo.tools import html2plaintext
from odoo.tools.pdf import merge_pdf

from ..tools.text import filled_lines, first_line

_logger = logging.getLogger(__name__)

LETTER = "debt_collection.report_notice_letter"
# wkhtmltopdf holds the headers and footers of all letters of a call once per page: 50 letters take it 0.3 GB of memory,
# 100 letters 0.9, 200 letters 3.4
SHEETS = 50


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_letter(self, actions):
        """Make the letters of some actions: a PDF per batch, its letters sorted by language.

        All in one transaction: a crash leaves them approved, and no PDF.
        """
        addresses = actions._addresses()
        languages = {action: action._language(address) for action, address in addresses.items()}
        standing = actions._fail_unprintable(languages)
        for run, letters in standing.grouped("run_id").items():
            pdfs, texts = [], {}
            for language, group in letters.sorted("id").grouped(languages.get).items():
                for start in range(0, len(group), SHEETS):
                    for pdf, words in group[start : start + SHEETS]._print_language(language):
                        pdfs.append(pdf)
                        texts |= words
            if not pdfs:
                continue
            attachment = (
                self.env["ir.attachment"]
                .sudo()
                .create(  # sudo: kept with the batch, whose rules it follows
                    {
                        "name": self.env._("Letters %(batch)s.pdf", batch=(run.name or "").replace("/", "-")),
                        "raw": merge_pdf(pdfs) if len(pdfs) > 1 else pdfs[0],
                        "mimetype": "application/pdf",
                        "res_model": "collection.run",
                        "res_id": run.id,
                    }
                )
            )
            run.sudo().letter_ids |= attachment
            printed = letters.filtered(lambda action, texts=texts: action.id in texts)
            printed.letter_id = attachment
            printed._mark_sent(
                self.env._("Letter printed in %s.", attachment.name),
                outcome="printed",
                addresses={action.id: ", ".join(action._address_lines(addresses[action])) for action in printed},
                texts=texts,
            )

    def _fail_unprintable(self, languages):
        """Fail the letters that cannot be made well on this server; return the others.

        :param languages: {action: code}
        """
        if _wkhtml().state == "install":
            self._mark_failed(self.env._("wkhtmltopdf is not installed on the server: no letter can be made."))
            return self.browse()
        if self.env["ir.actions.report"]._collection_prints_rtl():
            return self
        rtl = self.filtered(lambda action: self.env["res.lang"]._lang_get(languages[action]).direction == "rtl")
        rtl._mark_failed(self.env["ir.actions.report"]._collection_rtl_advice())
        return self - rtl

    def _print_language(self, language):
        """Return [(pdf, {action id: its words})] of letters in one language; one that does not render fails alone."""
        try:
            with self.env.cr.savepoint():
                return [self._print(language)]
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # the database's trouble, not the letter's
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.warning("Collections: letter %s does not render", self.id, exc_info=True)
                self._mark_failed(self.env._("The letter could not be made: %s", first_line(error)))
                return []
            # find the one that breaks by halves: the others share their calls
            half = len(self) // 2
            return self[:half]._print_language(language) + self[half:]._print_language(language)

    def _print(self, language):
        """Return (pdf, {action id: its words}) of letters in one language, from HTML that is rendered once.

        The steps are those of Odoo's own reports, which would go on to take the PDF apart into one file a letter and
        put it together again.
        """
        reports = self.env["ir.actions.report"].sudo()  # sudo: the report is ours
        reports = reports.with_company(self.company_id[:1]).with_context(lang=language, debug=False)
        report = reports._get_report(LETTER)
        html, _kind = reports._render_qweb_html(LETTER, self.ids, data={"report_type": "pdf", "debug": False})
        root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
        texts = {
            action.id: self._plain_words(_without_style(letter))
            for action, letter in zip(self, root.find_class("o_collection_letter"), strict=True)
        }
        if module.current_test and not self.env.context.get("force_report_rendering"):
            # as Odoo's reports: no PDF in tests unless it is asked for
            return html, texts
        bodies, _ids, header, footer, paper = report._prepare_html(html, report_model=report.model)
        pdf = reports._run_wkhtmltopdf(
            bodies, report_ref=LETTER, header=header, footer=footer, specific_paperformat_args=paper
        )
        return pdf, texts

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
    """Return the HTML of a letter without its style sheet, which is no word of it."""
    for style in list(letter.iter("style")):
        style.drop_tree()
    return lxml.html.tostring(letter, encoding="unicode")
