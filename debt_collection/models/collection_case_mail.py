"""What a debtor writes by e-mail: an incoming entry of the case's log, and one activity for the collector."""

from lxml import etree
from odoo import api, models
from odoo.tools import email_normalize, html2plaintext

from ..tools import incoming_mail

# more than a person reads; the whole of it is kept as a document
LONGEST_TEXT = 100_000
LONGEST_LINE = 160


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def message_post(self, **kwargs):
        """A debtor who answers does not become a follower of what is said about the case."""
        if self.env.context.get("collection_mail"):
            self = self.with_context(mail_post_autofollow_author_skip=True)
        return super().message_post(**kwargs)

    def message_update(self, msg_dict, update_vals=None):
        """Take out of a mail what cannot be stored."""
        incoming_mail.strip_nul(msg_dict)
        return super().message_update(msg_dict, update_vals)

    def _message_post_after_hook(self, message, msg_values):
        """What came in through the gateway goes into the contact log."""
        result = super()._message_post_after_hook(message, msg_values)
        raw = self.env.context.get("collection_mail")
        if raw and message.message_type == "email":
            # without the mail in the context: what follows from it did not come in by mail
            case = self.with_context(collection_mail=None)
            case._receive(message, self.env["collection.incoming"]._keep_original(self, raw, message))
        return result

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers go to the collections mailbox where the company has one; else where Odoo sends them."""
        result = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for case in self:
            if mailbox := case.company_id._collection_settings().collection_alias_email:
                author = (author_ids or {}).get(case.id)
                result[case.id] = self._notify_get_reply_to_formatted_email(mailbox, author_id=author)
        return result

    def _receive(self, message, original):
        """Write a mail that came in into the log: an answer, an automatic reply, or the wish to hear no more.

        :param message: mail.message in the chatter of this case
        :param original: ir.attachment, the mail as it arrived
        """
        self.ensure_one()
        text = self._words_of(message.body)
        sender = email_normalize(message.email_from) or message.email_from or ""
        documents = message.attachment_ids | original
        if self._is_colleague(message.author_id):
            self._log_contact(
                channel="note",
                direction="internal",
                outcome="note",
                address=sender,
                summary=self.env._(
                    "%(colleague)s wrote by e-mail: %(words)s", colleague=sender, words=_title(message, text)
                ),
                text=text,
                documents=documents,
            )
            return
        automatic = incoming_mail.is_automatic(incoming_mail.headers(original.raw or b""), message.subject)
        stop = not automatic and incoming_mail.asks_to_stop(message.subject, text)
        action = self._answered_action(message)
        words = {"sender": sender, "words": _title(message, text)}
        if automatic:
            outcome, summary = "auto_reply", self.env._("Automatic reply from %(sender)s: %(words)s", **words)
        elif stop:
            outcome, summary = "opt_out", self.env._("%(sender)s wants no more e-mail: %(words)s", **words)
        else:
            outcome, summary = "received", self.env._("E-mail from %(sender)s: %(words)s", **words)
        self._log_contact(
            channel="email",
            direction="in",
            outcome=outcome,
            address=sender,
            summary=summary,
            text=text,
            documents=documents,
            action_id=action.id,
        )
        if stop:
            # the address that wrote, and the one that was written to
            for address in dict.fromkeys(filter(None, (sender, email_normalize(action._written_to())))):
                self.debtor_id._forbid_email(address, "reply")
        if not automatic and not (stop and len(incoming_mail.answer(text).split()) < 2):
            self._ask_to_answer()

    def _receive_unreadable(self, mail, original):
        """Write a mail that could not be read into the log.

        :param mail: collection.incoming
        :param original: ir.attachment, the mail as it arrived
        """
        self.ensure_one()
        self._log_contact(
            channel="email",
            direction="in",
            outcome="received",
            address=mail.sender_key or mail.email_from,
            summary=self.env._("E-mail that could not be read, from %s; kept as it arrived", mail.email_from),
            documents=original,
        )
        self._ask_to_answer()

    @api.model
    def _words_of(self, html):
        """Return the words of a mail as plain text, so many of them as a person reads."""
        try:
            text = html2plaintext(html or "", include_references=False)
        except (etree.LxmlError, ValueError, RecursionError):
            text = str(html)
        return text.replace("\x00", "")[:LONGEST_TEXT]

    def _is_colleague(self, author):
        """Tell whether a mail was written by somebody of ours, not by the debtor."""
        return author.commercial_partner_id != self.partner_id and any(not user.share for user in author.user_ids)

    def _answered_action(self, message):
        """Return the action whose notice a message answers, or none."""
        mails = self.env["mail.mail"].sudo()  # sudo: which notice it was
        return mails.search(
            [("mail_message_id", "in", message.parent_id.ids), ("collection_action_id", "!=", False)], limit=1
        ).collection_action_id

    def _ask_to_answer(self):
        """Give the collector an activity, one for a case however many mails wait."""
        self.ensure_one()
        kind = "debt_collection.mail_activity_type_answer"
        user = self.user_id or self.company_id._collection_settings().collection_user_id
        if user and not self.activity_search([kind]):
            self.activity_schedule(
                kind, user_id=user.id, date_deadline=self._today(), summary=self.env._("Answer the debtor's e-mail")
            )


def _title(message, text=""):
    """Return the first words of a mail, or its subject."""
    first = next((line for line in incoming_mail.answer(text).splitlines() if line.strip()), "")
    return (first or message.subject or "–")[:LONGEST_LINE]
