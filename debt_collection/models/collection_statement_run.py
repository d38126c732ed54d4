"""The statements of a month for many debtors: by e-mail where that reaches them, on paper where it does not.

How it works. `action_prepare` is a dry run: a line per debtor says which way its statement would go, or why it would
not. `action_start` lets them wait; the scheduled action takes them slice by slice (collection_statement_run_send.py).
"""

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

DAY = relativedelta(days=1)


class CollectionStatementRun(models.Model):
    _name = "collection.statement.run"
    _description = "Monthly Statements of Account"
    _inherit = ["collection.protected"]
    _order = "date_from desc, id desc"
    _protected = frozenset(["state", "pdf_id", "automatic"])

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id, ondelete="cascade", index=True
    )
    month = fields.Date(
        required=True,
        default=lambda self: self.env["collection.case"]._today() - relativedelta(months=1),
        help="Any day of the month the statements are about.",
    )
    date_from = fields.Date(compute="_compute_dates", store=True)
    date_to = fields.Date(compute="_compute_dates", store=True)
    scope = fields.Selection(
        [
            ("all", "Everyone with a movement or a balance"),
            ("tag", "Those of them with a tag"),
            ("chosen", "Chosen debtors"),
        ],
        string="To Whom",
        default="all",
        required=True,
    )
    category_ids = fields.Many2many("res.partner.category", string="Tags")
    partner_ids = fields.Many2many("res.partner", string="Debtors", domain=[("parent_id", "=", False)])
    anew = fields.Boolean(
        string="Send Anew", help="Also to those who have had the statement of this month from a batch already."
    )
    automatic = fields.Boolean(readonly=True, help="Started by itself on the first of the month.")
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Under way"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many("collection.statement.line", "run_id", string="Statements", readonly=True)
    pdf_id = fields.Many2one("ir.attachment", string="PDF to Print", readonly=True, copy=False, ondelete="set null")
    sending_stopped = fields.Boolean(compute="_compute_sending_stopped")
    email_count = fields.Integer(compute="_compute_counts", string="By E-mail")
    letter_count = fields.Integer(compute="_compute_counts", string="To Print")
    neither_count = fields.Integer(compute="_compute_counts", string="Neither Way")
    skipped_count = fields.Integer(compute="_compute_counts", string="Left Out")
    done_count = fields.Integer(compute="_compute_counts", string="Sent or Printed")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    line_count = fields.Integer(compute="_compute_counts", string="Number of Debtors")

    _one_automatic = models.UniqueIndex(
        "(company_id, date_from) WHERE automatic", "The statements of this month were made by themselves already."
    )

    @api.depends("month")
    def _compute_dates(self):
        for run in self:
            run.date_from = run.month and run.month.replace(day=1)
            run.date_to = run.month and run.date_from + relativedelta(months=1) - DAY

    @api.depends("date_from")
    def _compute_display_name(self):
        for run in self:
            run.display_name = (
                self.env._("Statements of %s", format_date(self.env, run.date_from, date_format="MMMM y"))
                if run.date_from
                else self.env._("Statements")
            )

    def _compute_sending_stopped(self):
        for run in self:
            run.sending_stopped = run._stopped()

    @api.depends("line_ids.state", "line_ids.channel")
    def _compute_counts(self):
        numbers = {}
        for run, state, channel, number in self.env["collection.statement.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state", "channel"], ["__count"]
        ):
            numbers.setdefault(run.id, []).append((state, channel, number))
        for run in self:
            rows = numbers.get(run.id, ())
            going = [row for row in rows if row[0] != "skipped"]
            run.email_count = sum(number for _state, channel, number in going if channel == "email")
            run.letter_count = sum(number for _state, channel, number in going if channel == "letter")
            run.neither_count = sum(number for _state, channel, number in going if not channel)
            run.skipped_count = sum(number for state, _channel, number in rows if state == "skipped")
            run.done_count = sum(number for state, _channel, number in rows if state in ("sent", "printed"))
            run.failed_count = sum(number for state, _channel, number in rows if state == "failed")
            run.line_count = sum(number for _state, _channel, number in rows)

    @api.constrains("month")
    def _check_month(self):
        for run in self:
            if run.date_to >= self.env["collection.case"]._today():
                raise ValidationError(self.env._("A monthly statement is made when its month is over."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("What was sent stays on record. Only a draft can be deleted."))

    # ---- the buttons ----------------------------------------------------------------------------------------------

    def _check_may_run(self):
        """:raises AccessError: for whoever is neither a collections manager nor keeps the accounts"""
        self.check_access("write")
        groups = ("debt_collection.group_collection_manager", "account.group_account_invoice")
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Statements in a batch are sent by collections managers and accountants."))

    def action_prepare(self):
        """Say who would get a statement and by which way, and who would not and why; nothing is sent.

        :raises UserError: when it was started already, or nobody is chosen
        """
        self.ensure_one()
        self._check_may_run()
        if self.state != "draft":
            raise UserError(self.env._("These statements are on their way already."))
        if (self.scope == "tag" and not self.category_ids) or (self.scope == "chosen" and not self.partner_ids):
            raise UserError(self.env._("Choose who gets a statement."))
        # sudo: written by what is done; access is checked above
        run = self.sudo()
        run.line_ids.unlink()
        lines = self.env["collection.statement.line"].sudo()
        ways = lines._ways(run._debtors(), run.company_id)
        had = run._served() if not run.anew else set()
        lines.create([run._line_values(partner, *way, partner.id in had) for partner, way in ways])

    def action_start(self):
        """Let the statements leave, in the background.

        :raises UserError: while sending is stopped, or when there is nobody to send to
        """
        self.ensure_one()
        self._check_may_run()
        if self._stopped():
            raise UserError(self.env._("All sending is stopped in the settings of Collections."))
        self.action_prepare()
        run = self.sudo()  # sudo: see action_prepare
        waiting = run.line_ids.filtered(lambda line: line.state == "draft")
        if not waiting:
            raise UserError(self.env._("There is nobody to send a statement of this month to: see the list for why."))
        waiting.state = "waiting"
        run.state = "running"
        self.env.ref("debt_collection.ir_cron_statement").sudo()._trigger()

    def action_cancel(self):
        """Let what still waits stay; what has left has left."""
        self._check_may_run()
        for run in self.sudo().filtered(lambda one: one.state in ("draft", "running")):  # sudo: see action_prepare
            waiting = run.line_ids.filtered(lambda line: line.state in ("draft", "waiting"))
            waiting.write({"state": "skipped", "reason": self.env._("The batch was cancelled.")})
            run._finish("cancelled")

    def action_retry(self):
        """Let those that failed, and can be reached now, wait again.

        :raises UserError: when none has failed
        """
        self.ensure_one()
        self._check_may_run()
        run = self.sudo()  # sudo: see action_prepare
        failed = run.line_ids.filtered(lambda line: line.state == "failed" and line.partner_id)
        if run.state == "draft" or not failed:
            raise UserError(self.env._("None of these statements has failed."))
        served = set() if run.anew else run._served()
        ways = dict(failed._ways(failed.partner_id, run.company_id))
        for line in failed.filtered(lambda one: one.partner_id.id not in served):
            line.write(run._line_values(line.partner_id, *ways[line.partner_id], False))
            if line.state == "draft":
                line.state = "waiting"
        run.state = "running"
        self.env.ref("debt_collection.ir_cron_statement").sudo()._trigger()

    def action_print(self):
        """Download the statements that go by post, in one file.

        :raises UserError: when there are none yet
        """
        self.ensure_one()
        self.check_access("read")
        pdf = self.sudo().pdf_id  # sudo: the file of a batch the user may read; another's file is none of it
        if not pdf or (pdf.res_model, pdf.res_id) != (self._name, self.id):
            raise UserError(self.env._("Nothing is printed yet: the file is there when the batch is done."))
        return self.env["collection.download"]._offer(pdf.name, pdf.raw)

    def action_lines(self):
        """Open the list of the statements."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_statement_line_action")
        action["domain"] = [("run_id", "=", self.id)]
        return action

    # ---- who ------------------------------------------------------------------------------------------------------

    def _debtors(self):
        """Return the commercial entities this batch is for, in the order of their post."""
        if self.scope == "chosen":
            partners = self.partner_ids.commercial_partner_id
        else:
            partners = self.env["res.partner"].browse(self._debtors_of_month())
            if self.scope == "tag":
                tags = self.env["res.partner.category"].search([("id", "child_of", self.category_ids.ids)])
                partners = partners.filtered(lambda partner: partner.category_id & tags)
        return partners.sorted(lambda one: (one.country_id.code or "", one.zip or "", (one.name or "").casefold()))

    def _debtors_of_month(self):
        """Return the ids of the commercial entities with an entry in the month, or something open at its end."""
        ledger = self.env["collection.ledger"]
        ledger._prepare()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(past)s
                SELECT partner_id FROM past_line
                 UNION
                SELECT p.commercial_partner_id
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.date BETWEEN %(first)s AND %(last)s
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                """,
                past=ledger._past_line_cte(self.company_id, self.date_to),
                first=self.date_from,
                last=self.date_to,
                companies=ledger._branches(self.company_id).ids,
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _served(self):
        """Return the ids of those who have the statement of this month from a batch, or are about to."""
        lines = self.env["collection.statement.line"].sudo()  # sudo: whoever has sent it
        return set(
            lines.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("date_from", "=", self.date_from),
                    ("date_to", "=", self.date_to),
                    ("run_id", "!=", False),
                    ("state", "in", ("waiting", "queued", "sent", "printed")),
                ]
            ).partner_id.ids
        )

    def _line_values(self, partner, channel, address, reason, had):
        """Return the values of a line: which way a statement would go, or why it would not.

        :param had: bool, this debtor has the statement already
        """
        state = "draft" if channel else "failed" if reason is None else "skipped"
        if had:
            state, reason = "skipped", self.env._("Has had the statement of this month already.")
        elif state == "failed":
            reason = self.env._("Neither an e-mail address nor a postal address that can be used.")
        return {
            "run_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "name": partner.display_name,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "channel": channel,
            "address": address,
            "state": state,
            "reason": reason,
            "anew": self.anew,
        }
