"""The words of a log entry and the salt of their digest, apart from it: personal data may be erased here."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..triggers import protect


class CollectionContactText(models.Model):
    _name = "collection.contact.text"
    _description = "Text of a Contact Log Entry"
    _log_access = False

    contact_id = fields.Many2one("collection.contact", required=True, ondelete="restrict", index=True)
    body = fields.Text()
    salt = fields.Char(groups="base.group_system")

    _contact_uniq = models.Constraint("UNIQUE(contact_id)", "An entry of the log has its words once.")

    def init(self):
        """Have PostgreSQL refuse whatever is not the erasing of words."""
        protect(self.env.cr, self._table, kept=["id", "contact_id"], erasable=["body", "salt"])

    def write(self, vals):
        """Refuse: evidence is not changed, save that words may be erased, with their salt."""
        if not self.env.su or set(vals) != {"body", "salt"} or any(vals.values()):
            raise UserError(self.env._("The words of the contact log cannot be changed. Log a correction instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # what is erased stays as an empty row, which says so
        raise UserError(self.env._("The words of the contact log can be erased, not deleted."))

    def _erase(self):
        """Erase these words and their salt, for good; the chain stays intact. `collection.contact._erase` logs it."""
        self.write({"body": False, "salt": False})
