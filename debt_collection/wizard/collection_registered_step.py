"""What became of a registered letter: handed in, delivered, or come back; with the paper that proves it."""

import base64

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date
from odoo.tools.mimetypes import guess_mimetype


class CollectionRegisteredStep(models.TransientModel):
    _name = "collection.registered.step"
    _description = "What Became of a Registered Letter"

    action_id = fields.Many2one("collection.action", required=True, ondelete="cascade")
    step = fields.Selection(
        [("tracking", "Handed in"), ("delivered", "Delivered"), ("returned", "Came back")], required=True
    )
    tracking_ref = fields.Char(
        string="Tracking Number", compute="_compute_tracking_ref", store=True, readonly=False, precompute=True
    )
    day = fields.Date(string="Delivered On", default=lambda self: self.env["collection.case"]._today())
    signed_by = fields.Char()
    reason = fields.Selection(
        [
            ("unknown", "The addressee is unknown there"),
            ("refused", "Refused"),
            ("uncollected", "Not collected"),
            ("moved", "Moved away"),
        ],
    )
    proof = fields.Binary(attachment=False, help="The receipt, the signed card, or the envelope: a photo or a scan.")
    proof_name = fields.Char()

    @api.depends("action_id")
    def _compute_tracking_ref(self):
        for wizard in self:
            wizard.tracking_ref = wizard.action_id.tracking_ref

    @api.constrains("step", "tracking_ref", "day", "reason")
    def _check_step(self):
        for wizard in self:
            if wizard.step == "tracking" and not (wizard.tracking_ref or "").strip():
                raise ValidationError(self.env._("Type or scan the tracking number."))
            if wizard.step == "returned" and not wizard.reason:
                raise ValidationError(self.env._("Say why the letter came back."))
            if wizard.step == "delivered":
                wizard._check_day()

    def _check_day(self):
        printed = self.action_id.sent_on
        if not self.day or self.day > self.env["collection.case"]._today():
            raise ValidationError(self.env._("The day of delivery is one that has been."))
        if printed and self.day < printed:
            on = format_date(self.env, printed)
            raise ValidationError(self.env._("The letter was printed on %s: it was not delivered before.", on))

    def action_confirm(self):
        """Note it on the letter and in the log, with the proof."""
        self.ensure_one()
        action = self.action_id
        action.case_id._check_may_work()
        if self.step == "tracking":
            action._check_on_its_way()
            action.tracking_ref = self.tracking_ref
            if self.proof:
                action._log_result(
                    "note", self.env._("Proof of posting."), self._document(self.env._("Proof of posting"))
                )
        elif self.step == "delivered":
            document = self._document(self.env._("Proof of delivery"))
            action._mark_delivered(self.day, (self.signed_by or "").strip(), document)
        else:
            reasons = dict(self._fields["reason"]._description_selection(self.env))
            document = self._document(self.env._("Returned letter"))
            action._mark_returned(self.env._("The registered letter came back: %s.", reasons[self.reason]), document)
            action.case_id._reassess()
        return {"type": "ir.actions.act_window_close"}

    def _document(self, name):
        """Return the proof as the log keeps it: [(name, mimetype, bytes)], or nothing."""
        if not self.proof:
            return []
        content = base64.b64decode(self.proof)
        return [(self.proof_name or name, guess_mimetype(content), content)]
