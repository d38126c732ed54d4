"""Statements of account in the mail queue wait while their company has stopped all sending."""

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        """Send all but the statements of companies that have stopped; those stay in the queue."""
        # sudo: whose they are
        lines = self.env["collection.statement.line"].sudo().search([("mail_id", "in", self.ids)])
        stopped = lines.filtered(lambda line: line.company_id._collection_settings().collection_stopped)
        return super(MailMail, self - stopped.mail_id)._send(*args, **kwargs)
