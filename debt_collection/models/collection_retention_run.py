"""What was erased, when, under which rule: kept, and not to be changed by hand."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionRetentionRun(models.Model):
    _name = "collection.retention.run"
    _description = "Erasure"
    _order = "date desc, id desc"

    name = fields.Char(string="Rule", required=True, readonly=True)
    retention_id = fields.Many2one("collection.retention", ondelete="set null", index="btree_not_null", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True, readonly=True)
    months = fields.Integer(string="Months Kept", readonly=True)
    date = fields.Date(required=True, readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    text_count = fields.Integer(string="Texts", readonly=True)
    document_count = fields.Integer(string="Documents", readonly=True)
    message_count = fields.Integer(string="Messages", readonly=True)
    file_count = fields.Integer(string="Files", readonly=True)
    erasure_ids = fields.One2many("collection.retention.erasure", "run_id", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was erased, and why, stays on record."))

    @api.model
    def _begin(self, rule, company):
        """Return the record of a rule's run in a company today; made when missing."""
        today = self.env["collection.case"]._today()
        domain = [("retention_id", "=", rule.id), ("company_id", "=", company.id), ("date", "=", today)]
        return self.search(domain, limit=1) or self.create(
            {
                "name": rule.name,
                "retention_id": rule.id,
                "company_id": company.id,
                "months": rule.months,
                "date": today,
            }
        )

    def _add(self, entries, rows):
        """Add what a batch has erased.

        :param entries: of the log, in the order of the rows
        :param rows: of `collection.retention._due`
        """
        self.ensure_one()
        self.env["collection.retention.erasure"].create(
            [
                {"run_id": self.id, "case_id": row["case_id"], "contact_id": entry.id}
                for entry, row in zip(entries, rows, strict=True)
            ]
        )
        self.case_count += len(rows)
        self.text_count += sum(row["texts"] for row in rows)
        self.document_count += sum(row["documents"] for row in rows)
        self.message_count += sum(row["messages"] for row in rows)
        self.file_count += sum(row["files"] for row in rows)
