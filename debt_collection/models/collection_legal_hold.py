"""A legal hold: while a case is in court, or may go there, no retention rule erases anything of it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..fields import BareMany2one


class CollectionLegalHold(models.Model):
    _name = "collection.legal.hold"
    _description = "Legal Hold"
    _order = "date_set desc, id desc"
    _rec_name = "reason"
    _log_access = False

    # no foreign key: debtors are folded into one another when contacts are merged
    debtor_id = BareMany2one("collection.debtor", required=True, index=True, readonly=True)
    case_id = BareMany2one("collection.case", index="btree_not_null", readonly=True, help="Empty: all of the debtor.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    reason = fields.Char(required=True, readonly=True)
    date_set = fields.Date(string="Since", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Set By", readonly=True, ondelete="set null")
    user_name = fields.Char(readonly=True)
    date_lifted = fields.Date(string="Lifted On", readonly=True)
    lifted_user_id = fields.Many2one("res.users", string="Lifted By", readonly=True, ondelete="set null")

    _live = models.Index("(debtor_id) WHERE date_lifted IS NULL")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A legal hold is lifted, not deleted."))

    def _cases(self):
        """Return the cases these hold."""
        return self.case_id | self.filtered(lambda hold: not hold.case_id).debtor_id.case_ids

    def _tell(self, summary):
        """Say in the log of what is held what has happened: of the case, or of the debtor's newest one."""
        for hold in self:
            case = hold.case_id or hold.debtor_id.case_ids.sorted("id")[-1:]
            if case:
                case._log_contact(
                    channel="note", direction="internal", outcome="note", user_id=self.env.uid, summary=summary(hold)
                )

    def action_lift(self):
        """Lift these holds: retention goes on. A collections manager's decision.

        :raises AccessError:
        """
        if not self.env.su and not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager lifts a legal hold."))
        self.check_access("read")
        # sudo: a hold is written by its buttons alone; access is checked above
        live = self.sudo().filtered(lambda hold: not hold.date_lifted)
        live.write({"date_lifted": self.env["collection.case"]._today(), "lifted_user_id": self.env.uid})
        live._tell(lambda hold: self.env._("Legal hold lifted: %s", hold.reason))
