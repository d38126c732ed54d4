"""Verifying the contact log: every entry, its words and its documents, straight from the tables."""

import hashlib
from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import chain
from ..triggers import protected

# entries read at a time
FETCH = 5000

# an entry as it is read: id, what the digest covers with both hashes, the words kept ({"body", "salt"}, or None) and
# their digest as it is now, and the documents kept ({"id", "name", "mimetype", "size", "checksum", "salt", "digest"})
Line = namedtuple("Line", "id entry words words_digest documents")
# an entry that does not verify, or of which something has been erased
Finding = namedtuple("Finding", "contact_id case_id seq date faults erased")

COVERED = {
    "address": SQL("coalesce(contact.address, '')"),
    "amount": SQL("trim_scale(coalesce(contact.amount, 0))::text"),
    "case": SQL("contact.case_id"),
    "channel": SQL("contact.channel"),
    "company": SQL("contact.company_id"),
    "corrects_seq": SQL("coalesce(contact.corrects_seq, 0)"),
    "cost": SQL("trim_scale(coalesce(contact.cost, 0))::text"),
    "currency": SQL("coalesce(contact.currency_name, '')"),
    "date": SQL("contact.date::text"),
    "direction": SQL("contact.direction"),
    "documents_digest": SQL("coalesce(contact.documents_digest, '')"),
    "hash_version": SQL("contact.hash_version"),
    "outcome": SQL("contact.outcome"),
    "partner_name": SQL("coalesce(contact.partner_name, '')"),
    "partner_ref": SQL("coalesce(contact.partner_ref, 0)"),
    "seq": SQL("contact.seq"),
    "summary": SQL("coalesce(contact.summary, '')"),
    "text_digest": SQL("coalesce(contact.text_digest, '')"),
    "user_name": SQL("coalesce(contact.user_name, '')"),
    "user_ref": SQL("coalesce(contact.user_ref, 0)"),
    "prev_hash": SQL("coalesce(contact.prev_hash, '')"),
    "hash": SQL("coalesce(contact.hash, '')"),
}


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    def _verify_chain(self):
        """Return the entries, of the cases of these entries, that do not verify."""
        findings = self._verify(SQL("contact.case_id = ANY(%s)", self.case_id.ids))
        return self.browse(finding.contact_id for finding in findings if finding.faults)

    def _evidence(self):
        """Return the values that the digest of this entry covers, as plain values."""
        self.ensure_one()
        [line] = self._read_log(SQL("contact.id = %s", self.id))
        return {key: value for key, value in line.entry.items() if key not in ("hash", "prev_hash")}

    @api.model
    def _verify(self, scope, counted=None):
        """Yield a Finding on each entry that does not verify or of which words or documents have been erased.

        The caller has checked who may know.
        :param scope: SQL condition on `contact`, the table of the log; whole chains
        :param counted: a list, to which the number of entries is appended in the end
        """
        case = walk = None
        number = 0
        for line in self._read_log(scope):
            number += 1
            entry = line.entry
            if entry["case"] != case:
                case, walk = entry["case"], chain.Chain()
            documents = [(document["digest"], document["found"]) for document in line.documents]
            faults = (
                walk.faults(entry)
                + chain.words_faults(entry, line.words_digest)
                + (chain.document_faults(entry, documents) if documents or entry.get("documents_digest") else [])
            )
            faults += [document["fault"] for document in line.documents if document["fault"]]
            erased = [line.words_digest, *(found for _noted, found in documents)].count(chain.ERASED)
            if faults or erased:
                yield Finding(line.id, case, entry["seq"], entry["date"], list(dict.fromkeys(faults)), erased)
        if counted is not None:
            counted.append(number)

    @api.model
    def _read_log(self, scope, words=False):
        """Yield a Line for each entry, the entries of a case together and in their order, whatever their number.

        :param scope: SQL condition on `contact`
        :param words: bool, read the words too, and not their digest alone
        """
        self.env.flush_all()
        keys = list(COVERED)
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                DECLARE collection_log NO SCROLL CURSOR FOR
                 SELECT %(covered)s, contact.id, contact.currency_id, contact.hash_version, text.id,
                        CASE WHEN text.body IS NULL AND text.salt IS NULL THEN %(erased)s
                             ELSE encode(sha256(convert_to(concat(text.salt, text.body), 'UTF8')), 'hex') END,
                        %(words)s
                   FROM collection_contact contact
              LEFT JOIN collection_contact_text text ON text.contact_id = contact.id
                  WHERE %(scope)s
               ORDER BY contact.case_id, contact.seq
                """,
                covered=SQL(", ").join(COVERED.values()),
                erased=chain.ERASED,
                words=SQL("text.body, text.salt") if words else SQL("NULL, NULL"),
                scope=scope,
            )
        )
        fetch = SQL("FETCH %s FROM collection_log", SQL(str(FETCH)))
        try:
            while rows := self.env.execute_query(fetch):
                documents = self._read_documents([row[len(keys)] for row in rows])
                for row in rows:
                    contact_id, currency_id, version, text_id, digest, body, salt = row[len(keys) :]
                    entry = dict(zip(keys, row, strict=False))
                    if version == 1:
                        entry = _first_version(entry, currency_id)
                    yield Line(
                        contact_id,
                        entry,
                        {"body": body, "salt": salt} if text_id else None,
                        digest if text_id else None,
                        documents.get(contact_id, ()),
                    )
        finally:
            cr.execute("CLOSE collection_log")

    @api.model
    def _read_documents(self, contact_ids):
        """Return {entry id: its documents, in their order}.

        Each is a dict with its columns, "found": its digest from what is there (chain.ERASED where it was erased), and
        "fault": what is wrong with the content of its attachment, or None.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT document.contact_id, document.id, document.name, document.mimetype, document.size,
                       document.checksum, document.salt, document.digest, document.attachment_id,
                       attachment.store_fname,
                       CASE WHEN attachment.id IS NOT NULL THEN coalesce(attachment.db_datas, '') END AS data
                  FROM collection_contact_document document
             LEFT JOIN ir_attachment attachment ON attachment.id = document.attachment_id
                 WHERE document.contact_id = ANY(%s)
              ORDER BY document.contact_id, document.id
                """,
                contact_ids,
            )
        )
        documents, checksums = defaultdict(list), {}
        for row in rows:
            fname, data = row.pop("store_fname"), row.pop("data")
            erased = row["salt"] is None and row["checksum"] is None
            row["found"], row["fault"] = chain.ERASED, None
            if not erased:
                row["found"] = chain.document_digest(
                    *(row[key] for key in ("salt", "checksum", "size", "mimetype", "name"))
                )
                # the same invoice goes along with many notices: its file is read once
                if not fname or fname not in checksums:
                    checksums[fname] = self._checksum(fname, data)
                if checksums[fname] != row["checksum"]:
                    row["fault"] = chain.DOCUMENT_CHANGED if checksums[fname] else chain.DOCUMENT_MISSING
            documents[row.pop("contact_id")].append(row)
        return documents

    @api.model
    def _checksum(self, fname, data):
        """Return the SHA-256 of the content of an attachment, of a file or of the database; None where there is none.

        :param fname: of its file in Odoo's filestore, or None
        """
        # nothing is kept in a file, and so nothing read means no file: Odoo keeps an empty content in the database
        content = self.env["ir.attachment"]._file_read(fname) or None if fname else data
        return None if content is None else hashlib.sha256(content).hexdigest()

    @api.model
    def _protected(self):
        """Tell whether PostgreSQL protects the log: no trigger of ours has been switched off."""
        tables = ("collection_contact", "collection_contact_text", "collection_contact_document")
        return all(protected(self.env.cr, table) for table in tables)


def _first_version(entry, currency_id):
    """Return the entry as version 1 wrote it: no documents, the currency by its id, four decimals."""
    return {
        **{key: value for key, value in entry.items() if key != "documents_digest"},
        "amount": f"{float(entry['amount']):.4f}",
        "cost": f"{float(entry['cost']):.4f}",
        "currency": currency_id,
    }
