"""A dispute: what a debtor objects to, why, who looks into it, and what came of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class CollectionDispute(models.Model):
    _name = "collection.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "deadline, id"
    _protected = frozenset(
        [
            "case_id",
            "amount",
            "currency_id",
            "state",
            "line_ids",
            "date_open",
            "date_resolved",
            "date_escalated",
            "resolution",
            "credit_note_ids",
        ]
    )

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    reason_id = fields.Many2one("collection.dispute.reason", required=True, ondelete="restrict", tracking=True)
    department = fields.Char(related="reason_id.department")
    description = fields.Text(string="What the Debtor Says")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain=lambda self: [("all_group_ids", "in", self.env["collection.dispute.reason"]._group_ids())],
    )
    deadline = fields.Date(tracking=True)
    date_open = fields.Date(
        string="Raised On", required=True, readonly=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_resolved = fields.Date(string="Resolved On", readonly=True)
    date_escalated = fields.Date(
        string="Escalated On", readonly=True, help="The day the collections managers were asked, the deadline past."
    )
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("cancelled", "Withdrawn")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    amount = fields.Monetary(required=True, readonly=True, help="The part that is disputed.")
    amount_open = fields.Monetary(
        string="Still Open", compute="_compute_amount_open", help="What of the disputed part is not paid or credited."
    )
    settled = fields.Boolean(
        compute="_compute_amount_open", help="Open, but nothing of what it is about is owed any more."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    line_ids = fields.One2many("collection.dispute.line", "dispute_id", string="Items")
    move_line_ids = fields.Many2many("account.move.line", compute="_compute_move_line_ids", string="Journal Items")
    resolution = fields.Text(readonly=True, help="What was found. Part of the message when the debtor is told.")
    credit_note_ids = fields.Many2many(
        "account.move",
        "collection_dispute_credit_note",
        "dispute_id",
        "move_id",
        string="Credit Notes",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    address_id = fields.Many2one("res.partner", compute="_compute_address_id", help="Who is told the answer.")

    @api.depends("partner_id", "reason_id")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "%(debtor)s: %(reason)s",
                debtor=dispute.sudo().case_id.debtor_id.name,  # sudo: who may see the dispute may see whose it is
                reason=dispute.reason_id.name,
            )

    @api.depends("line_ids.item_id")
    def _compute_move_line_ids(self):
        for dispute in self:
            dispute.move_line_ids = dispute.line_ids.item_id.move_line_id

    @api.depends("line_ids.amount_open", "state")
    def _compute_amount_open(self):
        for dispute in self:
            dispute.amount_open = sum(dispute.line_ids.mapped("amount_open"))
            dispute.settled = dispute.state == "open" and not any(dispute.line_ids.mapped("amount_open"))

    @api.depends("case_id")
    def _compute_address_id(self):
        for dispute in self:
            # sudo: whoever answers a dispute sees where the debtor can be reached
            partner = dispute.sudo().case_id.partner_id
            dispute.address_id = partner and partner._collections_address("email", dispute.company_id)

    @api.constrains("user_id")
    def _check_user_id(self):
        self.env["collection.dispute.reason"]._check_may_look(self.user_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A dispute cannot be deleted. Withdraw it instead."))

    def write(self, vals):
        """Hand a dispute over, or give it more time: its activity follows, and the log says so."""
        if vals.keys() & {"user_id", "deadline"} and any(dispute.state != "open" for dispute in self):
            raise ValidationError(self.env._("The dispute is resolved: nothing is left to be done about it."))
        before = {dispute: (dispute.user_id, dispute.deadline) for dispute in self}
        result = super().write(vals)
        for dispute, (user, deadline) in before.items():
            if dispute.user_id != user or dispute.deadline != deadline:
                dispute._plan_activity()
                dispute._log(
                    self.env._(
                        "Dispute handed to %(user)s, to be resolved by %(date)s.",
                        user=dispute.user_id.name or self.env._("nobody"),
                        date=format_date(self.env, dispute.deadline) or self.env._("no date"),
                    )
                )
        return result

    def _plan_activity(self):
        """Keep one activity with whoever is responsible, due when the dispute is."""
        self.ensure_one()
        # sudo: the activity may be a colleague's
        dispute = self.sudo()
        planned = dispute.activity_reschedule(
            ["mail.mail_activity_data_todo"],
            date_deadline=dispute.deadline,
            new_user_id=dispute.user_id.id,
        )
        if not planned and dispute.user_id:
            dispute.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=dispute.deadline,
                summary=self.env._("Look into the dispute"),
                user_id=dispute.user_id.id,
            )

    def _log(self, summary, **values):
        """Add an entry to the contact log of the case this dispute is about."""
        self.ensure_one()
        values = {"channel": "note", "direction": "internal", "outcome": "note", **values}
        # sudo: the responsible may be a colleague who does not work on the case
        return self.sudo().case_id._log_contact(summary=summary, **values)

    def _amount_text(self):
        """Return the disputed amount in words of its currency."""
        self.ensure_one()
        return self.currency_id.format(self.amount)
