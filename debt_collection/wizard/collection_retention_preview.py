"""A dry run: what retention rules would erase today. Nothing is changed by it."""

from odoo import api, fields, models


class CollectionRetentionPreview(models.TransientModel):
    _name = "collection.retention.preview"
    _description = "Dry Run of Retention"

    date = fields.Date(readonly=True)
    line_ids = fields.One2many("collection.retention.preview.line", "preview_id", readonly=True)

    @api.model
    def _of(self, rules):
        """Return the dry run of some rules in the companies the user works in."""
        lines = []
        for rule in rules:
            for company in rule._companies() & self.env.companies.root_id:
                due = rule._due(company)
                free = [row for row in due if not row["held"]]
                lines.append(
                    {
                        "retention_id": rule.id,
                        "company_id": company.id,
                        "case_count": len(free),
                        "held_count": len(due) - len(free),
                        "text_count": sum(row["texts"] for row in free),
                        "document_count": sum(row["documents"] for row in free),
                        "message_count": sum(row["messages"] for row in free),
                        "file_count": sum(row["files"] for row in free),
                    }
                )
        return self.create(
            {
                "date": self.env["collection.case"]._today(),
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
