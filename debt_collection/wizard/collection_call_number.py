"""A number at which the debtor on the call queue can be called."""

from odoo import fields, models
from odoo.exceptions import UserError


class CollectionCallNumber(models.TransientModel):
    _name = "collection.call.number"
    _description = "Number to Call"
    _transient_max_hours = 12

    queue_id = fields.Many2one("collection.call.queue", required=True, ondelete="cascade", readonly=True)
    name = fields.Char(string="Number", required=True, readonly=True)
    owner = fields.Char(string="Whose", readonly=True)
    note = fields.Char(string="Known of It", readonly=True)
    usable = fields.Boolean(readonly=True)

    def action_use(self):
        """Call this number instead."""
        self.ensure_one()
        if not self.usable:
            raise UserError(self.env._("This number is not to be called: %s", self.note))
        self.queue_id.phone = self.name
