"""How the contact log grows: entries numbered, linked and hashed, with their words and documents beside them."""

import hashlib
import secrets

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, float_repr, float_round

from ..tools import chain


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    @api.model
    def _append(self, vals_list):
        """Append entries to the chains of their cases, in the order given.

        :param vals_list: dicts with case_id, channel, direction, outcome, summary, and optionally date, user_id,
            address, amount, cost, action_id, corrects_id, text (HTML or plain, kept in the side table), documents
            (what was sent or received, kept as it was: ir.attachment records, or (name, mimetype, bytes) of each)
        :return: the entries
        """
        # what is done without a login, on a debtor's page, is done by no user of ours
        public = self.env.uid if self.env.user._is_public() else None
        vals_list = [
            {**vals, "user_id": None if (uid := vals.get("user_id", self.env.uid)) == public else uid}
            for vals in vals_list
        ]
        user_ids = dict.fromkeys(vals["user_id"] for vals in vals_list)
        cases = self._cases(dict.fromkeys(vals["case_id"] for vals in vals_list), filter(None, user_ids))
        now = fields.Datetime.now()
        prepared, texts, kept = [], [], []
        for vals in vals_list:
            vals = dict(vals)
            case = cases[vals["case_id"]]
            user_id = vals["user_id"]
            text = vals.pop("text", None)
            documents = self._documents(vals.pop("documents", None) or ())
            salt = secrets.token_hex(16)
            previous = case["hash"] or chain.GENESIS
            currency = self.env["res.currency"].browse(case["currency_id"])
            if vals.get("corrects_id"):
                vals["corrects_seq"] = self.browse(vals["corrects_id"]).seq
            vals.update(
                seq=(case["seq"] or 0) + 1,
                date=(fields.Datetime.to_datetime(vals.get("date")) or now).replace(microsecond=0),
                company_id=case["company_id"],
                partner_ref=case["partner_id"],
                partner_name=case["debtor"],
                user_ref=user_id or 0,
                user_name=case["users"].get(str(user_id)),
                currency_id=currency.id,
                currency_name=currency.name,
                text_digest=text and chain.words_digest(salt, text),
                documents_digest=chain.documents_digest([document["digest"] for document, _content in documents]),
                prev_hash=previous,
                hash_version=chain.VERSION,
            )
            vals["hash"] = chain.link(previous, chain.digest(_canonical(vals, currency)))
            case.update(seq=vals["seq"], hash=vals["hash"])
            prepared.append(vals)
            texts.append((text, salt))
            kept.append(documents)
        try:
            contacts = self.create(prepared)
        except psycopg2.errors.UniqueViolation as error:
            # somebody else has added to the same log since this transaction began: it is done again, as Odoo does
            # with every conflict that is nobody's mistake
            raise ConcurrencyError(str(error)) from error
        self.env["collection.contact.text"].create(
            [
                {"contact_id": contact.id, "body": text, "salt": salt}
                for contact, (text, salt) in zip(contacts, texts, strict=True)
                if text
            ]
        )
        self._keep(
            [
                (contact, document, content)
                for contact, documents in zip(contacts, kept, strict=True)
                for document, content in documents
            ]
        )
        return contacts

    @api.model
    def _documents(self, documents):
        """Return (values of a document, content) of what is to be kept beside an entry, in its order."""
        result = []
        for document in documents:
            if isinstance(document, models.BaseModel):
                # sudo: what was sent or received is kept, whoever may read the original
                document = document.sudo()
                document = (document.name, document.mimetype, document.raw)
            name, mimetype, content = document
            content = content or b""
            values = {
                "name": name,
                "mimetype": mimetype or "application/octet-stream",
                "size": len(content),
                "checksum": hashlib.sha256(content).hexdigest(),
                "salt": secrets.token_hex(16),
            }
            result.append(({**values, "digest": chain.document_digest(**values)}, content))
        return result

    @api.model
    def _keep(self, documents):
        """Keep documents beside their entries, each with an attachment of its own.

        Odoo keeps a content once however many attachments have it.
        :param documents: list of (entry, values of the document, content)
        """
        if not documents:
            return
        # an image is kept as it came, not made smaller
        attachments = (
            self.env["ir.attachment"]
            .with_context(image_no_postprocess=True)
            .create(
                [
                    {
                        "name": document["name"],
                        "mimetype": document["mimetype"],
                        "raw": content,
                        "res_model": self._name,
                        "res_id": contact.id,
                    }
                    for contact, document, content in documents
                ]
            )
        )
        self.env["collection.contact.document"].create(
            [
                {**document, "contact_id": contact.id, "attachment_id": attachment.id}
                for (contact, document, _content), attachment in zip(documents, attachments, strict=True)
            ]
        )

    @api.model
    def _cases(self, case_ids, user_ids):
        """Return {case id: dict of what its next entry copies, with seq and hash of its last one}, in one statement.

        :param user_ids: of those who did it; each dict has their names under "users": {str(id): name}
        """
        self.flush_model(["case_id", "seq", "hash"])
        self.env["collection.case"].flush_model(["company_id", "debtor_id", "partner_id"])
        self.env["collection.debtor"].flush_model(["name"])
        self.env["res.partner"].flush_model(["name"])
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT c.id, c.company_id, c.partner_id, company.currency_id, debtor.name AS debtor,
                       head.seq, head.hash,
                       (SELECT coalesce(jsonb_object_agg(u.id, partner.name), '{}')
                          FROM res_users u
                          JOIN res_partner partner ON partner.id = u.partner_id
                         WHERE u.id = ANY(%s)) AS users
                  FROM collection_case c
                  JOIN res_company company ON company.id = c.company_id
                  JOIN collection_debtor debtor ON debtor.id = c.debtor_id
     LEFT JOIN LATERAL (SELECT seq, hash FROM collection_contact WHERE case_id = c.id ORDER BY seq DESC LIMIT 1) head
                    ON true
                 WHERE c.id = ANY(%s)
                """,
                list(user_ids),
                list(case_ids),
            )
        )
        return {row["id"]: row for row in rows}

    def _erase(self, reason):
        """Erase the words and documents of these entries, for good, and say so in the log of their cases.

        :param reason: str, why: for the log
        :return: the entries that say so
        """
        # sudo: the salts too; who may call this is the caller's to check
        entries = self.sudo()
        texts = entries.text_ids.filtered("body")
        documents = entries.document_ids.filtered("checksum")
        texts._erase()
        documents._erase()
        erased = (texts.contact_id | documents.contact_id).sorted("seq")
        return entries._append(
            [
                {
                    "case_id": case.id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "summary": self.env._(
                        "Words and documents of the entries no. %(numbers)s erased: %(reason)s",
                        numbers=", ".join(str(entry.seq) for entry in of_case),
                        reason=reason,
                    ),
                }
                for case, of_case in erased.grouped("case_id").items()
            ]
        )


def _canonical(vals, currency):
    """Return what the digest of an entry about to be written covers; `_read_log` gives the same, read back.

    Amounts are rounded once, as the fields round them: of large ones a second rounding gives another.
    """
    amount = currency.round(vals.get("amount") or 0.0)
    cost = float_round(vals.get("cost") or 0.0, precision_digits=4)
    return {
        "address": vals.get("address") or "",
        "amount": _decimal(amount, currency.decimal_places),
        "case": vals["case_id"],
        "channel": vals["channel"],
        "company": vals["company_id"],
        "corrects_seq": vals.get("corrects_seq") or 0,
        "cost": _decimal(cost, 4),
        "currency": vals["currency_name"],
        "date": fields.Datetime.to_string(vals["date"]),
        "direction": vals["direction"],
        "documents_digest": vals["documents_digest"],
        "hash_version": vals["hash_version"],
        "outcome": vals["outcome"],
        "partner_name": vals["partner_name"] or "",
        "partner_ref": vals["partner_ref"] or 0,
        "seq": vals["seq"],
        "summary": vals["summary"],
        "text_digest": vals["text_digest"] or "",
        "user_name": vals["user_name"] or "",
        "user_ref": vals["user_ref"] or 0,
    }


def _decimal(number, digits):
    """Return a number in words, without the zeros at the end of its decimals: 1500.5 with two digits is "1500.5"."""
    text = float_repr(number, digits)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
