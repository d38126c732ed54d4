"""From a case to the page of its debtor."""

from odoo import fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    page_on = fields.Boolean(related="debtor_id.page_on")

    def action_see_page(self):
        """Open the page as the debtor of this case sees it."""
        self.ensure_one()
        self._check_may_work()
        return self.debtor_id.action_see_page()
