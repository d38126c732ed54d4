"""The evidence file of a case: one PDF for a lawyer or a court, with all that was said and sent, and its proofs.

How it works. `_evidence_annexes` (collection_evidence_annex.py) gathers the documents kept with the log and the proofs,
each content once, numbered. `_evidence_values` (collection_evidence_values.py) puts the case into plain words. The
QWeb templates in report/ lay out the file's own part and a cover per annex; here they become PDF and are put together.
"""

import hashlib
import io

from odoo import Command, fields, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.exceptions import UserError
from pypdf import PdfReader, PdfWriter

REPORT = "debt_collection.report_evidence"


class CollectionCase(models.Model):
    _inherit = "collection.case"

    evidence_ids = fields.Many2many(
        "ir.attachment",
        "collection_case_evidence",
        "case_id",
        "attachment_id",
        string="Evidence Files",
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )

    def action_evidence(self):
        """Ask for the language of the evidence file."""
        return self._wizard("debt_collection.collection_evidence_make_action")

    def _make_evidence(self, language):
        """Make the evidence file of this case, keep it with the case, and say so in the log.

        :param language: code of an installed language
        :return: ir.attachment
        :raises AccessError: for who may not read the case
        :raises UserError: when this server cannot print it
        """
        self.ensure_one()
        self.check_access("read")
        self._check_evidence_prints(language)
        # sudo: what there is about a case the user may read; invoices and payments are shown as the debtor knows them
        case = self.sudo().with_context(lang=language)
        annexes = case._evidence_annexes()
        values = case._evidence_values(annexes)
        pdf = case._evidence_pdf(values, annexes)
        checksum = hashlib.sha256(pdf).hexdigest()
        today = self._today().isoformat()
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(  # sudo: kept with the case, whose rules it follows
                {
                    "name": self.env._("Evidence %(case)s %(date)s.pdf", case=self.id, date=today),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        # sudo: what was made of the case is listed on it, for who may read the case
        self.sudo().write({"evidence_ids": [Command.link(attachment.id)]})
        self._log_contact(
            channel="note",
            direction="internal",
            outcome="note",
            summary=self.env._(
                "Evidence file made: entries up to no. %(seq)s, %(annexes)s annexes, SHA-256 %(checksum)s",
                seq=values["last_seq"],
                annexes=len(annexes),
                checksum=checksum,
            ),
        )
        return attachment

    def _check_evidence_prints(self, language):
        if _wkhtml().state == "install":
            raise UserError(self.env._("wkhtmltopdf is not installed on the server: no evidence file can be made."))
        reports = self.env["ir.actions.report"]
        if self.env["res.lang"]._get_data(code=language).direction == "rtl" and not reports._collection_prints_rtl():
            raise UserError(reports._collection_rtl_advice())

    def _evidence_pdf(self, values, annexes):
        """Return the whole file: its own part, then every annex behind its cover.

        :return: bytes
        """
        writer = PdfWriter()
        self._add_pages(writer, self._print_evidence("debt_collection.evidence", values), values["title"])
        # covers of what is bound in as it is are one page each: all of them in one call
        bound = [annex for annex in annexes if annex["pdf"]]
        covers = []
        if bound:
            covers = PdfReader(
                io.BytesIO(self._print_evidence("debt_collection.evidence_covers", values | {"sheets": bound}))
            ).pages
        for annex in annexes:
            title = f"{annex['number']}. {annex['name']}"
            if annex["pdf"]:
                start = len(writer.pages)
                writer.add_page(covers[bound.index(annex)])
                for page in PdfReader(io.BytesIO(annex["pdf"]), strict=False).pages:
                    writer.add_page(page)
                writer.add_outline_item(title, start)
            elif annex["html"]:
                sheet = self._print_evidence("debt_collection.evidence_covers", values | {"sheets": [annex]})
                self._add_pages(writer, sheet, title)
        with io.BytesIO() as stream:
            writer.write(stream)
            return stream.getvalue()

    @staticmethod
    def _add_pages(writer, pdf, title):
        start = len(writer.pages)
        for page in PdfReader(io.BytesIO(pdf)).pages:
            writer.add_page(page)
        writer.add_outline_item(title, start)

    def _print_evidence(self, template, values):
        """Return one of the templates as PDF."""
        language = values["lang"]
        reports = self.env["ir.actions.report"].with_company(values["company"]).with_context(lang=language, debug=False)
        report = reports._get_report(REPORT)
        html = report._render_template(template, {"docs": self, **values})
        bodies, _ids, header, footer, paper = report._prepare_html(html, report_model=report.model)
        return reports._run_wkhtmltopdf(
            bodies, report_ref=REPORT, header=header, footer=footer, specific_paperformat_args=paper
        )
