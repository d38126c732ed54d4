"""A document of a log entry, as it was sent or received: kept beside it with its checksum, and never made again."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..triggers import protect


class CollectionContactDocument(models.Model):
    _name = "collection.contact.document"
    _description = "Document of a Contact Log Entry"
    _log_access = False
    _order = "id"

    contact_id = fields.Many2one("collection.contact", required=True, ondelete="restrict", index=True)
    name = fields.Char(help="Empty: erased.")
    mimetype = fields.Char(string="Type", required=True)
    size = fields.Integer(string="Size (bytes)", required=True)
    checksum = fields.Char(string="SHA-256", help="Of the content, as it was sent or received.")
    salt = fields.Char(groups="base.group_system")
    digest = fields.Char(required=True, help="What the digest of the entry covers; it stays when the document goes.")
    # a copy of its own, which nobody may change or delete while the log stands
    attachment_id = fields.Many2one("ir.attachment", ondelete="restrict", index="btree_not_null")

    def init(self):
        """Have PostgreSQL refuse whatever is not the erasing of a document."""
        protect(
            self.env.cr,
            self._table,
            kept=["id", "contact_id", "mimetype", "size", "digest"],
            erasable=["name", "checksum", "salt", "attachment_id"],
        )

    def write(self, vals):
        """Refuse: evidence is not changed, save that a document may be erased, with all that tells of its content."""
        erased = {"name", "checksum", "salt", "attachment_id"}
        if not self.env.su or set(vals) != erased or any(vals.values()):
            raise UserError(self.env._("A document of the contact log cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # what is erased stays as a row that says so
        raise UserError(self.env._("A document of the contact log can be erased, not deleted."))

    def _erase(self):
        """Erase these documents, for good; the chain stays intact. `collection.contact._erase` says so in the log."""
        attachments = self.attachment_id
        self.write({"name": False, "checksum": False, "salt": False, "attachment_id": False})
        attachments.unlink()

    def action_open(self):
        """Show the document as it was sent or received."""
        self.ensure_one()
        if not self.attachment_id:
            raise UserError(self.env._("This document has been erased, as the retention of your company asks for."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }
