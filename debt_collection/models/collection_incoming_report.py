"""Reports on what was sent: a notice that comes back fails, one that is late is only noted."""

from odoo import api, models
from odoo.tools import email_normalize, email_split

from ..tools import incoming_mail


class CollectionIncoming(models.Model):
    _inherit = "collection.incoming"

    @api.model
    def _receive_report(self, email_message, message_dict):
        """Note on the case what a mail says that Odoo takes for a bounce.

        :param email_message: email.message.EmailMessage
        :param message_dict: the same as Odoo has parsed it
        """
        raw = self.env.context.get("collection_mail") or email_message.as_bytes()
        message = message_dict.get("bounced_message") or self.env["mail.message"]
        message = message.sudo() or message.sudo().browse(message_dict.get("parent_id") or [])
        # mail servers without a report in parts quote what they return
        message = message or self._message_quoted(raw)
        report = incoming_mail.returned(email_message)
        case = self._case_of_message(message)
        if not case and not report:
            case = self._case_at_return_path(message_dict)
        if not case:
            return
        # without the mail in the context: what follows from it did not come in by mail
        case = case.with_context(collection_mail=None)
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        action = mails.collection_action_id.with_env(case.env)[:1]
        original = self._keep_original(case, raw)
        if not report:
            self._receive_at_return_path(case, action, message_dict, original)
            return
        address = email_normalize(report.address or message_dict.get("bounced_email")) or action._written_to()
        entry = {
            "channel": "email",
            "direction": "in",
            "address": address,
            "text": case._words_of(message_dict.get("body")),
            "documents": original,
            "action_id": action.id,
        }
        reason = " ".join(filter(None, (report.code, report.reason.removeprefix(report.code).strip())))
        if report.kind == "failed":
            self._come_back(case, action, report, reason, entry)
        elif report.kind == "delayed":
            case._log_contact(
                **entry, outcome="note", summary=self.env._("Delivery is late, the mail server goes on: %s", reason)
            )
        elif report.kind == "read":
            case._log_contact(**entry, outcome="delivered", summary=self.env._("Read receipt from %s", address))
        else:
            case._log_contact(**entry, outcome="delivered", summary=self.env._("Delivered to %s", address))

    @api.model
    def _come_back(self, case, action, report, reason, entry):
        """A message that had left came back: its action fails, and an address that is wrong is not used again."""
        if action and action.state not in ("sent", "unknown"):
            # said before: mail servers say it again
            return
        address = entry["address"]
        summary = self.env._("The e-mail to %(address)s came back: %(reason)s", address=address, reason=reason)
        case._log_contact(**entry, outcome="bounced", summary=summary)
        if report.address_is_wrong and address:
            self.env["collection.channel.preference"]._note(
                case.debtor_id, "invalid", summary, channel="email", address=address, origin="bounce"
            )
        if action:
            action._mark_bounced(summary, logged=True)
        case._reassess()

    @api.model
    def _receive_at_return_path(self, case, action, message_dict, original):
        """Log what was sent to where bounces go and is no report: most often an out-of-office."""
        head = incoming_mail.headers(original.raw)
        automatic = incoming_mail.is_automatic(head, message_dict.get("subject"))
        words = {"sender": message_dict["email_from"], "words": message_dict.get("subject") or "–"}
        case._log_contact(
            channel="email",
            direction="in",
            outcome="auto_reply" if automatic else "received",
            address=email_normalize(message_dict["email_from"]),
            summary=self.env._("Automatic reply from %(sender)s: %(words)s", **words)
            if automatic
            else self.env._("E-mail from %(sender)s: %(words)s", **words),
            text=case._words_of(message_dict.get("body")),
            documents=original,
            action_id=action.id,
        )
        if not automatic:
            case._ask_to_answer()

    @api.model
    def _case_at_return_path(self, message_dict):
        """Return the case of who wrote to the return path of a company without naming what is answered, or none."""
        addresses = {email_normalize(one) for one in email_split(message_dict["to"])}
        companies = self.env["res.company"].search([("parent_id", "=", False), ("alias_domain_id", "!=", False)])
        cases = self.env["collection.case"]
        for company in companies.filtered(lambda one: one.bounce_email in addresses):
            cases |= self._case_of_sender(company, message_dict["email_from"])
        return cases if len(cases) == 1 else cases.browse()

    @api.model
    def _message_quoted(self, raw):
        """Return the message of ours that a mail quotes, or none."""
        ids = incoming_mail.message_ids(raw)
        return self.env["mail.message"].search(
            [("message_id", "in", ids), ("model", "=like", "collection.%")], limit=1, order="id desc"
        )
