"""Why, and how much of a debtor, is kept from being erased."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionLegalHoldSet(models.TransientModel):
    _name = "collection.legal.hold.set"
    _description = "Set a Legal Hold"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    scope = fields.Selection(
        [("case", "This case"), ("debtor", "All cases of the debtor")],
        string="What Is Kept",
        default="case",
        required=True,
    )
    reason = fields.Char(required=True)

    @api.constrains("reason")
    def _check_reason(self):
        for wizard in self:
            if not wizard.reason.strip():
                raise ValidationError(self.env._("Say why: the reason of a legal hold is kept in the log."))

    def action_confirm(self):
        """Set the hold, and say so in the log."""
        self.ensure_one()
        self.case_id._check_may_work()
        case = self.case_id.sudo()  # sudo: a hold is written by its buttons alone; access is checked above
        hold = (
            self.env["collection.legal.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": case.debtor_id.id,
                    "case_id": case.id if self.scope == "case" else False,
                    "company_id": case.company_id.id,
                    "reason": self.reason.strip(),
                    "date_set": self.env["collection.case"]._today(),
                    "user_id": self.env.uid,
                    "user_name": self.env.user.name,
                }
            )
        )
        hold._tell(lambda hold: self.env._("Legal hold set, nothing is erased: %s", hold.reason))
        self.case_id.invalidate_recordset(["legal_hold_id"])
        return {"type": "ir.actions.act_window_close"}
