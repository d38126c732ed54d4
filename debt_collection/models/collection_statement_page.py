"""The link to the debtor's page in the e-mail with a statement of account."""

from odoo import api, fields, models


class CollectionStatementLine(models.Model):
    _inherit = "collection.statement.line"

    # it holds the debtor's key; texts are rendered with rights
    page_link = fields.Char(compute="_compute_page_link", groups="base.group_system")

    @api.depends("partner_id", "company_id")
    def _compute_page_link(self):
        """Lead to the page of whoever is a debtor; a customer who never owed late has none."""
        for company, lines in self.grouped("company_id").items():
            debtors = self.env["collection.debtor"].search(
                [("company_id", "=", company.root_id.id), ("partner_id", "in", lines.partner_id.ids)]
            )
            found = debtors.grouped("partner_id")
            for line in lines:
                line.page_link = found.get(line.partner_id, debtors.browse())._page_link()
