"""A case of which something was erased, and the entry of its log that says so."""

from odoo import fields, models


class CollectionRetentionErasure(models.Model):
    _name = "collection.retention.erasure"
    _description = "Erased Case"
    _order = "id"
    _rec_name = "case_id"
    _log_access = False

    run_id = fields.Many2one("collection.retention.run", required=True, ondelete="restrict", index=True)
    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    contact_id = fields.Many2one(
        "collection.contact", string="Log Entry", required=True, ondelete="restrict", index=True
    )
    summary = fields.Char(related="contact_id.summary")
