"""A link to a debtor's page, to be copied and handed to the debtor."""

from odoo import api, fields, models


class CollectionPageLink(models.TransientModel):
    _name = "collection.page.link"
    _description = "Link to a Debtor's Page"

    # made by the button on the debtor, which says so in the log
    debtor_id = fields.Many2one("collection.debtor", required=True, readonly=True, ondelete="cascade")
    url = fields.Char(string="Link", compute="_compute_url")
    until = fields.Date(compute="_compute_url", help="The last day on which the link opens the page.")

    @api.depends("debtor_id")
    @api.depends_context("uid")
    def _compute_url(self):
        """Make the link for whoever may have it; it is kept nowhere."""
        for wizard in self:
            wizard.debtor_id._check_may_open_page()
            wizard.url = wizard.debtor_id._page_url()
            wizard.until = wizard.debtor_id._page_until()
