"""What happened: the contact log. Append-only and hash-chained per case; evidence, where the chatter is convenience."""

import hashlib
import secrets

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import float_round, plaintext2html

from ..tools import chain


class CollectionContact(models.Model):
    _name = "collection.contact"
    _description = "Contact Log"
    _order = "date desc, id desc"
    _rec_name = "summary"
    _log_access = False

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    case_user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    seq = fields.Integer(string="No.", required=True)
    # debtor and user are plain copies: an entry stays what it was when contacts and users come and go
    partner_ref = fields.Integer(string="Contact ID")
    partner_name = fields.Char(string="Debtor")
    channel = fields.Selection(
        lambda self: [*self.env["collection.channel"]._selection(), ("note", self.env._("Note"))], required=True
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming"), ("internal", "Internal")], required=True, default="out"
    )
    outcome = fields.Selection(
        [
            ("sent", "Sent"),
            ("printed", "Printed"),
            ("failed", "Failed"),
            ("skipped", "Not sent"),
            ("unknown", "Unknown whether it left"),
            ("scheduled", "Call scheduled"),
            ("reached", "Reached the person who decides"),
            ("third_party", "Reached someone else"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
            ("promise", "Promises to pay"),
            ("dispute", "Objects"),
            ("refuses", "Refuses"),
            ("call_back", "Call back"),
            ("delivered", "Delivered"),
            ("bounced", "Came back"),
            ("received", "Message received"),
            ("auto_reply", "Automatic reply"),
            ("opt_out", "Does not want to be contacted this way"),
            ("opt_in", "May be contacted this way again"),
            ("visited", "Visited"),
            ("override", "Against a contact rule"),
            ("note", "Note"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", ondelete="set null")
    user_ref = fields.Integer(string="User ID")
    user_name = fields.Char(string="By")
    address = fields.Char(help="The e-mail, number or postal address used.")
    summary = fields.Char(required=True)
    amount = fields.Monetary(help="What the notice claimed, in company currency.")
    currency_id = fields.Many2one("res.currency", ondelete="set null")
    cost = fields.Float(digits=(16, 4))
    action_id = fields.Many2one("collection.action", ondelete="set null", index="btree_not_null")
    corrects_id = fields.Many2one("collection.contact", ondelete="restrict")
    corrects_seq = fields.Integer(string="Corrects No.")
    text_ids = fields.One2many("collection.contact.text", "contact_id", string="Texts")
    text = fields.Html(compute="_compute_text", sanitize=True)
    text_digest = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)
    prev_hash = fields.Char(readonly=True)
    hash_version = fields.Integer(readonly=True)

    _case_seq_uniq = models.Constraint(
        "UNIQUE(case_id, seq)", "Somebody else added to this log at the same moment. Please try again."
    )

    @api.depends("text_ids.body")
    def _compute_text(self):
        for contact in self:
            body = contact.text_ids.body
            contact.text = plaintext2html(body) if body else False

    @api.model_create_multi
    def create(self, vals_list):
        """Entries are appended by what is done; see `_append`."""
        if not self.env.su:
            raise UserError(self.env._("The contact log is written by what is done: log a call from the case."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: evidence is not changed. A correction is a new entry."""
        raise UserError(self.env._("The contact log cannot be changed. Log a correction instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The contact log cannot be deleted."))

    def _evidence(self):
        """Return the values an entry's digest covers, as plain values."""
        self.ensure_one()
        return _evidence({name: self[name] for name in _COVERED}, self.case_id, self.currency_id)

    @api.model
    def _append(self, vals_list):
        """Append entries to the chains of their cases, in the order given.

        :param vals_list: dicts with case_id, channel, direction, outcome, summary, and optionally date, user_id,
            address, amount, cost, action_id, corrects_id, text (HTML or plain, kept in the side table), documents
            (ir.attachment records: what was sent or received, kept as it was)
        :return: the entries
        """
        cases = self.env["collection.case"].browse(dict.fromkeys(vals["case_id"] for vals in vals_list))
        cases = {case.id: case for case in cases}
        users = self.env["res.users"].browse(dict.fromkeys(vals.get("user_id", self.env.uid) for vals in vals_list))
        users = {user.id: user for user in users}
        heads = self._heads(cases)
        now = fields.Datetime.now()
        prepared, texts = [], []
        for vals in vals_list:
            vals = dict(vals)
            case = cases[vals["case_id"]]
            user = users[vals.setdefault("user_id", self.env.uid)]
            text = vals.pop("text", None)
            vals.pop("documents", None)
            salt = secrets.token_hex(16)
            seq, previous = heads.get(case.id, (0, chain.GENESIS))
            if vals.get("corrects_id"):
                vals["corrects_seq"] = self.browse(vals["corrects_id"]).seq
            vals.update(
                seq=seq + 1,
                date=fields.Datetime.to_datetime(vals.get("date")) or now,
                partner_ref=case.partner_id.id,
                partner_name=case.debtor_id.name,
                user_ref=user.id,
                user_name=user.name,
                # rounded as the columns are: the digest is of what will be read back
                amount=case.currency_id.round(vals.get("amount") or 0.0),
                cost=float_round(vals.get("cost") or 0.0, precision_digits=4),
                currency_id=case.currency_id.id,
                text_digest=text and hashlib.sha256(f"{salt}{text}".encode()).hexdigest(),
                prev_hash=previous,
                hash_version=chain.VERSION,
            )
            vals["hash"] = chain.link(previous, chain.digest(_evidence(vals, case, case.currency_id)))
            heads[case.id] = (vals["seq"], vals["hash"])
            prepared.append(vals)
            texts.append((text, salt))
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
        return contacts

    @api.model
    def _heads(self, case_ids):
        """Return {case id: (last seq, last hash)}; the table is read in one statement."""
        self.flush_model(["case_id", "seq", "hash"])
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (case_id) case_id, seq, hash
              FROM collection_contact
             WHERE case_id = ANY(%s)
          ORDER BY case_id, seq DESC
            """,
            [list(case_ids)],
        )
        return {case_id: (seq, entry_hash) for case_id, seq, entry_hash in self.env.cr.fetchall()}

    def _verify_chain(self):
        """Return the entries, of the cases of these entries, that do not verify."""
        broken = self.browse()
        for case in self.case_id:
            entries = self.search([("case_id", "=", case.id)], order="seq")
            positions = chain.verify(
                [entry._evidence() | {"hash": entry.hash, "prev_hash": entry.prev_hash} for entry in entries]
            )
            broken |= self.browse(entries[position].id for position in positions)
            broken |= entries.filtered("text_ids").filtered(lambda entry: not entry._text_verifies())
        return broken

    def _text_verifies(self):
        """Tell whether the words kept beside an entry are those its digest was made of. Erased words are no forgery."""
        self.ensure_one()
        # sudo: the salt is for this check alone
        return not any(
            text.body and hashlib.sha256(f"{text.salt}{text.body}".encode()).hexdigest() != self.text_digest
            for text in self.sudo().text_ids
        )

    def action_correct(self):
        """Open the log wizard for an entry that corrects this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_log_call_action")
        action["name"] = action["display_name"] = self.env._("Correct an entry")
        action["context"] = {
            "default_case_id": self.case_id.id,
            "default_corrects_id": self.id,
            "default_outcome": "note",
        }
        return action


# the columns that the digest covers as they are, besides the case, its company and the currency
_COVERED = (
    "seq",
    "partner_ref",
    "partner_name",
    "channel",
    "direction",
    "outcome",
    "date",
    "user_ref",
    "user_name",
    "address",
    "summary",
    "amount",
    "cost",
    "corrects_seq",
    "text_digest",
    "hash_version",
)


def _evidence(vals, case, currency):
    """Return the plain values of an entry's digest, from its columns: those read back and those about to be written."""
    return {
        "case": case.id,
        "seq": vals["seq"],
        "partner_ref": vals["partner_ref"] or 0,
        "partner_name": vals["partner_name"] or "",
        "channel": vals["channel"],
        "direction": vals["direction"],
        "outcome": vals["outcome"],
        "date": fields.Datetime.to_string(vals["date"]),
        "user_ref": vals["user_ref"] or 0,
        "user_name": vals["user_name"] or "",
        "address": vals.get("address") or "",
        "summary": vals["summary"] or "",
        "company": case.company_id.id,
        "amount": f"{vals['amount']:.4f}",
        "currency": currency.id,
        "cost": f"{vals['cost']:.4f}",
        "corrects_seq": vals.get("corrects_seq") or 0,
        "text_digest": vals["text_digest"] or "",
        "hash_version": vals["hash_version"],
    }
