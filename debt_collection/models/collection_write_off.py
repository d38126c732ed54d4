"""A write-off: a debt given up, in full or for the part a debtor does not pay in a settlement. Who, why, how much."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

APPROVERS = ("debt_collection.group_collection_manager", "account.group_account_invoice")


class CollectionWriteOff(models.Model):
    _name = "collection.write.off"
    _description = "Write-off"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    # not even a manager writes these by hand: the second person would be a word
    _protected = frozenset(
        [
            "name",
            "case_id",
            "company_id",
            "kind",
            "reason_id",
            "tax_treatment",
            "date",
            "amount",
            "amount_posted",
            "share_amount",
            "share_currency_id",
            "share_date",
            "promise_id",
            "state",
            "requester_id",
            "approver_id",
            "problem",
            "line_ids",
        ]
    )

    name = fields.Char(string="Number", required=True, default="/", copy=False, readonly=True)
    case_id = fields.Many2one(
        "collection.case", ondelete="restrict", index=True, readonly=True, help="Empty for a batch of small balances."
    )
    case_user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("full", "Write-off"), ("settlement", "Settlement"), ("small", "Small balances")],
        default="full",
        required=True,
        readonly=True,
    )
    reason_id = fields.Many2one("collection.write.off.reason", required=True, ondelete="restrict", readonly=True)
    tax_treatment = fields.Selection(
        [("keep", "Keep the tax"), ("reverse", "Take the tax back")], required=True, readonly=True
    )
    date = fields.Date(
        required=True, readonly=True, help="The date of the entry; a settlement's is the day the share is paid."
    )
    amount = fields.Monetary(readonly=True, help="What is given up, in company currency, as it was asked for.")
    amount_posted = fields.Monetary(
        string="Written Off", readonly=True, help="What was open of it and has been written off, in company currency."
    )
    share_amount = fields.Monetary(
        string="To Be Paid",
        currency_field="share_currency_id",
        readonly=True,
        help="The debtor's part of a settlement.",
    )
    share_currency_id = fields.Many2one("res.currency", string="Currency of the Settlement", readonly=True)
    share_date = fields.Date(string="To Be Paid By", readonly=True)
    promise_id = fields.Many2one("collection.promise", ondelete="restrict", index="btree_not_null", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "To approve"),
            ("awaiting", "Awaiting payment"),
            ("posted", "Written off"),
            ("reversed", "Reversed"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        tracking=True,
    )
    requester_id = fields.Many2one("res.users", string="Requested By", ondelete="set null", readonly=True)
    approver_id = fields.Many2one("res.users", string="Approved By", ondelete="set null", readonly=True)
    problem = fields.Char(readonly=True, help="What a person has to look at in a settlement.")
    line_ids = fields.One2many("collection.write.off.line", "write_off_id", string="Items", readonly=True)
    entry_ids = fields.Many2many("account.move", compute="_compute_entry_ids", string="Journal Entries")
    can_approve = fields.Boolean(compute="_compute_can_approve")

    _awaiting = models.Index("(promise_id) WHERE state = 'awaiting'")

    @api.depends("line_ids.entry_id")
    def _compute_entry_ids(self):
        for write_off in self:
            write_off.entry_ids = write_off.line_ids.entry_id

    @api.depends_context("uid")
    @api.depends("state", "requester_id")
    def _compute_can_approve(self):
        approver = self._is_approver(self.env.user)
        for write_off in self:
            write_off.can_approve = (
                approver and write_off.state == "waiting" and write_off.requester_id != self.env.user
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the write-offs."""
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("collection.write.off") or "/"
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to forge what only the buttons decide."""
        if self._protected & vals.keys() and not self.env.su:
            raise AccessError(self.env._("A write-off cannot be changed directly: use the buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A write-off cannot be deleted. It can be cancelled, or reversed."))

    # ---- who may do what ------------------------------------------------------------------------------------------

    @api.model
    def _is_approver(self, user):
        """Tell whether a user may approve, refuse and reverse write-offs."""
        return any(user.has_group(group) for group in APPROVERS)

    def _check_approver(self):
        if not self.env.su and not self._is_approver(self.env.user):
            raise AccessError(self.env._("Only a collections manager or an accountant may do this."))
        self.check_access("read")

    @api.model
    def _needs_approval(self, company, case, amount):
        """Tell whether a second person has to approve: what nobody has approved of a case counts together.

        :param amount: float, what would be given up, in company currency
        """
        # sudo: a colleague's write-offs of the same case count too
        alone = case.sudo().write_off_ids.filtered(
            lambda other: other.state in ("awaiting", "posted") and not other.approver_id
        )
        limit, currency = company._collection_settings().collection_write_off_limit, company.sudo().currency_id
        return currency.is_zero(limit) or currency.compare_amounts(sum(alone.mapped("amount")) + amount, limit) > 0

    def _approvers(self):
        """Return the users who may approve this write-off: collections managers, else accountants."""
        self.ensure_one()
        for group in APPROVERS:
            # sudo: whom to ask; only their names are shown, on an activity
            users = (
                self.env.ref(group)
                .sudo()
                .all_user_ids.filtered(
                    lambda user: (
                        user.active
                        and not user.share
                        and self.company_id in user.company_ids
                        and user != self.requester_id
                    )
                )
            )
            if users:
                return users
        raise UserError(
            self.env._(
                "A second person approves this write-off, and nobody else is a collections manager or an accountant "
                "of %s. Make somebody one, or raise the limit in the settings of Collections.",
                self.company_id.name,
            )
        )

    # ---- from asking to the entry ---------------------------------------------------------------------------------

    def _request(self):
        """Carry out what was asked for, or have it approved first. Called once, on a new write-off."""
        self.ensure_one()
        # both are known before anybody is asked to approve
        self.company_id._collection_bad_debt_account(self.reason_id)
        self.company_id._collection_write_off_journal()
        if not self._needs_approval(self.company_id, self.case_id, self.amount):
            self._carry_out()
            return
        self._log(self.env._("%(what)s asked for: %(reason)s", what=self._words(), reason=self.reason_id.name))
        for user in self._approvers():
            self.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, summary=self.env._("Approve a write-off")
            )

    def action_approve(self):
        """Approve as the second person, and carry out."""
        self._check_approver()
        for write_off in self.sudo():  # sudo: approving posts an entry; the right to approve is checked above
            if write_off.state != "waiting":
                raise UserError(self.env._("%s does not wait for an approval any more.", write_off.name))
            if write_off.requester_id == self.env.user:
                raise UserError(self.env._("You asked for %s yourself: a second person approves it.", write_off.name))
            write_off.approver_id = self.env.user
            write_off._done_waiting()
            write_off._carry_out()

    def _carry_out(self):
        """Post the entry; of a settlement, note the debtor's promise of the share."""
        self.ensure_one()
        if self.kind == "settlement":
            self.write({"state": "awaiting", "promise_id": self._make_promise().id})
            self._log(self.env._("%(what)s: %(reason)s", what=self._words(), reason=self.reason_id.name))
        else:
            self._post_entries()
            self._log(self.env._("%(what)s: %(reason)s", what=self._words(), reason=self.reason_id.name))
        self._reassess()

    def _end(self, state, summary):
        """End a write-off without an entry, or after it was undone, and say why in the log."""
        self.ensure_one()
        self._done_waiting()
        self._end_promise()
        self.write({"state": state, "problem": False})
        self.line_ids.live = False
        self._log(summary)

    def _done_waiting(self):
        """Take back the activities that asked for an approval or told of a problem."""
        self.activity_unlink(["mail.mail_activity_data_todo"])

    # ---- words ----------------------------------------------------------------------------------------------------

    def _words(self):
        """Return what is written off, as a phrase for the log."""
        self.ensure_one()
        numbers = ", ".join(self.line_ids[:10].mapped("name"))
        if self.kind == "settlement":
            return self.env._(
                "Settlement %(name)s: %(share)s paid by %(date)s, the other %(amount)s written off then (%(numbers)s)",
                name=self.name,
                share=self.share_currency_id.format(self.share_amount),
                date=format_date(self.env, self.share_date),
                amount=self.currency_id.format(self.amount),
                numbers=numbers,
            )
        return self.env._(
            "Write-off %(name)s of %(amount)s (%(numbers)s)",
            name=self.name,
            amount=self.currency_id.format(self.amount),
            numbers=numbers,
        )

    def _log(self, summary):
        """Append to the log of the case it was asked for in, and of those its items are in now, in the doer's name."""
        cases = self.case_id | self.line_ids.item_id.case_id
        # sudo: the log grows by what is done
        self.env["collection.contact"].sudo()._append(
            [
                {
                    "case_id": case.id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "summary": summary,
                    "user_id": self.env.uid,
                }
                for case in cases
            ]
        )

    def _reassess(self):
        """Bring the debtors' cases in line with what is owed now."""
        # sudo: assess writes what the ledger says, whoever asks for it
        self.env["collection.case"].sudo()._assess(self.company_id, partners=self.line_ids.partner_id)

    # ---- where it leads -------------------------------------------------------------------------------------------

    def action_open_case(self):
        """Open the case it was asked for from."""
        self.ensure_one()
        return self.case_id.get_formview_action()

    def action_open_entries(self):
        """Open the entries, and those that reversed them, as the user's own rights allow."""
        self.ensure_one()
        entries = self.entry_ids | self.entry_ids.reversal_move_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of %s", self.name),
            "res_model": "account.move",
            "domain": [("id", "in", entries.ids)],
            "views": [(False, "list"), (False, "form")],
        }
