"""The contact log for an auditor: a ZIP with all that is needed to verify it, and the program that does."""

import json
import mimetypes
import zipfile
from pathlib import Path

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools import chain


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    @api.model
    def _export(self, file, scope, with_documents):
        """Write an export of the log: log.json, chain.py, and the documents themselves where asked for.

        The caller has checked who may have it.
        :param file: writable binary file
        :param scope: SQL condition on `contact`, the table of the log; whole chains
        :param with_documents: bool, put the documents in; otherwise their checksums alone
        """
        files = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(Path(chain.__file__), "chain.py")
            with archive.open("log.json", "w", force_zip64=True) as log:
                log.write(b"[\n")
                comma = b""
                for line in self._read_log(scope, words=True):
                    row = {"entry": line.entry, "words": line.words, "documents": []}
                    for number, document in enumerate(line.documents, start=1):
                        kept = {key: document[key] for key in _DOCUMENT}
                        if with_documents and document["attachment_id"]:
                            kept["file"] = _file_name(line.entry, number, document)
                            files.append((kept["file"], document["attachment_id"]))
                        row["documents"].append(kept)
                    log.write(comma + json.dumps(row, ensure_ascii=False).encode())
                    comma = b",\n"
                log.write(b"\n]\n")
            for name, attachment_id in files:
                # sudo: the documents of entries that the caller may have
                archive.writestr(name, self.env["ir.attachment"].sudo().browse(attachment_id).raw or b"")

    @api.model
    def _check_may_export(self, company=None):
        """Check that the user may hand the log, or that of a company, to somebody outside.

        :raises AccessError:
        """
        if company and company.root_id not in self.env.user.company_ids.root_id:
            raise AccessError(self.env._("This is the contact log of a company that is not yours."))
        groups = ("debt_collection.group_collection_manager", "debt_collection.group_collection_auditor")
        if not any(map(self.env.user.has_group, groups)):
            raise AccessError(self.env._("Only a collections manager or an auditor may export the contact log."))

    @api.model
    def _scope_of_case(self, case):
        """Return the SQL condition on `contact` of the log of a case."""
        return SQL("contact.case_id = %s", case.id)

    @api.model
    def _scope_of_company(self, company):
        """Return the SQL condition on `contact` of the log of a company: its branches write into it too."""
        return SQL("contact.company_id = %s", company.root_id.id)


# what is said of each document
_DOCUMENT = ("name", "mimetype", "size", "checksum", "salt", "digest")


def _file_name(entry, number, document):
    """Return where a document lies in the ZIP; its own name is in log.json, and may hold anything."""
    return f"documents/{entry['case']}-{entry['seq']}-{number}{mimetypes.guess_extension(document['mimetype']) or ''}"
