"""A batch: what is proposed together, looked at, approved and sent."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL


class CollectionRun(models.Model):
    _name = "collection.run"
    _description = "Batch Follow-up"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id, domain=[("parent_id", "=", False)]
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today(), copy=False)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("proposing", "Proposing"),
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("sending", "Sending"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    paused = fields.Boolean(
        string="Stopped", readonly=True, copy=False, help="Nothing more is proposed or sent until it goes on."
    )
    automatic = fields.Boolean(readonly=True, help="Proposed by the daily scheduled action.")
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    strategy_ids = fields.Many2many("collection.strategy", string="Only These Strategies")
    level_ids = fields.Many2many("collection.level", string="Only These Levels")
    collector_ids = fields.Many2many("res.users", string="Only Cases Of")
    action_ids = fields.One2many("collection.action", "run_id", string="Proposals", readonly=True)
    letter_ids = fields.Many2many("ir.attachment", string="Letters", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    action_count = fields.Integer(compute="_compute_counts")
    debtor_count = fields.Integer(compute="_compute_counts", string="Debtors")
    amount = fields.Monetary(compute="_compute_counts", string="Claimed")
    proposed_count = fields.Integer(compute="_compute_counts", string="To Approve")
    waiting_count = fields.Integer(compute="_compute_counts", string="To Send")
    sent_count = fields.Integer(compute="_compute_counts", string="Sent")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed or Unknown")
    call_count = fields.Integer(compute="_compute_counts", string="Calls to Make")
    dropped_count = fields.Integer(compute="_compute_counts", string="Not Sent")
    propose_total = fields.Integer(readonly=True, copy=False, help="How many cases there were to look at.")
    progress = fields.Float(
        compute="_compute_counts",
        help="While proposing the share of the cases looked at, then of what was approved that is done; in per cent.",
    )
    summary = fields.Char(compute="_compute_counts")
    sender_warning = fields.Char(compute="_compute_sender_warning")
    sending_stopped = fields.Boolean(related="company_id.collection_stopped")

    @api.depends("name")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("New batch") if run.name in (False, "/") else run.name

    @api.depends("action_ids.state", "action_ids.amount", "state", "propose_total")
    def _compute_counts(self):
        actions = self.env["collection.action"]
        counts = {}
        for run, state, channel, number in actions._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state", "channel"], ["__count"]
        ):
            kind = "calls" if (state, channel) == ("queued", "call") else _SUMMARY[state]
            counts.setdefault(run.id, dict.fromkeys(_KINDS, 0))[kind] += number
        claims = self._claims()
        for run in self:
            count = counts.get(run.id, dict.fromkeys(_KINDS, 0))
            run.action_count = sum(count.values())
            run.debtor_count, run.amount = claims.get(run.id, (0, 0.0))
            run.call_count = count["calls"]
            run.proposed_count = count["proposed"]
            run.waiting_count = count["waiting"]
            run.sent_count = count["sent"]
            run.failed_count = count["failed"]
            run.dropped_count = count["dropped"]
            done = count["sent"] + count["failed"] + count["calls"]
            if run.state == "proposing":
                run.progress = min(100.0 * run.debtor_count / run.propose_total, 100.0) if run.propose_total else 0.0
            else:
                run.progress = 100.0 * done / (done + count["waiting"]) if done + count["waiting"] else 0.0
            run.summary = (
                self.env._(
                    "Looked at %(looked)s of %(total)s debtors: %(proposed)s reminders proposed.",
                    looked=run.debtor_count,
                    total=run.propose_total,
                    proposed=count["proposed"],
                )
                if run.state == "proposing"
                else self.env._(
                    "Sent: %(sent)s. Calls to make: %(calls)s. To send: %(waiting)s. Failed or unknown: %(failed)s. "
                    "Not sent: %(dropped)s.",
                    **{kind: count[kind] for kind in _KINDS if kind != "proposed"},
                )
            )

    def _claims(self):
        """Return {run id: (number of debtors, amount)}: a debtor is claimed from once, by however many channels."""
        actions = self.env["collection.action"]
        claiming = actions._search([("run_id", "in", self.ids), ("state", "not in", ("cancelled", "skipped"))])
        columns = [actions._field_to_sql(claiming.table, name, claiming) for name in ("run_id", "case_id", "amount")]
        rows = self.env.execute_query(
            SQL(
                """
                WITH claim AS (
                    SELECT run_id, case_id, max(amount) AS amount
                      FROM (%s) AS claiming
                  GROUP BY run_id, case_id
                )
                SELECT run_id, count(*), sum(amount) FROM claim GROUP BY run_id
                """,
                claiming.select(*columns),
            )
        )
        return {run: (debtors, float(amount)) for run, debtors, amount in rows}

    @api.depends("company_id")
    def _compute_sender_warning(self):
        for run in self:
            run.sender_warning = (
                run.state != "done" and run.company_id._collection_settings()._collection_sender_warning()
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the batches."""
        for vals in vals_list:
            if vals.get("company_id"):
                vals["company_id"] = self.env["res.company"].browse(vals["company_id"]).root_id.id
            if vals.get("name", "/") == "/":
                # sudo: whoever may run a batch may take its number
                vals["name"] = self.env["ir.sequence"].sudo().next_by_code("collection.run") or "/"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent(self):
        if self.action_ids.filtered(lambda action: action.state not in ("proposed", "cancelled")):
            raise UserError(
                self.env._("A batch of which something was approved or sent is kept. Exclude what is left.")
            )
        self.action_ids._set_state("cancelled")

    def action_approve(self):
        """Approve everything still proposed in these batches; what is approved already stays so.

        :raises UserError: on the screen, when there is nothing to approve
        """
        self.check_access("write")
        for run in self:
            proposed = run.action_ids.filtered(lambda action: action.state == "proposed")
            if not proposed:
                self._say(self.env._("There is nothing to approve in %s. Propose first.", run.name))
                continue
            proposed.action_approve()
            run.state = "approved"
        return True

    def action_send(self):
        """Send what is approved in these batches: at once in a script, in the background from the screen.

        What is only proposed is left alone; sending again sends nothing twice.
        :raises UserError: on the screen, when there is nothing to send or all sending is stopped
        """
        self.check_access("write")
        for run in self:
            if run.sending_stopped:
                self._say(
                    self.env._("All sending of %s is stopped in the settings of Collections.", run.company_id.name)
                )
            elif not run.waiting_count:
                self._say(self.env._("Nothing of %s is approved and waiting: approve it first.", run.name))
            else:
                run.state = "sending"
        self._trigger_dispatch()
        if not request:
            for company in self.company_id:
                # sudo: dispatch is the scheduled action's work; who may send a batch may start it
                self.env["collection.action"].sudo()._dispatch(company, today=self.env["collection.case"]._today())
        return True

    @api.model
    def _say(self, sentence):
        """Tell a person at the screen why nothing happens; a script that repeats itself is not stopped by it."""
        if request:
            raise UserError(sentence)

    @api.model
    def _trigger_dispatch(self):
        # sudo: scheduled actions belong to the administrator; only its start is asked for
        self.env.ref("debt_collection.ir_cron_dispatch").sudo()._trigger()

    @api.model
    def _close_finished(self, company):
        """Mark as done the batches of which nothing waits any more: dispatch sends what is approved by itself."""
        for run in self.search([("company_id", "=", company.id), ("state", "in", ("approved", "sending"))]):
            if not run.waiting_count:
                run.state = "proposed" if run.proposed_count else "done"
                run.message_post(body=run.summary)

    def action_exclude_all(self):
        """Exclude every proposal left in these batches."""
        self.action_ids.filtered(lambda action: action.state == "proposed").action_exclude()

    def action_print_letters(self):
        """Download the letters of this batch as one PDF, in print order."""
        self.ensure_one()
        if not self.letter_ids:
            raise UserError(self.env._("No letter of this batch has been made yet: send it first."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.letter_ids[-1:].id}?download=true",
            "target": "self",
        }

    def action_open_actions(self):
        """Open the actions of this batch in a list of their own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_action_action")
        action["domain"] = [("run_id", "=", self.id)]
        action["context"] = {}
        return action


_KINDS = ("proposed", "waiting", "calls", "sent", "failed", "dropped")
_SUMMARY = {
    "proposed": "proposed",
    "approved": "waiting",
    "queued": "waiting",
    "sending": "waiting",
    "deferred": "waiting",
    "sent": "sent",
    "failed": "failed",
    "unknown": "failed",
    "skipped": "dropped",
    "cancelled": "dropped",
}
