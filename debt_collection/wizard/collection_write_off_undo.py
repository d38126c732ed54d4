"""Why a write-off is refused, cancelled or reversed."""

from odoo import fields, models
from odoo.exceptions import UserError


class CollectionWriteOffUndo(models.TransientModel):
    _name = "collection.write.off.undo"
    _description = "Refuse, Cancel or Reverse a Write-off"

    write_off_id = fields.Many2one("collection.write.off", required=True, ondelete="cascade")
    operation = fields.Selection(
        [("refuse", "Refuse"), ("cancel", "Cancel"), ("reverse", "Reverse")], required=True, readonly=True
    )
    reason = fields.Char(required=True)
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())

    def action_confirm(self):
        """Undo, and say so in the log."""
        self.ensure_one()
        write_off = self.write_off_id
        if self.operation == "cancel":
            write_off._check_may_cancel()
        else:
            write_off._check_approver()
        # sudo: nobody writes write-offs by hand; who may do this is checked above
        write_off = write_off.sudo()
        if self.operation == "reverse":
            if self.date > self.env["collection.case"]._today():
                raise UserError(self.env._("A reversal is not dated in the future: choose today or an earlier day."))
            write_off._reverse(self.date, self.reason)
        elif self.operation == "refuse":
            write_off._refuse(self.reason)
        else:
            write_off._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
