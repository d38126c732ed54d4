"""A rule in a dry run: how much of how many cases it would erase."""

from odoo import fields, models


class CollectionRetentionPreviewLine(models.TransientModel):
    _name = "collection.retention.preview.line"
    _description = "Rule in a Dry Run"

    preview_id = fields.Many2one("collection.retention.preview", required=True, ondelete="cascade")
    retention_id = fields.Many2one("collection.retention", string="Rule", required=True, ondelete="cascade")
    # not named active: lines of rules that are off are shown too
    is_on = fields.Boolean(related="retention_id.active", string="On")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    case_count = fields.Integer(string="Cases")
    held_count = fields.Integer(string="Kept by a Legal Hold")
    text_count = fields.Integer(string="Texts")
    document_count = fields.Integer(string="Documents")
    message_count = fields.Integer(string="Messages")
    file_count = fields.Integer(string="Files")

    def action_cases(self):
        """List the cases of which this rule would erase something."""
        self.ensure_one()
        self.retention_id.check_access("read")
        due = self.retention_id._due(self.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would be erased: %s", self.retention_id.name),
            "res_model": "collection.case",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row["case_id"] for row in due if not row["held"]])],
        }
