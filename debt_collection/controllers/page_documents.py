"""What is downloaded from the debtor's page: invoices, the statement of account, and what a home screen asks for."""

import base64
import json

from dateutil.relativedelta import relativedelta
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import SQL
from odoo.tools.mimetypes import guess_mimetype

from .page_route import ROOT, CollectionPageRoute, route

ICONS = "/debt_collection/static/page"
COLOUR = "#1f4f8f"  # as in page.css
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOGO_KEPT = 3600  # seconds


class CollectionPageDocuments(CollectionPageRoute):
    @route("/invoice/<int(max=2147483647):line_id>")
    def page_invoice(self, debtor, line_id, **_values):
        """Return the PDF of the invoice or credit note behind one of this debtor's own journal items."""
        companies = request.env["collection.ledger"]._branches(debtor.company_id)
        # sudo: restricted to what this debtor was invoiced
        line = request.env["account.move.line"].sudo()
        line = line.search(
            [
                ("id", "=", line_id),
                ("partner_id.commercial_partner_id", "=", debtor.partner_id.id),
                ("company_id", "in", companies.ids),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
            ]
        )
        move = line.move_id
        if not move.is_sale_document(include_receipts=True):
            return self._render("page_missing", self._values(debtor), 404)
        return self._made(
            debtor, lambda: self._invoice_pdf(move), "application/pdf", move._get_invoice_report_filename()
        )

    @route("/statement")
    def page_statement(self, debtor, **_values):
        """Return the statement of account as a PDF."""
        return self._statement(debtor, "_print", "pdf", "application/pdf")

    @route("/statement.xlsx")
    def page_statement_sheet(self, debtor, **_values):
        """Return the statement of account as a spreadsheet."""
        return self._statement(debtor, "_workbook", "xlsx", XLSX)

    # not by `route`: a logo may be kept for a while, as nothing else of the page
    @http.route(f"{ROOT}/logo", type="http", auth="public", methods=["GET"], sitemap=False)
    def page_logo(self, token, **_values):
        """Return the creditor's logo."""
        debtor, refusal = self._enter(token)
        if refusal:
            return refusal
        image = base64.b64decode(debtor.company_id.partner_id.image_256 or b"")
        if not image or debtor.company_id.uses_default_logo:
            return self._finished(request.not_found())
        # a drawing (SVG) opened by itself runs nothing
        headers = [
            ("Content-Type", guess_mimetype(image)),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ]
        response = self._finished(request.make_response(image, headers))
        response.headers["Cache-Control"] = f"private, max-age={LOGO_KEPT}"
        return response

    @route("/manifest.webmanifest")
    def page_manifest(self, debtor, **_values):
        """Return what a phone asks for that puts the page on its home screen."""
        values = self._values(debtor)
        path, company, lang = values["path"], debtor.company_id, values["lang"]
        manifest = {
            "id": path,
            "name": debtor.env._("Your account with %s", company.name),
            "short_name": company.name,
            # a home screen may have no cookies of the browser's: the address says the language
            "start_url": f"{path}?lang={lang}",
            "scope": path,
            "display": "standalone",
            "lang": lang.replace("_", "-"),
            "dir": values["direction"],
            "theme_color": COLOUR,
            "background_color": "#f3f5f8",
            "icons": [
                {"src": f"{ICONS}/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for name, size, purpose in (
                    ("icon-192", 192, "any"),
                    ("icon-512", 512, "any"),
                    ("icon-maskable-512", 512, "maskable"),
                )
            ],
        }
        headers = [("Content-Type", "application/manifest+json; charset=utf-8")]
        return request.make_response(json.dumps(manifest, ensure_ascii=False), headers)

    # ---- how they are made ----------------------------------------------------------------------------------------

    def _made(self, debtor, make, kind, name):
        """Return what `make` makes as a file to save, or a page that says why it cannot be made now.

        :param make: function that returns bytes
        :param kind: str, the type of the file
        """
        if not self._alone(debtor):
            response = self._render("page_unmade", self._values(debtor), 429)
            response.headers["Retry-After"] = "10"
            return response
        try:
            content = make()
        except UserError:  # this server cannot print: nothing the debtor can do about
            return self._render("page_unmade", self._values(debtor), 503)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ]
        return request.make_response(content, headers)

    def _alone(self, debtor):
        """Tell whether nothing else is being made for this debtor: one link does not keep every worker printing."""
        request.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('collection page document'), %s)", debtor.id)
        )
        return request.env.cr.fetchone()[0]

    def _invoice_pdf(self, move):
        """Return the PDF (bytes) that was sent to the debtor, or one made by Odoo's report of the invoice."""
        document = move._get_invoice_legal_documents("pdf")
        if document:
            return document["content"]
        report = move.partner_id.invoice_template_pdf_report_id.report_name or "account.account_invoices"
        # sudo: of the debtor's own invoice
        reports = request.env["ir.actions.report"].sudo().with_company(move.company_id)
        return reports._render_qweb_pdf(report, move.ids)[0]

    def _statement(self, debtor, method, ending, kind):
        """Return the statement of the last twelve months, or since the oldest open item, as a file to save.

        :param method: name of the method of collection.statement that makes it
        """
        # sudo: of the debtor whose page it is
        page, statements = request.env["collection.page"].sudo(), request.env["collection.statement"].sudo()
        today = request.env["collection.case"]._today()
        dates = [line["date_invoice"] or line["date_due"] for line in page._lines(debtor)]
        since = min([*dates, today - relativedelta(years=1)])
        partner = debtor.partner_id

        def make():
            arguments = partner, debtor.company_id, since, today
            made = getattr(statements, method)(*arguments, language=debtor.env.context["lang"])
            return made[partner] if isinstance(made, dict) else made

        return self._made(debtor, make, kind, statements._file_name(partner.name, today, ending))
