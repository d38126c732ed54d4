"""What a debtor objects to: which items, how much of each, and why."""

from datetime import timedelta

from odoo import Command, api, fields, models


class CollectionDisputeRaise(models.TransientModel):
    _name = "collection.dispute.raise"
    _description = "Raise a Dispute"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "collection.dispute.raise.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    reason_id = fields.Many2one("collection.dispute.reason", required=True)
    description = fields.Text(string="What the Debtor Says", help="Kept in the log, and cannot be changed afterwards.")
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_from_reason",
        store=True,
        readonly=False,
        domain=lambda self: [("all_group_ids", "in", self.env["collection.dispute.reason"]._group_ids())],
    )
    deadline = fields.Date(compute="_compute_from_reason", store=True, readonly=False)

    @api.depends("case_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"item_id": item.id, "amount_disputable": amount})
                    for item, amount in wizard.case_id.open_item_ids._disputable().items()
                    if not item.currency_id.is_zero(amount)
                ),
            ]

    @api.depends("reason_id", "case_id")
    def _compute_from_reason(self):
        for wizard in self:
            wizard.user_id = wizard.reason_id.user_id or wizard.case_id.user_id or self.env.user
            wizard.deadline = self.env["collection.case"]._today() + timedelta(days=wizard.reason_id.days)

    def action_confirm(self):
        """Raise the dispute, which says no to what cannot be disputed."""
        self.ensure_one()
        self.env["collection.dispute"]._raise(
            self.case_id,
            {line.item_id: line.amount for line in self.line_ids.filtered("disputed")},
            self.reason_id,
            description=self.description,
            user=self.user_id,
            deadline=self.deadline,
            attachments=self.attachment_ids,
        )
        return {"type": "ir.actions.act_window_close"}
