"""How long words, documents and other personal data are kept after a case's last activity: a rule per purpose."""

from odoo import api, fields, models
from odoo.exceptions import UserError

PURPOSES = [
    ("words", "Words of messages"),
    ("documents", "Documents sent and received"),
    ("notes", "Notes of calls and visits"),
    ("closed", "All else that is personal on the case"),
]


class CollectionRetention(models.Model):
    _name = "collection.retention"
    _description = "Retention Rule"
    _order = "company_id, purpose, months"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        domain=[("parent_id", "=", False)],
        ondelete="cascade",
        help="Empty: every company that has no rule of its own for the purpose.",
    )
    purpose = fields.Selection(
        PURPOSES,
        required=True,
        help="Words of messages: what was written by e-mail, letter, SMS and the like.\n"
        "Documents: files sent and received, kept with the log.\n"
        "Notes: what was noted of calls, of visits and by hand.\n"
        "All else: words, notes, documents, the messages and files on the case, evidence files among them.",
    )
    months = fields.Integer(
        string="Months Kept", required=True, help="Counted from the last activity of a case, once it is closed."
    )
    active = fields.Boolean(default=False, help="Nothing is erased by a rule that is not switched on.")

    _months_positive = models.Constraint("CHECK(months > 0)", "Words are kept for a month at least.")
    _once = models.UniqueIndex(
        "(COALESCE(company_id, 0), purpose) WHERE active",
        "There is a rule for this company and purpose already. Switch it off first.",
    )

    @api.constrains("company_id")
    def _check_company(self):
        for rule in self:
            if rule.company_id.sudo().parent_id:  # sudo: only whether it is a branch
                raise UserError(self.env._("A rule is a company's, not a branch's: cases belong to the company."))

    def _companies(self):
        """Return the root companies this rule, were it on, applies to."""
        self.ensure_one()
        if self.company_id:
            return self.company_id
        own = self.search([("active", "=", True), ("purpose", "=", self.purpose), ("company_id", "!=", False)])
        return self.env["res.company"]._collection_roots() - own.company_id

    def action_dry_run(self):
        """Show what these rules, on or off, would erase today; nothing is changed. None given: those that are on."""
        self.check_access("read")
        rules = self or self.search([("active", "=", True)])
        if not rules:
            raise UserError(
                self.env._("No rule is switched on: nothing is erased. Select a rule to see what it would.")
            )
        preview = self.env["collection.retention.preview"]._of(rules)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry run"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
