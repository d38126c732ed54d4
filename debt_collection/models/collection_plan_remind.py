"""A reminder before each instalment of a payment plan: one an instalment, ever, and none of what is paid."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    @api.model
    def _remind(self, company, today=None):
        """Write the reminders of the instalments that come within the days of the setting; they leave by Odoo's queue.

        :param company: res.company, a root
        :param today: datetime.date
        :return: collection.plan.line reminded of
        """
        today = today or self.env["collection.case"]._today()
        lines = self.env["collection.plan.line"]
        settings = company._collection_settings()
        template = self.env.ref("debt_collection.template_plan_instalment", raise_if_not_found=False)
        if settings.collection_stopped or not settings.collection_plan_reminder_days or not template:
            return lines
        lines = self._take_reminders(company, today, today + timedelta(days=settings.collection_plan_reminder_days))
        reachable = lines.filtered(lambda line: line.address_id._collections_reachable("email"))
        mails = self.env["mail.mail"]
        if reachable:
            mails = template.send_mail_batch(reachable.ids)
        self._log_reminders(company, lines, {mail.res_id: mail for mail in mails})
        return reachable

    @api.model
    def _take_reminders(self, company, today, until):
        """Return the instalments to remind of, marked as reminded in this transaction: no other process takes them."""
        for model in ("collection.plan", "collection.plan.line", "collection.debtor", "collection.case"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH coming AS (
                    SELECT line.id
                      FROM collection_plan_line line
                      JOIN collection_plan plan ON plan.id = line.plan_id
                      JOIN collection_case c ON c.id = plan.case_id
                      JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                     WHERE c.company_id = %(company)s
                       AND plan.state = 'active'
                       AND line.state IN ('open', 'partial')
                       AND line.reminded_on IS NULL
                       AND line.date BETWEEN %(today)s AND %(until)s
                       AND NOT %(left_alone)s
                       FOR UPDATE OF line SKIP LOCKED
                )
                UPDATE collection_plan_line line
                   SET reminded_on = %(today)s
                  FROM coming
                 WHERE line.id = coming.id
             RETURNING line.id
                """,
                company=company.id,
                today=today,
                until=until,
                left_alone=self.env["collection.debtor"]._left_alone(today),
            )
        )
        lines = self.env["collection.plan.line"].browse(line_id for (line_id,) in self.env.cr.fetchall())
        lines.invalidate_recordset(["reminded_on"], flush=False)
        return lines.sorted("id")

    @api.model
    def _log_reminders(self, company, lines, mails):
        """Say in the log of each case what was written, or why nothing was.

        :param lines: collection.plan.line
        :param mails: {id of the instalment: mail.mail}
        """
        env = self.with_context(lang=self.env["res.lang"]._collection_language(company)[0]).env
        entries = []
        for line in lines:
            mail = mails.get(line.id)
            values = {"amount": line.with_env(env).amount_text, "date": line.with_env(env).date_text}
            entries.append(
                {
                    "case_id": line.plan_id.case_id.id,
                    "channel": "email",
                    "direction": "out",
                    "outcome": "sent" if mail else "skipped",
                    "address": line.address_id.email,
                    "summary": env._("Reminder of the instalment of %(amount)s on %(date)s.", **values)
                    if mail
                    else env._(
                        "No reminder of the instalment of %(amount)s on %(date)s: there is no e-mail address.", **values
                    ),
                    "text": mail and self.env["collection.action"]._plain_words(mail.body_html),
                }
            )
        # sudo: the log grows by what is done, see collection.contact
        self.env["collection.contact"].sudo()._append(entries)
