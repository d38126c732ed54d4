"""A dispute: what a debtor objects to, why, who looks into it, and what came of it."""

from odoo import api, fields, models


class CollectionDispute(models.Model):
    _name = "collection.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "deadline, id"
    _protected = frozenset(["case_id", "amount", "currency_id", "state", "line_ids", "date_resolved"])

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    reason_id = fields.Many2one("collection.dispute.reason", required=True, ondelete="restrict")
    description = fields.Text(string="What the Debtor Says")
    user_id = fields.Many2one("res.users", string="Responsible", tracking=True)
    deadline = fields.Date(tracking=True)
    date_open = fields.Date(
        string="Raised On", required=True, readonly=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_resolved = fields.Date(string="Resolved On", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("cancelled", "Cancelled")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    amount = fields.Monetary(required=True, readonly=True, help="The part that is disputed.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    line_ids = fields.One2many("collection.dispute.line", "dispute_id", string="Items")
    move_line_ids = fields.Many2many("account.move.line", compute="_compute_move_line_ids", string="Journal Items")

    @api.depends("line_ids.item_id")
    def _compute_move_line_ids(self):
        for dispute in self:
            dispute.move_line_ids = dispute.line_ids.item_id.move_line_id
