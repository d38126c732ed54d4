"""How our e-mails leave: one at a time, looked at again, and at most once.

Odoo's own queue commits after SMTP, so that two runners or a kill deliver a mail twice. Ours take another way
(DESIGN.md, rule 6): lock the mail's row, look at the ledger again, commit `sending` in a cursor of its own, then SMTP,
then the outcome. A mail whose action is not queued any more does not leave, whoever asks for it.
"""

import logging
import smtplib
from contextlib import contextmanager

import psycopg2
from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.modules import module
from odoo.tools import SQL

from ..batches import TROUBLE
from ..tools.text import first_line

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    collection_action_id = fields.Many2one("collection.action", ondelete="cascade", index="btree_not_null")

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):  # fmt: skip
        """Send the mails that are not ours as always, and ours one at a time."""
        if self.env["ir.mail_server"]._disable_send():
            return super()._send(auto_commit, raise_exception, smtp_session, alias_domain_id, mail_server,
                                 post_send_callback)  # fmt: skip
        ours = self.filtered("collection_action_id")
        result = True
        if others := self - ours:
            result = super(MailMail, others)._send(
                auto_commit, raise_exception, smtp_session, alias_domain_id, mail_server, post_send_callback
            )

        def transmit(mail):
            # named in full: it is another record than the one of this method
            super(MailMail, mail)._send(False, False, smtp_session, alias_domain_id, mail_server, None)  # noqa: UP008

        with _data_phase(smtp_session) as data_phase:
            for mail in ours:
                data_phase.entered = False
                try:
                    mail._send_notice(data_phase, transmit)
                except smtplib.SMTPServerDisconnected:
                    # the session is dead; what is left stays in the queue for a later look
                    break
                finally:
                    if post_send_callback:
                        post_send_callback(mail.ids)
        if ours and auto_commit:
            # as Odoo's own sending: the caller sees from here on what was written, here in transactions of ours
            self.env.cr.commit()  # pylint: disable=invalid-commit
            self.env.invalidate_all()
        return result

    def _send_notice(self, data_phase, transmit):
        """Let one notice leave, if it still should.

        :param data_phase: tells whether the server has begun to take the message
        :param transmit: function of a mail, Odoo's own sending of it
        :raises smtplib.SMTPServerDisconnected: when the session broke off; what that means is already noted
        """
        self.ensure_one()
        with self._own_transaction() as env:
            if not self._hold(env, self):
                return
            mail = self.with_env(env)
            action = mail.collection_action_id
            if action.mail_id == mail and action.state == "sent":
                # the worker that sent it was killed between noting so and saying so on the mail
                mail.state = "sent"
                return
            if action.mail_id != mail or action.state != "queued":
                mail.cancel()
                return
            if action.company_id._collection_settings().collection_stopped or action.run_id.paused:
                return
            verdict = action._look_again()[action]
            settled = {line.item_id.id for line in action.line_ids} != {row["item_id"] for row in verdict.rows}
            as_written = verdict.kind == "send" and action._stands_as_written(verdict)
            if not self._claim(action.id, None if as_written else verdict):
                if verdict.kind != "send":
                    mail.cancel()
                return
            if not as_written:
                try:
                    mail.write(self._rewritten(action.id, with_invoices=settled))
                except Exception as error:
                    # the template was broken meanwhile: nothing has left
                    _logger.warning("Collections: notice %s does not render", action.id, exc_info=True)
                    mail.write({"state": "exception", "failure_reason": first_line(error)})
                    reason = self.env._("The text could not be made: %s", first_line(error))
                    self._conclude(action.id, "broken", reason, None)
                    return
            lost = self._transmit(mail, action.id, data_phase, transmit)
        if lost:
            raise lost

    @api.model
    def _transmit(self, mail, action_id, data_phase, transmit):
        """Hand a mail to the server and write what became of it.

        :return: the exception, when the connection was lost
        """
        address = mail.recipient_ids[:1].email or mail.email_to
        try:
            transmit(mail)
        except smtplib.SMTPServerDisconnected as error:
            if data_phase.entered:
                # it may have left: never again by itself
                mail.write({"state": "cancel", "failure_reason": str(error)})
                self._conclude(action_id, "unknown", str(error), address)
            else:
                # back in the queue before the lock on the mail is given up: nobody finds it abandoned
                self._conclude(action_id, "again", str(error), address)
                mail.env.cr.rollback()
            return error
        if mail.state == "sent":
            self._conclude(action_id, "sent", None, address, mail.body_html, mail._as_sent())
        else:
            self._conclude(action_id, "failed", mail.failure_reason, address)
        return None

    def _as_sent(self):
        """Return what left, as the log keeps it: list of (name, mimetype, bytes), the message first."""
        self.ensure_one()
        message = ("message.html", "text/html", self._prepare_outgoing_body().encode())
        return [message, *((file.name, file.mimetype, file.raw) for file in self.attachment_ids)]

    @api.model
    def _claim(self, action_id, verdict):
        """Write what the second look found and, when the notice stands, take it: commit `sending` before SMTP.

        :param verdict: None where it stands as it is written
        :return: bool, whether it is ours to send
        """

        def claim(env):
            if not verdict:
                env.cr.execute(
                    "UPDATE collection_action SET state = 'sending' WHERE id = %s AND state = 'queued'",
                    [action_id],
                    log_exceptions=False,
                )
                return bool(env.cr.rowcount)
            env.cr.execute("SELECT state FROM collection_action WHERE id = %s FOR UPDATE", [action_id])
            [state] = env.cr.fetchone() or [None]
            action = env["collection.action"].browse(action_id)
            if state != "queued" or not action._apply({action: verdict}):
                return False
            action._set_state("sending")
            return True

        return self._retrying(claim)

    @api.model
    def _rewritten(self, action_id, with_invoices):
        """Return subject and body of the mail, rendered again from the action's refreshed lines.

        :param with_invoices: bool, choose the attached invoices again too: one of them has been settled, or is new
        """

        def render(env):
            action = env["collection.action"].browse(action_id)
            values = action._mail_text(action._notice_values(links=True))
            if with_invoices:
                values["attachment_ids"] = [Command.set(action._invoice_attachments().ids)]
            return values

        return self._retrying(render)

    @api.model
    def _conclude(self, action_id, outcome, reason, address, html=None, documents=None):
        """Write what became of a notice, in a transaction of its own.

        :param html: of the e-mail that left
        :param documents: list of (name, mimetype, bytes), what left
        """

        def conclude(env):
            action = env["collection.action"].browse(action_id)
            if outcome == "sent":
                action._mark_sent(
                    env._("Sent to %s.", address),
                    addresses={action_id: address},
                    texts={action_id: action._plain_words(html)},
                    documents={action_id: documents},
                )
            elif outcome in ("failed", "broken"):
                action._mark_failed(reason or env._("The mail server refused it."), ours=outcome == "broken")
            elif outcome == "unknown":
                action._mark_unknown(env._("The mail server broke off while taking it: %s", reason))
            else:
                action._set_state(
                    "queued", outcome=env._("The mail server broke off before taking it; tried again later.")
                )

        self._retrying(conclude)

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Put notices back in the queue when no connection could be made; they are looked at again before leaving."""
        ours = self.filtered("collection_action_id") if failure_type == "mail_smtp" else self.browse()
        if ours:
            ours.write({"state": "outgoing"})
            ours.collection_action_id.outcome = self.env._("The mail server cannot be reached; tried again later.")
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)

    @api.model
    def _hold(self, env, queued):
        """Lock the row of a mail or SMS that waits to leave, until the outcome is known; tell whether it is ours.

        Whoever finds it free knows that nobody is sending it. Not the key is locked, which the foreign key of the
        action makes sure of in the transactions of the claim and the outcome.
        :param env: of the transaction that holds it
        """
        try:
            env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id = %s AND state = 'outgoing' FOR NO KEY UPDATE SKIP LOCKED",
                    SQL.identifier(queued._table),
                    queued.id,
                ),
                log_exceptions=False,
            )
        except psycopg2.errors.SerializationFailure:
            # another worker has just finished with it
            env.cr.rollback()
            return False
        return bool(env.cr.fetchone())

    @api.model
    @contextmanager
    def _own_transaction(self):
        """Yield an environment of a transaction of its own, committed at the end.

        As the superuser, since any worker may run the queue. Inside Odoo's tests, which forbid commits, the same one.
        """
        if module.current_test:
            yield self.env(user=SUPERUSER_ID)
            self.env.flush_all()
            return
        # the day is that of who runs the queue, and need not be asked for in each transaction
        context = dict(self.env.context, tz=str(self.env.tz))
        with self.env.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, context)

    @api.model
    def _retrying(self, function):
        """Call a function with an environment of its own transaction, again when somebody else wrote the same rows."""
        for attempt in range(5):
            try:
                with self._own_transaction() as env:
                    result = function(env)
                    env.flush_all()
                    return result
            except TROUBLE:
                if attempt == 4:
                    raise
        return None


class _DataPhase:
    """Whether the server may have taken the message: only once its text has begun to be sent."""

    entered = False


@contextmanager
def _data_phase(session):
    """Watch an SMTP session for the moment the text of a message is handed over."""
    phase = _DataPhase()
    if session is None:
        yield phase
        return
    data = session.data

    def watched(message):
        phase.entered = True
        return data(message)

    session.data = watched
    try:
        yield phase
    finally:
        session.data = data
