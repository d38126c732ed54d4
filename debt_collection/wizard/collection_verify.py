"""Whether the contact log of a case, or of a company, stands as it was written, and which entries do not."""

from odoo import Command, api, fields, models

from ..tools import chain

# what is shown of a log that has been tampered with; all are counted
SHOWN = 200


class CollectionVerify(models.TransientModel):
    _name = "collection.verify"
    _description = "Verify the Contact Log"

    case_id = fields.Many2one("collection.case", ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    state = fields.Selection([("ask", "To verify"), ("right", "It verifies"), ("wrong", "It does not")], default="ask")
    result = fields.Char(readonly=True)
    erased = fields.Char(readonly=True)
    unprotected = fields.Boolean(readonly=True)
    line_ids = fields.One2many("collection.verify.line", "verify_id", readonly=True)

    def action_verify(self):
        """Verify, and show what was found."""
        self.ensure_one()
        self._verify()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of the contact log"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_export(self):
        """Download the log with what an auditor needs to verify it without Odoo."""
        self.ensure_one()
        self.env["collection.contact"]._check_may_export()
        what = f"case/{self.case_id.id}" if self.case_id else f"company/{self.company_id.id}"
        return {"type": "ir.actions.act_url", "url": f"/collections/log/{what}", "target": "download"}

    def _verify(self):
        """Write what verifying finds. Whoever may read a case may verify it; a company is for managers."""
        # sudo: the salts; access is checked
        log = self.env["collection.contact"].sudo()
        if self.case_id:
            self.case_id.check_access("read")
            scope = log._scope_of_case(self.case_id)
        else:
            log.sudo(False)._check_may_export(self.company_id)
            scope = log._scope_of_company(self.company_id)
        counted, broken, erased, shown = [], 0, 0, []
        for finding in log._verify(scope, counted):
            erased += finding.erased
            if finding.faults:
                broken += 1
                if len(shown) < SHOWN:
                    shown.append(finding)
        values = {"number": counted[0], "broken": broken}
        if broken:
            result = self.env._("%(broken)s of %(number)s entries do not verify.", **values)
        elif counted[0]:
            result = self.env._("All %(number)s entries verify: nothing was changed, taken out or put in.", **values)
        else:
            result = self.env._("There is no entry yet.")
        self.write(
            {
                "state": "wrong" if broken else "right",
                "result": result,
                "erased": bool(erased)
                and self.env._(
                    "The words or documents of entries were erased %s times. That is no fault: the chain covers their "
                    "digest.",
                    erased,
                ),
                "unprotected": not log._protected(),
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "contact_id": finding.contact_id,
                                "seq": finding.seq,
                                "fault": " ".join(self._fault(fault) for fault in finding.faults),
                            }
                        )
                        for finding in shown
                    ),
                ],
            }
        )

    @api.model
    def _fault(self, fault):
        """Return the sentence that says what is wrong with an entry."""
        return {
            chain.CHANGED: self.env._("It has been changed since it was written."),
            chain.MISSING: self.env._("Entries are missing before it."),
            chain.STRAY: self.env._("It does not follow the entry before it."),
            chain.WORDS_CHANGED: self.env._("Its words are not those that were written."),
            chain.WORDS_MISSING: self.env._("Its words are missing."),
            chain.DOCUMENT_CHANGED: self.env._("A document is not the one that was kept."),
            chain.DOCUMENT_MISSING: self.env._("A document is missing."),
        }[fault]
