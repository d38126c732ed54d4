"""Check the log against a seal that left the house, or all seals that are kept against the log."""

import base64
import binascii
import json
import re

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import seal as seals

# more than this many cases are counted, not named: a person reads it
NAMED = 100


class CollectionSealCheck(models.TransientModel):
    _name = "collection.seal.check"
    _description = "Check Against a Mailed Seal"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    file = fields.Binary(string="Mailed File", help="The attachment of the mail: seal-YYYY-MM-DD.json.")
    file_name = fields.Char()
    date = fields.Date(string="Date in the Mail")
    hash = fields.Char(string="Hash in the Mail")
    verdict = fields.Selection([("good", "Agrees"), ("bad", "Does not agree")], readonly=True)
    result = fields.Html(readonly=True)

    def action_check(self):
        """Compare log and seals with the file, or with the date and hash, of a mail.

        :raises UserError: when neither is given, or what is given is no seal of this company
        """
        self.ensure_one()
        self._check_may_read()
        if self.file:
            mailed = self._mailed()
            words, rows = self.env["collection.seal"]._against(mailed)
            cases = [head[0] for head in mailed["heads"]]
        elif self.date and self.hash:
            words, rows = self._against_hash()
            cases = None
        else:
            raise UserError(self.env._("Upload the file of the mail, or copy its date and hash."))
        return self._show(words, rows, cases)

    def action_check_all(self):
        """Compare every seal that is kept with the log."""
        self.ensure_one()
        self._check_may_read()
        words, rows = self.env["collection.seal"]._verify(self.company_id.root_id)
        return self._show(words, rows, None)

    def _check_may_read(self):
        self.env["collection.seal"].check_access("read")
        if self.company_id.root_id not in self.env.companies.root_id:
            raise UserError(self.env._("Choose a company you work in."))

    def _mailed(self):
        """Return the seal that was uploaded.

        :raises UserError: when it is none, was changed, or is another company's
        """
        try:
            mailed = json.loads(base64.b64decode(self.file))
        except (ValueError, binascii.Error):
            mailed = None
        if not seals.is_seal(mailed) or not mailed["heads"] or not re.fullmatch(r"\d{4}-\d\d-\d\d", mailed["date"]):
            raise UserError(self.env._("This file is no seal. Upload the attachment of the mail as it came."))
        if mailed["hash"] != seals.digest(mailed):
            raise UserError(
                self.env._("This file was changed after it was mailed: its hash is not that of its content.")
            )
        if mailed["company"] != self.company_id.root_id.id:
            raise UserError(self.env._("This is a seal of another company."))
        return mailed

    def _against_hash(self):
        """Compare the seal of a day with a hash that was mailed; what it covers, with the log."""
        company = self.company_id.root_id
        # sudo: access to the company is checked above
        kept = self.env["collection.seal"].sudo().search([("company_id", "=", company.id), ("date", "=", self.date)])
        if not kept:
            return [self.env._("There is no seal of this day.")], []
        words = []
        # both what is kept and what it covers have to give the hash of the mail
        if {kept.hash, seals.digest(kept._as_dict())} != {self.hash.strip().lower()}:
            words.append(
                self.env._(
                    "The seal of this day is not the one that was mailed. Upload the file of the mail to see which "
                    "cases."
                )
            )
        heads = SQL(
            "SELECT case_id, seq, hash, %s::date AS date FROM collection_seal_head WHERE seal_id = %s",
            kept.date,
            kept.id,
        )
        return words, self.env["collection.seal"]._disagreements(heads)

    def _show(self, words, rows, cases):
        """Keep the result and show it.

        :param cases: ids of the cases whose entries are verified one by one as well; None: those of the company
        """
        seal = self.env["collection.seal"]
        words = [*words, *(seal._in_words(row) for row in rows[:NAMED])]
        if len(rows) > NAMED:
            words.append(self.env._("… and %s more cases.", len(rows) - NAMED))
        # sudo: the whole log is verified, whoever asks; access to the company is checked above
        log = self.env["collection.contact"].sudo()
        scope = log._scope_of_company(self.company_id) if cases is None else SQL("contact.case_id = ANY(%s)", cases)
        wrong = {}
        for finding in log._verify(scope):
            if finding.faults:
                wrong.setdefault(finding.case_id, []).append(str(finding.seq))
        for case_id, numbers in list(wrong.items())[:NAMED]:
            words.append(
                self.env._(
                    "%(case)s (case %(id)s): these entries do not verify: %(numbers)s",
                    case=self.env["collection.case"].sudo().browse(case_id).display_name,
                    id=case_id,
                    numbers=", ".join(numbers[:NAMED]),
                )
            )
        self.verdict = "bad" if words else "good"
        if not words:
            words = [self.env._("Log and seals agree with what was mailed: nothing was changed, removed or put in.")]
            if not self.file and not self.hash:
                words = [self.env._("All seals agree with the log, and with each other.")]
        self.result = Markup().join(Markup("<p>%s</p>") % word for word in words)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check against a mailed seal"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
