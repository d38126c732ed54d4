"""The e-mail by which a debtor has it in writing what was done on its page."""

from odoo import models
from odoo.tools import html2plaintext


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _page_confirm(self, title, lines, language=None):
        """Queue an e-mail that tells this debtor what was done on the page, and log its words on its case.

        Nothing is queued, and nothing raised, when the debtor has no e-mail address or wants no e-mail, or while all
        sending is stopped: the page itself has said it.
        :param title: str, the subject, in the debtor's language
        :param lines: [str], what was done and what follows from it, a paragraph each, in the debtor's language
        :param language: code; default that of the page
        :return: mail.mail, or none
        """
        self.ensure_one()
        debtor = self.sudo()  # sudo: what is confirmed was done by the debtor, whose page it is
        company, case, partner = debtor.company_id, debtor._page_case(), debtor.partner_id
        mails = self.env["mail.mail"].sudo()
        address = partner._collections_address("email", company) if partner else partner
        if (
            not address.email_normalized
            or debtor._refuses("email", address)
            or company._collection_settings().collection_stopped
        ):
            return mails
        language = language or self.env["collection.page"]._language(debtor, self.env.context.get("lang"))
        debtor = debtor.with_context(lang=language)
        user = case.user_id or debtor.user_id or company._collection_settings().collection_user_id
        sender = user.email_formatted if user.email else company.email_formatted
        values = self.env["collection.page"]._frame(debtor, debtor._page_path(), language)
        values.update(title=title, paragraphs=lines, url=debtor._page_url())
        # sudo: the template shows these values and reads nothing
        qweb = self.env["ir.qweb"].sudo().with_context(lang=language)
        body = qweb._render("debt_collection.page_confirmation_mail", values)
        reply_to = case._notify_get_reply_to_batch(defaults={case.id: sender})[case.id] if case else sender
        mail = mails.create(
            {
                "subject": f"{company.name}: {title}",
                "body": body,
                "body_html": body,
                "model": case and case._name,
                "res_id": case and case.id,
                "email_from": sender,
                "reply_to": reply_to,
                "record_company_id": company.id,
                "record_alias_domain_id": company.alias_domain_id.id,
                "author_id": (user.partner_id or company.partner_id).id,
                "recipient_ids": [(4, address.id)],
                "message_type": "email_outgoing",
                "auto_delete": False,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        if case:
            # the log is read by colleagues
            case = case.with_context(lang=company.partner_id.lang or "en_US")
            case._log_contact(
                channel="email",
                direction="out",
                outcome="note",
                user_id=None,
                address=address.email_normalized,
                summary=case.env._("E-mail queued: %s", mail.subject),
                text=html2plaintext(body, include_references=False),
            )
        return mail
