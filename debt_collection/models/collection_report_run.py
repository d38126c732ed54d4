"""A periodic report that was made: its period, its files, and whether it left. It stays as it was made."""

from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.text import first_line


class CollectionReportRun(models.Model):
    _name = "collection.report.run"
    _description = "Report Made"
    _order = "date_to desc, id desc"

    schedule_id = fields.Many2one(
        "collection.report.schedule", string="Report", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="schedule_id.company_id", store=True, precompute=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True, ondelete="set null")
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True)
    made_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    sent_at = fields.Datetime(readonly=True)
    sent_to = fields.Char(readonly=True)
    state = fields.Selection(
        [("made", "Made"), ("waiting", "In the mail queue"), ("sent", "Sent"), ("failed", "Not delivered")],
        compute="_compute_state",
    )
    failure = fields.Char(compute="_compute_state", string="Why")
    account_count = fields.Integer(string="Accounts", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="To Collect", readonly=True)
    recovered = fields.Monetary(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)
    mail_ids = fields.Many2many("mail.mail", string="Mails", readonly=True, groups="base.group_system")

    _period_uniq = models.Constraint(
        "UNIQUE(schedule_id, date_from, date_to)", "The report of this period was made already."
    )

    @api.depends("schedule_id", "date_from", "date_to")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.schedule_id._title(run.date_from, run.date_to)

    @api.depends("sent_at", "mail_ids.state")
    def _compute_state(self):
        for run in self:
            mails = run.sudo().mail_ids  # sudo: whether its mails have left
            failed = mails.filtered(lambda mail: mail.state in ("exception", "cancel"))
            reasons = [first_line(mail.failure_reason) for mail in failed if mail.failure_reason]
            run.failure = reasons[0] if reasons else False
            if not run.sent_at:
                run.state = "made"
            elif failed:
                run.state = "failed"
            else:
                run.state = "waiting" if mails.filtered(lambda mail: mail.state == "outgoing") else "sent"

    @api.model
    def _make(self, schedule, date_from, date_to):
        """Return a new run with the files of a period: one PDF and one XLSX in each language of the recipients."""
        report = self.env["collection.report"].sudo()  # sudo: who may ask for a report is checked by the callers
        data = report._gather(schedule.company_id, date_from, date_to, schedule.user_id)
        run = self.create(
            {
                "schedule_id": schedule.id,
                "user_id": schedule.user_id.id,
                "date_from": date_from,
                "date_to": date_to,
                "account_count": len(data["accounts"]),
                "amount": sum(row["claim"] for row in data["accounts"]),
                "recovered": sum(row["recovered"] for row in data["accounts"]),
            }
        )
        languages = set(schedule.recipient_ids.mapped("lang")) or {schedule.company_id.partner_id.lang}
        for lang in sorted(languages - {False}) or ["en_US"]:
            run._add_files(report, data, lang)
        return run

    def _add_files(self, report, data, lang):
        """Keep the report in one more language."""
        self.ensure_one()
        title = self.schedule_id.with_context(lang=lang)._said_name()
        stem = f"collections_{self.date_from}_{self.date_to}_{lang}"
        files = [("pdf", "application/pdf"), ("xlsx", report.XLSX)]
        made = report._files(data, title, lang)
        self.attachment_ids |= self.env["ir.attachment"].create(
            [
                {
                    "name": f"{stem}.{ending}",
                    "description": lang,
                    "raw": made[ending],
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for ending, mimetype in files
            ]
        )

    def _files_in(self, lang):
        """Return the attachments in a language."""
        return self.attachment_ids.filtered(lambda file: file.description == lang)

    def _send(self):
        """Hand a mail to each recipient over to the mail queue, and note who they were; those who may not see the
        accounts any more are left out."""
        self.ensure_one()
        recipients = self.schedule_id.recipient_ids.filtered(lambda recipient: recipient._may_receive())
        for lang in sorted(set(filter(None, recipients.mapped("lang")))):
            if not self._files_in(lang):
                report = self.env["collection.report"].sudo()  # sudo: as in _make
                data = report._gather(self.company_id, self.date_from, self.date_to, self.user_id)
                self._add_files(report, data, lang)
        mails = self.env["mail.mail"].sudo().create([self._mail_values(recipient) for recipient in recipients])
        self.sudo().write(
            {
                "mail_ids": [Command.set(mails.ids)],
                "sent_at": fields.Datetime.now() if recipients else False,
                "sent_to": ", ".join(recipients.mapped("email")),
            }
        )
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if mails and queue:
            queue.sudo()._trigger()

    def _mail_values(self, recipient):
        """Return the values of the mail to a recipient, in its language."""
        run = self.with_context(lang=recipient.lang)
        env, company = run.env, self.company_id
        title = run.schedule_id._title(self.date_from, self.date_to)
        direction = env["res.lang"]._get_data(code=recipient.lang).direction or "ltr"
        lines = [
            env._("%(title)s, of %(company)s.", title=title, company=company.name),
            env._(
                "To collect: %(amount)s from %(number)s accounts. Recovered from them in the period: %(recovered)s.",
                amount=company.currency_id.with_env(env).format(self.amount),
                number=self.account_count,
                recovered=company.currency_id.with_env(env).format(self.recovered),
            ),
            env._("Attached: the report as a PDF, and with every account as a spreadsheet."),
        ]
        return {
            "subject": f"{company.name}: {title}",
            "body_html": Markup('<div dir="%s">%s</div>')
            % (direction, Markup().join(Markup("<p>%s</p>") % line for line in lines)),
            "email_to": recipient.email,
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "attachment_ids": [Command.set(self._files_in(recipient.lang).ids)],
            "auto_delete": False,
        }

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_send(self):
        """Send this report to the recipients of today.

        :raises UserError: without recipients
        """
        self.ensure_one()
        self.schedule_id._check_may_ask()
        if not self.schedule_id.recipient_ids:
            raise UserError(self.env._("Nobody receives this report: add recipients first."))
        self.sudo()._send()  # sudo: reports are made and sent, not written; checked above
