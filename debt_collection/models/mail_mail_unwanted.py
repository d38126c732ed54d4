"""The last moment before a notice leaves: its address may have become unwanted while it waited in the queue."""

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Give a notice no recipient when its address must not be written to: it fails with the reason."""
        action = self.collection_action_id
        if action and (reason := action._unwanted({action: action._written_to()}).get(action)):
            self.failure_reason = reason
            return []
        return super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
