"""The Collections tab of a contact: the whole picture of its commercial entity as a debtor of the current company.

Nothing is stored, and nothing computed but where the tab is shown.
"""

from odoo import api, fields, models

GROUPS = (
    "debt_collection.group_collection_collector,debt_collection.group_collection_auditor,"
    "account.group_account_invoice,account.group_account_readonly"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    collection_picture = fields.Html(compute="_compute_collection_picture", sanitize=False, groups=GROUPS)
    collection_ageing = fields.Json(compute="_compute_collection_picture", groups=GROUPS)
    collection_open_case_id = fields.Many2one(
        "collection.case", string="Open Case", compute="_compute_collection_picture", groups=GROUPS
    )
    collection_picture_of_id = fields.Many2one(
        "res.partner", string="This Is the Account Of", compute="_compute_collection_picture", groups=GROUPS,
        help="Invoices of a company's contacts are owed by the company: the account is one.",
    )  # fmt: skip

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "lang", "collection_today")
    def _compute_collection_picture(self):
        company = self.env.company
        entities = self.commercial_partner_id
        readable = self.env["collection.statement"]._readable(entities, company)
        for partner in self:
            entity = partner.commercial_partner_id
            picture = entity in readable and self.env["collection.picture"]._of(entity.with_env(self.env), company)
            partner.collection_picture_of_id = entity if entity != partner else False
            partner.collection_ageing = picture["ageing"] if picture else []
            partner.collection_open_case_id = entity in readable and self._open_collection_case(entity, company)
            partner.collection_picture = self.env["ir.qweb"]._render(
                "debt_collection.partner_picture",
                {"picture": picture, "readable": entity in readable, "company": company},
            )

    @api.model
    def _open_collection_case(self, entity, company):
        """Return the open case of a commercial entity that the user may read, or none."""
        cases = self.env["collection.case"]
        if not cases.has_access("read"):
            return cases  # whoever reads the accounts alone
        domain = [("company_id", "=", company.root_id.id), ("partner_id", "=", entity.id)]
        return cases.search([*domain, ("state", "=", "open"), ("stage", "!=", "courtesy")], limit=1)

    def action_open_collection_case(self):
        """Open the open case of this contact's commercial entity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": self.collection_open_case_id.id,
            "views": [(False, "form")],
        }

    def action_collection_statement(self):
        """Ask for which period a statement of account is wanted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_statement_make_action")
        action["context"] = {"default_partner_ids": self.commercial_partner_id.ids}
        return action

    def action_collection_call(self):
        """Log a call on the open case of this contact's commercial entity."""
        self.ensure_one()
        return self.collection_open_case_id.action_log_call()

    def action_collection_log(self):
        """Open everything that was said to this debtor, and by it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_contact_action")
        action["domain"] = [
            ("case_id.partner_id", "=", self.commercial_partner_id.id),
            ("company_id", "=", self.env.company.root_id.id),
        ]
        action["context"] = {}
        return action
