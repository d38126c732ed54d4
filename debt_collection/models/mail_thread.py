"""Mail that comes in through Odoo's gateway and is about collections: it reaches its case, and nothing is lost."""

import logging
from xmlrpc.client import Binary

import psycopg2
from odoo import api, models

from ..batches import TROUBLE
from ..tools.text import first_line

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """Keep what could not be understood but is addressed to Collections; the mail as it arrived goes along."""
        raw = bytes(message.data) if isinstance(message, Binary) else message
        raw = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
        gateway = self.with_context(collection_mail=raw)
        try:
            with self.env.cr.savepoint():
                return super(MailThread, gateway).message_process(
                    model, raw, custom_values, save_original, strip_attachments, thread_id
                )
        except (*TROUBLE, psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:
            # sudo: whoever runs the gateway keeps the mail for those who work on cases
            kept = self.env["collection.incoming"].sudo()._keep_unreadable(raw, first_line(error))
            if not kept:
                raise
            _logger.warning("Collections: a mail could not be read and waits to be assigned", exc_info=True)
            return kept.id

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Lead what debtors write to their cases."""
        incoming = self.env["collection.incoming"].sudo()  # sudo: see message_process
        parent = self.env["mail.message"].sudo().browse(message_dict.get("parent_id") or [])
        answered = incoming._case_of_message(parent)
        if answered and parent.model != "collection.case" and not message_dict.get("is_bounce"):
            # an instalment, a dispute: Odoo would look for a thread of theirs
            self._routing_reset_bounce(message, message_dict)
            return [("collection.case", answered.id, custom_values, self.env.uid, self.env["mail.alias"])]
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        return incoming._lead(routes, message_dict, answered, parent)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A notice that comes back fails, with the reason."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        # sudo: see message_process
        self.env["collection.incoming"].sudo()._receive_report(email_message, message_dict)
        return result
