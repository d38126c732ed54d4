"""Log a visit: who was met, what was said, what was seen."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CollectionLogVisit(models.TransientModel):
    _name = "collection.log.visit"
    _description = "Log a Visit"
    _inherit = ["collection.contact.check"]

    action_id = fields.Many2one("collection.action", required=True, ondelete="cascade", readonly=True)
    result = fields.Selection(
        [
            ("reached", "Met the person who decides"),
            ("third_party", "Met somebody else"),
            ("no_answer", "Nobody was there"),
            ("wrong_address", "The address is wrong"),
        ],
        required=True,
        default="reached",
    )
    address = fields.Char(compute="_compute_address", store=True, readonly=False)
    map_link = fields.Char(compute="_compute_address_map")
    notes = fields.Text(help="What was said and seen, in your words. It is kept and cannot be changed afterwards.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos and Signatures", help="Kept with the entry in the log, as they are."
    )

    @api.depends("action_id")
    def _compute_address(self):
        for wizard in self:
            action = wizard.action_id
            wizard.address = action._postal_line(action._address()) if action else False

    @api.depends("action_id")
    def _compute_address_map(self):
        for wizard in self:
            wizard.map_link = wizard.action_id._map_link(wizard.action_id._address()) if wizard.action_id else False

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date > fields.Datetime.now():
                raise ValidationError(self.env._("A visit is logged once it was made: the date is in the future."))

    def _contact_channel(self):
        return "visit"

    def action_confirm(self):
        """Append the visit to the log; it counts when somebody was met, and fails when the address is wrong."""
        self.ensure_one()
        case, action = self.case_id, self.action_id
        case.check_access("write")
        if action.case_id != case or action.state != "queued":
            raise UserError(self.env._("This visit is not waiting to be made any more: look at the case."))
        # with the user's own rights: nobody takes another's document along
        self.attachment_ids.check_access("write")
        self._keep_to_the_rules()
        label = dict(self._fields["result"]._description_selection(self.env))[self.result]
        entry = {
            "outcome": "visited" if self.result == "wrong_address" else self.result,
            "date": self.date,
            "address": self.address,
            "summary": f"{label}: {self.notes.splitlines()[0]}" if (self.notes or "").strip() else label,
            "text": self.notes,
            "documents": self.attachment_ids,
        }
        if self.result in ("reached", "third_party"):
            action._mark_done_by_hand(label, **entry)
        else:
            case._log_contact(channel="visit", direction="out", **entry)
        if self.result == "wrong_address":
            reason = self.env._("Wrong address, found in a visit")
            self.env["collection.channel.preference"]._note(
                case.debtor_id, "invalid", reason, channel="visit", address=self.address
            )
            action._mark_undone_by_hand(reason)
        return {"type": "ir.actions.act_window_close"}

    def action_confirm_and_promise(self):
        """Append the visit to the log, and ask what the debtor has promised."""
        self.action_confirm()
        return self.case_id.action_promise()
