"""How statements are sent: printed, and put in Odoo's mail queue; what became of a mail is read from it.

What has left is logged on the debtor's open case.
"""

import logging

import psycopg2
from odoo import api, models
from odoo.tools import SQL

from ..tools.text import first_line

_logger = logging.getLogger(__name__)

TEMPLATE = "debt_collection.template_statement"


class CollectionStatementLine(models.Model):
    _inherit = "collection.statement.line"

    def _send(self):
        """Print these statements and let them leave; one that breaks fails alone.

        :return: {line: PDF (bytes)} of the letters among them
        """
        letters = {}
        for (company, date_from, date_to), lines in self.grouped(
            lambda line: (line.company_id, line.date_from, line.date_to)
        ).items():
            ways = dict(self._ways(lines.partner_id, company))
            for line in lines:
                channel, address, reason = ways.get(line.partner_id, (False, None, None))
                reason = reason or self.env._("Neither an e-mail address nor a postal address that can be used.")
                line.write(
                    {"channel": channel, "address": address}
                    if channel
                    else {"channel": False, "state": "failed", "reason": reason}
                )
            going = lines.filtered("channel")
            for line, pdf in going._printed(company, date_from, date_to).items():
                line.pdf_id = line._keep(pdf)
                if line.channel == "letter":
                    line.state = "printed"
                    letters[line] = pdf
            going.filtered(lambda line: line.channel == "email" and line.pdf_id)._queue()
        self.browse(line.id for line in letters)._log()
        return letters

    def _printed(self, company, date_from, date_to, **options):
        """Return {line: PDF (bytes)}; a line whose statement cannot be made fails, with the reason."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():
                pdfs = self.env["collection.statement"]._print(self.partner_id, company, date_from, date_to, **options)
                return {line: pdfs[line.partner_id] for line in self}
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # the database's trouble, not the statement's
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.warning("Collections: statement %s does not render", self.id, exc_info=True)
                reason = self.env._("The statement could not be made: %s", first_line(error))
                self.write({"state": "failed", "reason": reason})
                return {}
            # find the one that breaks by halves
            half = len(self) // 2
            return {
                **self[:half]._printed(company, date_from, date_to, **options),
                **self[half:]._printed(company, date_from, date_to, **options),
            }

    def _keep(self, pdf):
        """Return the attachment that keeps the statement of this line as it was made."""
        self.ensure_one()
        # sudo: kept with the line, whose rules it follows
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self.env["collection.statement"]._file_name(self.name, self.date_to, "pdf"),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )

    # ---- by e-mail ------------------------------------------------------------------------------------------------

    def _queue(self):
        """Put these statements, which are printed, into Odoo's mail queue."""
        # sudo: in the name of the company, to addresses of debtors whose account the sender may read
        for company, lines in self.sudo().grouped("company_id").items():
            mails = self.env["mail.mail"].sudo().create(lines._mail_values(company))
            for line, mail in zip(lines, mails, strict=True):
                line.write({"mail_id": mail.id, "state": "queued", "reason": False})
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _mail_values(self, company):
        """Return the values of the mail.mail that carries each of these statements, in their order.

        :param company: res.company, theirs
        """
        statements = self.env["collection.statement"]
        addresses = self.partner_id._collections_addresses("email", company)
        users = statements._contact_users(self.partner_id, company)
        words = self._mail_words(statements._languages(self.partner_id, addresses, company))
        cases = self._open_cases()
        senders = {
            partner: user.email_formatted if user.email else company.email_formatted for partner, user in users.items()
        }
        replies = {}
        if cases:
            replies = (
                self.env["collection.case"]
                .union(*cases.values())
                ._notify_get_reply_to_batch(defaults={case.id: senders[case.partner_id] for case in cases.values()})
            )
        vals_list = []
        for line in self:
            partner = line.partner_id
            case = cases.get(partner.id)
            subject, body = words[line]
            vals_list.append(
                {
                    "subject": subject,
                    "body": body,
                    "body_html": body,
                    "model": case and case._name,
                    "res_id": case and case.id,
                    "email_from": senders[partner],
                    "reply_to": replies[case.id] if case else senders[partner],
                    # bounces come back to the company that sends
                    "record_company_id": company.id,
                    "record_alias_domain_id": company.alias_domain_id.id,
                    "author_id": (users[partner].partner_id or company.partner_id).id,
                    "recipient_ids": [(4, addresses[partner].id)],
                    "message_type": "email_outgoing",
                    "auto_delete": False,
                    "attachment_ids": [(4, line.pdf_id.id)],
                }
            )
        return vals_list

    def _mail_words(self, languages):
        """Return {line: (subject, body)} of the e-mails.

        :param languages: {commercial entity: code}
        """
        template = self.env.ref(TEMPLATE).sudo()  # sudo: the administrator's text, read for it
        words = {}
        for language, lines in self.grouped(lambda line: languages[line.partner_id]).items():
            subjects = template._render_field("subject", lines.ids, set_lang=language)
            bodies = template._render_field("body_html", lines.ids, set_lang=language)
            words |= {line: (subjects[line.id], bodies[line.id]) for line in lines}
        return words

    # ---- what became of them --------------------------------------------------------------------------------------

    @api.model
    def _follow_mails(self):
        """Let the lines whose mail has left, failed or is gone say so; what has left is logged."""
        self.flush_model(["mail_id", "state"])
        self.env["mail.mail"].flush_model(["state", "failure_reason"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, mail.state, mail.failure_reason
                  FROM collection_statement_line line
             LEFT JOIN mail_mail mail ON mail.id = line.mail_id
                 WHERE line.state = 'queued' AND mail.state IS DISTINCT FROM 'outgoing'
              ORDER BY line.id
                   FOR UPDATE OF line SKIP LOCKED
                """
            )
        )
        sent = self.browse(line_id for line_id, state, _reason in rows if state in ("sent", "received"))
        sent.write({"state": "sent", "reason": False})
        for line_id, state, reason in rows:
            if state not in ("sent", "received"):
                self.browse(line_id).write(
                    {"state": "failed", "reason": reason or self.env._("The e-mail was cancelled or deleted.")}
                )
        sent._log()
        return bool(rows)

    def _log(self):
        """Note in the contact log of each debtor's open case, where there is one, that its statement has left."""
        cases = self._open_cases()
        entries = []
        for line in self:
            if case := cases.get(line.partner_id.id):
                entries.append(
                    {
                        "case_id": case.id,
                        "channel": line.channel,
                        "direction": "out",
                        "outcome": "sent" if line.channel == "email" else "printed",
                        "user_id": line.user_id.id,
                        "address": line.address,
                        "summary": self.env._("Statement of account for %s", line._period()),
                        "documents": [line.pdf_id] if line.pdf_id else [],
                    }
                )
        if entries:
            # sudo: nobody has write access to the log; it grows by what is done
            self.env["collection.contact"].sudo()._append(entries)

    def _open_cases(self):
        """Return {partner id: the open case of the debtor}, in one search for a company."""
        # sudo: where it is logged, and answered to
        cases = self.env["collection.case"].sudo()
        found = cases.search(
            [
                ("company_id", "in", self.company_id.root_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "open"),
            ]
        )
        return {case.partner_id.id: case for case in found}
