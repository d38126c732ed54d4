"""What a seal covers of one case: the number and the hash of its last entry at that moment."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fields import BareMany2one
from ..triggers import protect


class CollectionSealHead(models.Model):
    _name = "collection.seal.head"
    _description = "Sealed Head of a Contact Log"
    _order = "seal_id desc, case_id"
    _rec_name = "case_id"
    _log_access = False

    seal_id = fields.Many2one("collection.seal", required=True, ondelete="restrict", index=True, readonly=True)
    case_id = BareMany2one("collection.case", required=True, readonly=True)
    seq = fields.Integer(string="Last Entry", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    # the last seal of a case is found by it
    _once = models.Constraint("UNIQUE(case_id, seq)", "The head of a log is sealed once.")

    def init(self):
        """Let PostgreSQL refuse what the ORM refuses."""
        protect(self.env.cr, self._table, kept=["id", "seal_id", "case_id", "seq", "hash"], erasable=[])

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: a seal is evidence."""
        raise UserError(self.env._("A seal cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A seal cannot be deleted."))
