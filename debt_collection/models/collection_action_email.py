"""The channel e-mail: rendered and queued here, it leaves through `mail.mail._send` (see mail_mail.py)."""

import logging

import psycopg2
from markupsafe import Markup
from odoo import api, models
from odoo.modules import module
from odoo.tools import SQL, email_normalize

from ..tools.text import first_line

_logger = logging.getLogger(__name__)

# few enough for a slow mail server to take within the time of a scheduled action
SLICE = 25
# sets the advisory locks on what is being delivered apart from other uses of such locks in the database
SLICE_LOCK = 1_147_366_489


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _sender(self):
        """Return the e-mail address (with name) this notice comes from.

        The collector's, the company's, the approver's, or that of the company's mail domain. Where there is none of
        these, Odoo's own user's, as for Odoo's other mails; the settings and the batch warn of it.
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: the addresses of the creditor
        for one in (self._contact_user(), company, self.approved_by_id.sudo()):
            if email_normalize(one.email):
                return one.email_formatted
        return company.default_from_email or self.env.ref("base.user_root").sudo().email_formatted

    def _reply_to(self, senders, authors):
        """Return {action: where it is answered to}: into the case where the company has an address for that.

        :param senders: {action: address with name}, taken where the company has none
        :param authors: {action: res.partner} in whose name each is sent
        """
        # sudo: the addresses of the creditor, as in `_sender`
        answers = self.case_id.sudo()._notify_get_reply_to_batch(
            defaults={action.case_id.id: senders[action] for action in self},
            author_ids={action.case_id.id: authors[action].id for action in self},
        )
        return {action: answers[action.case_id.id] for action in self}

    @api.model
    def _dispatch_email(self, actions):
        """Render the e-mails and put them in the queue; one that does not render fails alone."""
        unreachable = actions._unreachable_by_email()
        for reason, group in self.browse(action.id for action in unreachable).grouped(unreachable.get).items():
            group._mark_failed(reason)
        actions = actions.filtered(lambda action: action not in unreachable)
        if not actions:
            return
        try:
            with self.env.cr.savepoint():
                actions._queue_mails()
            return
        except Exception as error:
            if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
                # the database's trouble, not the text's
                raise
            if len(actions) > 1:
                # find the one that breaks: the others leave all the same
                for action in actions:
                    self._dispatch_email(action)
                return
            _logger.warning("Collections: notice %s does not render", actions.id, exc_info=True)
            actions._mark_failed(self.env._("The text could not be made: %s", first_line(error)), ours=True)

    def _unreachable_by_email(self):
        """Return {action: why} of those whose debtor has no e-mail address, or none that may be written to."""
        addresses = self._addresses()
        missing = {
            action: self.env._("%s has no e-mail address that can be used.", address.display_name)
            for action, address in addresses.items()
            if not address._collections_reachable("email")
        }
        return {**self._unwanted({action: address.email for action, address in addresses.items()}), **missing}

    def _queue_mails(self):
        """Put the e-mails of these notices in the queue.

        :raises Exception: whatever a broken template raises
        """
        # sudo: the mails are made for the notices, not in the name of the user's own rights on mails
        mails = self.env["mail.mail"].sudo().create(self._mail_values())
        for action, mail in zip(self, mails, strict=True):
            action.sudo().mail_id = mail
        self._set_state("queued", outcome=False)

    @api.model
    def _deliver(self, company, ids=None):
        """Let the queued e-mails of a company leave, a slice at a time; workers at the same time take other slices.

        :param ids: of the actions to deliver; default all of the company
        :return: (number of e-mails handed over; the seconds left to the scheduled action, 0: stop; whether the mail
            server is away)
        """
        handled, last, away, in_time = 0, 0, False, self._checkpoint()
        while in_time and not away and (actions := self._take_slice(company, last, ids)):
            mails = actions.mail_id.sudo()  # sudo: see _queue_mails
            mails.send(auto_commit=not module.current_test)
            in_time = self._checkpoint(len(actions))
            self.env.invalidate_all()
            # nothing of a slice left: the next run tries again
            away = all(mail.state == "outgoing" for mail in mails.exists())
            handled, last = handled + len(actions), actions.ids[-1]
        return handled, in_time, away

    @api.model
    def _take_slice(self, company, after, ids=None):
        """Return the next queued e-mails that no other worker is about to deliver.

        That a mail leaves once is seen to in mail_mail.py.
        :param after: id of the action behind which to begin
        """
        queue = SQL("mail_mail queued ON queued.id = action.mail_id")
        return self.browse(self._take_queued(company, "email", queue, SQL("action.id"), after, SLICE, SLICE_LOCK, ids))

    @api.model
    def _settle_queue(self, company, ids=None):
        """End the queued actions whose mail somebody cancelled or deleted, or whose mail has failed."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT action.id, mail.state, mail.failure_reason
                  FROM collection_action action
             LEFT JOIN mail_mail mail ON mail.id = action.mail_id
                 WHERE action.company_id = %s
                   AND action.state = 'queued' AND action.channel = 'email' %s
                   AND coalesce(mail.state, 'cancel') IN ('cancel', 'exception')
                   FOR NO KEY UPDATE OF action SKIP LOCKED
                """,
                company.id,
                SQL("AND action.id = ANY(%s)", ids) if ids is not None else SQL(),
            )
        )
        ended = {}
        for action_id, state, reason in rows:
            ended.setdefault((state == "exception", state == "exception" and reason), []).append(action_id)
        for (failed, reason), action_ids in ended.items():
            actions = self.browse(action_ids)
            if failed:
                actions._mark_failed(reason or self.env._("The mail server refused it."))
            else:
                reason = self.env._("The e-mail was cancelled in the mail queue.")
                actions._set_state("cancelled", outcome=reason)
                actions._log("skipped", reason)

    @api.model
    def _settle_abandoned(self, company):
        """Mark as unknown what a worker that is gone was sending: the mail is cancelled, never sent again by itself.

        Who sends holds a lock on the mail's row; where we can take it, nobody is working on it.
        """
        sending = [("company_id", "=", company.id), ("state", "=", "sending"), ("channel", "=", "email")]
        if not self.search_count(sending, limit=1):
            return
        self.env.cr.execute(
            """
            SELECT mail.id
              FROM mail_mail mail
              JOIN collection_action action ON action.mail_id = mail.id
             WHERE action.company_id = %s AND action.state = 'sending'
               FOR NO KEY UPDATE OF mail SKIP LOCKED
            """,
            [company.id],
            log_exceptions=False,
        )
        free = [mail_id for (mail_id,) in self.env.cr.fetchall()]
        abandoned = self.search([*sending, "|", ("mail_id", "=", False), ("mail_id", "in", free)])
        abandoned.mail_id.sudo().cancel()  # sudo: see _queue_mails
        abandoned._mark_unknown(self.env._("The worker that was sending it is gone: it may or may not have left."))

    @api.model
    def _mail_text(self, values):
        """Return subject and HTML of the e-mail.

        :param values: what the notice says, see `_notice_values`
        :raises Exception: whatever a broken template raises
        """
        if "opt_out_url" not in values:
            action = values["o"]
            values["opt_out_url"] = action._opt_out_urls({action: values["address"]}).get(action)
        return {
            "subject": values["words"]["subject"],
            "body_html": self._render_values("debt_collection.notice_mail", values),
        }

    def _mail_values(self):
        """Return the values of the mail.mail that carries each of these notices, in their order.

        :raises Exception: whatever a broken template raises
        """
        notices = self._notices(links=True)
        addresses = {action: values["address"] for action, values in notices.items()}
        opt_out = self._opt_out_urls(addresses)
        senders = {action: action._sender() for action in notices}
        authors = {
            action: action._contact_user().partner_id or values["company"].partner_id
            for action, values in notices.items()
        }
        reply_to = self._reply_to(senders, authors)
        vals_list = []
        for action, values in notices.items():
            address = values["address"]
            values["opt_out_url"] = opt_out.get(action)
            vals_list.append(
                {
                    **self._mail_text(values),
                    # what the chatter shows, from right to left where it begins so; without it the message looks
                    # removed
                    "body": Markup('<div dir="auto">%s</div>') % Markup(values["words"]["body"]),
                    "collection_action_id": action.id,
                    "model": "collection.case",
                    "res_id": action.case_id.id,
                    "email_from": senders[action],
                    "reply_to": reply_to[action],
                    "headers": repr(action._opt_out_headers(opt_out[action])) if opt_out.get(action) else False,
                    # bounces come back to the company that sends
                    "record_company_id": values["company"].id,
                    "record_alias_domain_id": values["company"].alias_domain_id.id,
                    "author_id": authors[action].id,
                    "recipient_ids": [(4, address.id)],
                    "message_type": "email_outgoing",
                    "auto_delete": False,
                    "attachment_ids": [(4, attachment.id) for attachment in action._invoice_attachments()],
                }
            )
        return vals_list

    def _invoice_attachments(self):
        """Return the PDFs of the invoices claimed, where the level attaches them: the ones Odoo keeps, or made now."""
        attachments = self.env["ir.attachment"].sudo()  # sudo: the debtor's own invoices, whoever sends the notice
        if not self.level_id.attach_invoices:
            return attachments
        moves = self.line_ids.item_id.sudo().move_id.filtered(lambda move: move.is_sale_document())
        attachments |= moves.invoice_pdf_report_id
        missing = moves.filtered(lambda move: not move.invoice_pdf_report_id)
        standard = self.env.ref("account.account_invoices").sudo()
        reports = missing.grouped(lambda move: move.partner_id.invoice_template_pdf_report_id or standard)
        renderer = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        renderer = renderer.with_context(lang=self._language())
        for report, group in reports.items():
            # not Odoo's fallback, which prints “Proforma” over a posted invoice
            content, kind = renderer._pre_render_qweb_pdf(report.report_name, res_ids=group.ids)
            pdfs = renderer._get_splitted_report(report.report_name, content, kind)
            attachments |= attachments.create(
                [
                    {
                        "name": move._get_invoice_report_filename(report=report),
                        "raw": pdfs[move.id],
                        "mimetype": "application/pdf",
                        "res_model": "collection.action",
                        "res_id": self.id,
                    }
                    for move in group
                ]
            )
        return attachments
