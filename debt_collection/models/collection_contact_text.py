"""The words of a log entry and the salt of their digest, apart from it: personal data may be erased here."""

from odoo import fields, models


class CollectionContactText(models.Model):
    _name = "collection.contact.text"
    _description = "Text of a Contact Log Entry"
    _log_access = False

    contact_id = fields.Many2one("collection.contact", required=True, ondelete="cascade", index=True)
    body = fields.Text()
    salt = fields.Char(required=True, groups="base.group_system")
