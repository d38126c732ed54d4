"""The log keeps what was said, and not the keys to debtors' pages that stood in it."""

from odoo import api, models

from ..tools.page_link import without_keys


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    @api.model
    def _append(self, vals_list):
        """Cut the keys out of texts: who may read the log years later need not be able to act for the debtor.

        Of what was received too: an answer by e-mail often quotes the notice whole.
        """
        return super()._append(
            [
                {**vals, "text": type(text)(without_keys(text))} if (text := vals.get("text")) else vals
                for vals in vals_list
            ]
        )
