"""When a company has its periodic report made, about which accounts, and who receives it."""

import calendar
import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..batches import checkpoint
from ..tools.text import first_line
from .collection_debtor_payday import WEEKDAYS

_logger = logging.getLogger(__name__)


class CollectionReportSchedule(models.Model):
    _name = "collection.report.schedule"
    _description = "Periodic Report"
    _order = "company_id, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain=[("parent_id", "=", False)],
        ondelete="cascade",
    )
    period = fields.Selection([("week", "Every week"), ("month", "Every month")], required=True, default="week")
    weekday = fields.Selection(
        WEEKDAYS, required=True, default="0", string="On", help="The report is about the seven days before it."
    )
    month_day = fields.Integer(
        string="On Day", required=True, default=1, help="The report is about the month before. 31: the last day."
    )
    user_id = fields.Many2one("res.users", string="Collector", help="Empty: the accounts of all collectors.")
    automatic = fields.Boolean(
        string="Send by Itself", help="On: it is made and sent on its day. Off: only when somebody asks for it."
    )
    next_date = fields.Date(string="Next Report On", compute="_compute_next_date", store=True, precompute=True)
    recipient_ids = fields.One2many("collection.report.recipient", "schedule_id", string="Recipients", copy=True)
    run_ids = fields.One2many("collection.report.run", "schedule_id", string="Reports")
    failure = fields.Char(string="Why the Last One Failed", readonly=True, copy=False)

    _month_day_range = models.Constraint("CHECK(month_day BETWEEN 1 AND 31)", "A day of the month is 1 to 31.")

    @api.depends("period", "weekday", "month_day", "automatic")
    def _compute_next_date(self):
        today = self.env["collection.case"]._today()
        for schedule in self:
            schedule.next_date = schedule.automatic and schedule._due(today)

    @api.constrains("user_id", "company_id")
    def _check_recipients(self):
        self.recipient_ids._check_may_read()

    def write(self, vals):
        """A report is not moved to a company that the user does not work in."""
        result = super().write(vals)
        # Odoo asks before a record is written, not what it has become
        self.check_access("write")
        return result

    def _due(self, day):
        """Return the first day, from this one on, on which the report is made."""
        if self.period == "week":
            return day + timedelta(days=(int(self.weekday) - day.weekday()) % 7)
        due = self._in_month(day)
        return due if due >= day else self._in_month(day.replace(day=28) + timedelta(days=4))

    def _in_month(self, day):
        """Return the day of this report in the month of a day; the last one where the month is shorter."""
        return day.replace(day=min(self.month_day or 1, calendar.monthrange(day.year, day.month)[1]))

    def _period_of(self, day):
        """Return (first day, last day) of what the report made on a day, or late because of it, is about."""
        if self.period == "week":
            due = day - timedelta(days=(day.weekday() - int(self.weekday)) % 7)
            return due - timedelta(days=7), due - timedelta(days=1)
        due = self._in_month(day)
        month = due if due <= day else due.replace(day=1) - timedelta(days=1)
        last = month.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    def _run(self, today):
        """Return the report of the period that has ended last; made when it was not."""
        self.ensure_one()
        date_from, date_to = self._period_of(today)
        # sudo: reports are made, not written; who may ask for them is checked by the callers
        runs = self.env["collection.report.run"].sudo()
        run = runs.search(
            [("schedule_id", "=", self.id), ("date_from", "=", date_from), ("date_to", "=", date_to)], limit=1
        )
        return run or runs._make(self, date_from, date_to)

    def _check_may_ask(self):
        self.check_access("write")
        if not self.company_id <= self.env.companies.root_id:
            raise UserError(self.env._("Switch to %s to make its report.", self.company_id.name))

    def action_make(self):
        """Make the report of the last period, if it was not made, and show it to be downloaded."""
        self.ensure_one()
        self._check_may_ask()
        return self._run(self.env["collection.case"]._today())._show()

    def action_send(self):
        """Send the report of the last period now, made if it was not; whether or not it was sent before.

        :raises UserError: without recipients
        """
        self.ensure_one()
        self._check_may_ask()
        if not self.recipient_ids:
            raise UserError(self.env._("Nobody receives this report: add recipients first."))
        run = self._run(self.env["collection.case"]._today())
        run._send()
        return run._show()

    def action_runs(self):
        """Show the reports that were made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "collection.report.run",
            "views": [(False, "list"), (False, "form")],
            "domain": [("schedule_id", "=", self.id)],
        }

    @api.model
    def _cron_report(self):
        """Make and send the reports that are due (scheduled action, daily); one that fails is tried again tomorrow."""
        today = self.env["collection.case"]._today()
        due = self.search([("automatic", "=", True), ("next_date", "<=", today)])
        for schedule in due:
            # another process has it
            if not schedule.try_lock_for_update():
                continue
            try:
                with self.env.cr.savepoint():
                    schedule._report(today)
            except Exception as error:
                _logger.exception("Collections: the periodic report %s failed", schedule.id)
                schedule.invalidate_recordset()
                schedule.failure = first_line(error)
            checkpoint(self.env, 1)

    def _report(self, today):
        """Make and send what is due, once a period, and turn to the next."""
        run = self._run(today)
        if not run.sent_at:
            run._send()
        self.write({"next_date": self._due(today + timedelta(days=1)), "failure": False})

    @api.model
    def _give_default(self, companies=None):
        """Give each root company a report of its own to switch on, for its managers.

        :param companies: res.company; None for all (at installation)
        """
        roots = companies or self.env["res.company"]._collection_roots()
        schedules = self.sudo().search([("company_id", "in", roots.ids)])
        for company in roots - schedules.company_id:
            managers = self.env["collection.dispute"]._managers(company).filtered("email")
            self.sudo().create(
                {
                    "name": self.env._("Weekly report"),
                    "company_id": company.id,
                    "recipient_ids": [Command.create({"partner_id": user.partner_id.id}) for user in managers],
                }
            )

    def _said_name(self):
        """Return the name of this report in the language of the environment, the one given at installation too."""
        self.ensure_one()
        return self.env._("Weekly report") if self.name == "Weekly report" else self.name

    def _may_read(self, users):
        """Tell whether one of these users may see what this report tells: all accounts, or those of the collector.

        :param users: res.users of one person
        """
        # sudo: the groups and companies of others
        users = users.sudo().filtered(lambda user: user.active and self.company_id in user.company_ids)
        return any(user == self.user_id or any(map(user.has_group, self._group_ids())) for user in users)

    @api.model
    def _group_ids(self):
        """Return the XML ids of the groups that see every account."""
        return (
            "debt_collection.group_collection_manager",
            "debt_collection.group_collection_auditor",
            "account.group_account_invoice",
        )

    @api.constrains("name")
    def _check_name(self):
        for schedule in self:
            if not schedule.name.strip():
                raise ValidationError(self.env._("Give the report a name: its mails and files are called by it."))

    def _title(self, date_from, date_to):
        """Return the name of one report, in the language of the environment."""
        return self.env._(
            "%(name)s, %(date_from)s – %(date_to)s",
            name=self._said_name(),
            date_from=format_date(self.env, date_from),
            date_to=format_date(self.env, date_to),
        )
