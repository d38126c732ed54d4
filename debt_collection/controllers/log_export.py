"""The contact log as a ZIP for an auditor, written to a file and never held in memory."""

import tempfile

from odoo import http
from odoo.http import Response, request
from werkzeug.wsgi import wrap_file


class CollectionLogExport(http.Controller):
    @http.route("/collections/log/case/<int:case_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def case(self, case_id):
        """Return the export of a case: its log, and the documents themselves."""
        request.env["collection.contact"]._check_may_export()
        case = request.env["collection.case"].browse(case_id)
        case.check_access("read")
        # sudo: the salts; whose log it is and who asks is checked above
        log = request.env["collection.contact"].sudo()
        return self._zip(log, log._scope_of_case(case), f"log-case-{case.id}.zip", with_documents=True)

    @http.route("/collections/log/company/<int:company_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def company(self, company_id):
        """Return the export of a company: the log of all its cases, with the checksums of the documents."""
        # sudo: which root it has; whether it is the user's is checked
        company = request.env["res.company"].sudo().browse(company_id).exists()
        if not company:
            raise request.not_found()
        request.env["collection.contact"]._check_may_export(company)
        # sudo: the salts, and whoever's cases; a manager sees all of the companies that are the manager's
        log = request.env["collection.contact"].sudo()
        return self._zip(log, log._scope_of_company(company), f"log-company-{company.id}.zip", with_documents=False)

    def _zip(self, log, scope, name, with_documents):
        # closed, and so deleted, by the server once it is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        log._export(file, scope, with_documents)
        size = file.tell()
        file.seek(0)
        return Response(
            wrap_file(request.httprequest.environ, file),
            headers={
                "Content-Type": "application/zip",
                "Content-Length": size,
                "Content-Disposition": http.content_disposition(name),
            },
            direct_passthrough=True,
        )
