"""Why a promise is cancelled, or its cheque bounced."""

from odoo import api, fields, models


class CollectionPromiseEnd(models.TransientModel):
    _name = "collection.promise.end"
    _description = "End a Promise"

    promise_id = fields.Many2one("collection.promise", required=True, ondelete="cascade")
    how = fields.Selection([("cancel", "Cancelled"), ("bounce", "Bounced")], required=True, default="cancel")
    reason = fields.Char(required=True)
    currency_id = fields.Many2one(related="promise_id.company_id.currency_id")
    fee = fields.Monetary(compute="_compute_fee")
    charge_fee = fields.Boolean(string="Invoice the Fee", default=True)

    @api.depends("promise_id")
    def _compute_fee(self):
        for wizard in self:
            settings = wizard.promise_id.company_id._collection_settings()
            wizard.fee = settings.collection_bounce_fee if settings._collection_bounce_fee_is_set() else 0.0

    def action_confirm(self):
        """Cancel the promise, or note that it bounced; with a fee, show its invoice to whoever may see invoices."""
        self.ensure_one()
        if self.how == "cancel":
            self.promise_id._cancel(self.reason)
            return {"type": "ir.actions.act_window_close"}
        fee_move = self.promise_id._bounce(self.reason, charge_fee=self.charge_fee)
        if fee_move and self.env["account.move"].has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": "account.move",
                "res_id": fee_move.id,
                "views": [(False, "form")],
            }
        return {"type": "ir.actions.act_window_close"}
