"""Legal holds on the case: whether there is one, and the ways to set and to lift it."""

from odoo import api, fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    legal_hold_id = fields.Many2one("collection.legal.hold", compute="_compute_legal_hold_id")

    @api.depends("debtor_id", "state")
    def _compute_legal_hold_id(self):
        # sudo: whether the user's own case is held
        live = (
            self.env["collection.legal.hold"]
            .sudo()
            .search([("debtor_id", "in", self.debtor_id.ids), ("date_lifted", "=", False)])
        )
        for case in self:
            case.legal_hold_id = live.filtered(
                lambda hold, case=case: hold.debtor_id == case.debtor_id and hold.case_id in (case, case.browse())
            )[:1]

    def action_legal_hold(self):
        """Ask why, and how much of the debtor, is kept."""
        return self._wizard("debt_collection.collection_legal_hold_set_action")

    def action_legal_hold_lift(self):
        """Lift every legal hold on this case."""
        self.ensure_one()
        holds = self.env["collection.legal.hold"].search(
            [
                ("debtor_id", "=", self.debtor_id.id),
                ("case_id", "in", (self.id, False)),
                ("date_lifted", "=", False),
            ]
        )
        holds.action_lift()
        self.invalidate_recordset(["legal_hold_id"])
