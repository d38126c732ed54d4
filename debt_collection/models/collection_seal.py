"""The daily seal: one hash over the heads of all logs that grew, chained to the seal before, that leaves the house.

How it works. A case's log is a chain of hashes, so its last hash stands for all of it. Each day the last hashes of the
cases that got entries go into one seal per root company, whose hash covers them and the seal before. The seal is
mailed (see collection_seal_mail.py): whoever rewrites a log, hashes and all, cannot rewrite what has left. What a seal
is made of is in tools/seal.py and docs/seal.md; what finds a rewritten log is in collection_seal_verify.py.
"""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..batches import checkpoint
from ..tools import seal as seals
from ..triggers import protect

_logger = logging.getLogger(__name__)

# what the digest covers, and what says when it was made
_EVIDENCE = ("company_id", "number", "date", "sealed_at", "case_count", "prev_hash", "hash", "version")


class CollectionSeal(models.Model):
    _name = "collection.seal"
    _description = "Seal of the Contact Log"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True, readonly=True)
    number = fields.Integer(string="No.", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    sealed_at = fields.Datetime(required=True, readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True, help="The cases that got entries since the seal before.")
    prev_hash = fields.Char(string="Hash Before", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True)
    head_ids = fields.One2many("collection.seal.head", "seal_id", string="Heads", readonly=True)
    # what may change: whether it has left
    mail_state = fields.Selection(
        [("house", "Stays in the house"), ("waiting", "To be mailed"), ("sent", "Mailed"), ("failed", "Not mailed")],
        string="Mail",
        required=True,
        readonly=True,
    )
    mail_address = fields.Char(string="Mailed To", readonly=True)
    mailed_at = fields.Datetime(readonly=True)
    mail_failure = fields.Char(string="Why Not Mailed", readonly=True)

    _number_uniq = models.Constraint("UNIQUE(company_id, number)", "Somebody else seals at this moment.")
    _day_uniq = models.Constraint("UNIQUE(company_id, date)", "A company's log is sealed once a day.")
    _to_mail = models.Index("(id) WHERE mail_state IN ('waiting', 'failed')")

    def init(self):
        """Let PostgreSQL refuse what the ORM refuses, whoever asks."""
        protect(self.env.cr, self._table, kept=["id", *_EVIDENCE], erasable=[])

    @api.model_create_multi
    def create(self, vals_list):
        """Seals are made by the scheduled action; see `_seal`."""
        if not self.env.su:
            raise UserError(self.env._("A seal is made by the button or the scheduled action, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what is evidence; whether it was mailed is written by what mails it."""
        if not self.env.su or not vals.keys() <= {"mail_state", "mail_address", "mailed_at", "mail_failure"}:
            raise UserError(self.env._("A seal cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A seal cannot be deleted."))

    @api.model
    def _cron_seal(self):
        """Seal what every root company has logged, then mail what has not left yet (scheduled action)."""
        for company in self.env["res.company"]._collection_roots():
            try:
                with self.env.cr.savepoint():
                    self._seal(company)
            except Exception:
                # another company's seal does not wait for this one's
                _logger.exception("Collections: the log of company %s could not be sealed", company.id)
            # made before it is mailed: what leaves is what is kept
            checkpoint(self.env)
        self._mail_waiting()

    @api.model
    def _seal(self, company):
        """Seal the heads of the cases of a root company that got entries since they were last sealed.

        :return: the seal; none when nothing was logged, or when the company has been sealed today
        """
        mine = self.sudo()  # sudo: seals are made by this method alone
        last = mine.search([("company_id", "=", company.id)], order="number desc", limit=1)
        today = self.env["collection.case"]._today()
        if last.date and last.date >= today:
            return self.browse()
        heads = self._new_heads(company)
        if not heads:
            return self.browse()
        values = {
            "version": seals.VERSION,
            "company": company.id,
            "date": today.isoformat(),
            "previous": last.hash or seals.GENESIS,
            "heads": heads,
        }
        seal = mine.create(
            {
                "company_id": company.id,
                "number": last.number + 1,
                "date": today,
                "sealed_at": fields.Datetime.now(),
                "case_count": len(heads),
                "prev_hash": values["previous"],
                "hash": seals.digest(values),
                "version": seals.VERSION,
                "mail_state": "waiting" if company.collection_seal_email else "house",
            }
        )
        self.env.flush_all()
        cases, numbers, hashes = (list(column) for column in zip(*heads, strict=True))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_seal_head (seal_id, case_id, seq, hash)
                SELECT %s, head.* FROM unnest(%s::int[], %s::int[], %s::text[]) AS head (case_id, seq, hash)
                """,
                seal.id,
                cases,
                numbers,
                hashes,
            )
        )
        self.env["collection.seal.head"].invalidate_model()
        return seal.sudo(False)

    @api.model
    def _new_heads(self, company):
        """Return [[case id, number, hash]] of the last entries that no seal covers, in the order of the cases.

        A step in two indexes per case (collection_contact: case, seq; collection_seal_head: case, seq), whatever the
        length of the logs. Numbers are compared, not times or ids: an entry whose transaction ended after the last seal
        was made is sealed by the next.
        """
        self.env["collection.contact"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT collection_case.id, entry.seq, entry.hash
                  FROM collection_case
            CROSS JOIN LATERAL (
                    SELECT seq, hash FROM collection_contact
                     WHERE case_id = collection_case.id ORDER BY seq DESC LIMIT 1
                ) entry
             LEFT JOIN LATERAL (
                    SELECT seq FROM collection_seal_head
                     WHERE case_id = collection_case.id ORDER BY seq DESC LIMIT 1
                ) sealed ON TRUE
                 WHERE collection_case.company_id = %s AND entry.seq > COALESCE(sealed.seq, 0)
              ORDER BY collection_case.id
                """,
                company.id,
            )
        )
        return [list(row) for row in rows]

    def _as_dict(self):
        """Return this seal as tools/seal.py takes it and as it is mailed."""
        self.ensure_one()
        heads = self.env.execute_query(
            SQL("SELECT case_id, seq, hash FROM collection_seal_head WHERE seal_id = %s ORDER BY case_id", self.id)
        )
        return {
            "version": self.version,
            "company": self.company_id.id,
            "date": self.date.isoformat(),
            "previous": self.prev_hash,
            "heads": [list(head) for head in heads],
            "hash": self.hash,
        }

    def action_seal_now(self):
        """Seal the current company's log now, and mail it.

        :raises UserError: when there is nothing to seal
        """
        self.check_access("read")
        company = self.env.company._collection_settings()
        seal = self._seal(company)
        if not seal:
            raise UserError(
                self.env._("Nothing to seal: nothing was logged since the last seal, or today is sealed already.")
            )
        seal._mail()
