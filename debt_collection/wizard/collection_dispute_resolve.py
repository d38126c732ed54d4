"""What came of a dispute, and why."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionDisputeResolve(models.TransientModel):
    _name = "collection.dispute.resolve"
    _description = "Resolve a Dispute"

    dispute_id = fields.Many2one("collection.dispute", required=True, ondelete="cascade")
    outcome = fields.Selection(
        [
            ("accepted", "The debtor is right: prepare a credit note"),
            ("rejected", "The debtor is wrong: claim the amount again"),
            ("cancelled", "The debtor objects no more"),
        ],
        required=True,
        default="accepted",
    )
    resolution = fields.Text(string="What Was Found", required=True)
    tell = fields.Boolean(string="Tell the Debtor by E-mail", compute="_compute_tell", store=True, readonly=False)
    address = fields.Char(compute="_compute_address")

    @api.depends("dispute_id")
    def _compute_tell(self):
        for wizard in self:
            wizard.tell = bool(wizard.dispute_id.address_id.email_normalized)

    @api.depends("dispute_id")
    def _compute_address(self):
        for wizard in self:
            wizard.address = wizard.dispute_id.address_id.email

    @api.constrains("resolution")
    def _check_resolution(self):
        for wizard in self:
            if not wizard.resolution.strip():
                raise ValidationError(self.env._("Say what was found: it is kept in the log."))

    def action_confirm(self):
        """Resolve; an accepted dispute shows its credit note, a draft to review."""
        self.ensure_one()
        if self.outcome == "rejected":
            self.dispute_id._reject(self.resolution, tell=self.tell)
        elif self.outcome == "cancelled":
            self.dispute_id._withdraw(self.resolution)
        else:
            self.dispute_id._accept(self.resolution)
            return self.dispute_id.action_open_credit_notes()
        return {"type": "ir.actions.act_window_close"}
