"""What is kept in the chatter opens no debtor's page: it is read by more people than may act for the debtor."""

from odoo import api, models

from ..tools.page_link import without_keys


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Cut the keys out of links to debtors' pages; the e-mail that leaves has its own body, with the link."""
        return super().create(
            [{**vals, "body": without_keys(vals["body"])} if vals.get("body") else vals for vals in vals_list]
        )
