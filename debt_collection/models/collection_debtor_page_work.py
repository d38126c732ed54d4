"""What colleagues do about a debtor's page: look at it, hand a link over, end all links, see what was done on it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"
    _protected = frozenset(["page_ended_on"])

    page_act_ids = fields.One2many("collection.page.act", "debtor_id", string="Done on the Page", readonly=True)
    page_on = fields.Boolean(compute="_compute_page_on")
    page_sent_on = fields.Date(
        string="Last Link Sent On",
        compute="_compute_page_sent_on",
        help="By the last notice that really left, or with the confirmation of what was done on the page.",
    )
    page_ended_on = fields.Date(
        string="All Links Ended On", readonly=True, copy=False, help="What was sent before opens nothing any more."
    )

    @api.depends_context("uid")
    def _compute_page_on(self):
        for debtor in self:
            debtor.page_on = debtor.company_id._collection_settings().collection_page

    @api.depends("last_notice_date", "page_act_ids.date")
    def _compute_page_sent_on(self):
        for debtor in self:
            # sudo: the days alone
            days = [debtor.last_notice_date, *debtor.sudo().page_act_ids.mapped("date")]
            debtor.page_sent_on = max(filter(None, days), default=False)

    def action_see_page(self):
        """Open the page as this debtor sees it, in a new tab, by a link that ends with the day."""
        self._check_may_open_page()
        today = self.env["collection.case"]._today()
        self._log_page(self.env._("The debtor's page was opened by a colleague."))
        # the address of the server the user is on, where a login is known: what is done there is logged by name
        return {"type": "ir.actions.act_url", "url": self._page_path(today), "target": "new"}

    def action_copy_page_link(self):
        """Show a link to be handed to the debtor, and say so in the log."""
        self._check_may_open_page()
        # sudo: nobody makes one in another way than by this button; who may see the link is checked as it is shown
        link = self.env["collection.page.link"].sudo().create({"debtor_id": self.id})
        until = format_date(self.env, self._page_until())
        self._log_page(self.env._("A link to the debtor's page was made to be handed over; it ends on %s.", until))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link to the Debtor's Page"),
            "res_model": link._name,
            "res_id": link.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_end_page_links(self):
        """End every link that was ever sent to this debtor, and say so in the log."""
        self._check_may_open_page()
        debtor = self.sudo()  # sudo: who works on the case may end its links; checked above
        debtor._revoke_page()
        debtor.page_ended_on = self.env["collection.case"]._today()
        self._log_page(self.env._("All links to the debtor's page were ended. The next notice carries a new one."))

    def _check_may_open_page(self):
        """Check that the user may act on this debtor's page: works on its cases, or is a manager where it has none.

        :raises AccessError: with the reason
        :raises UserError: when there is no page
        """
        self.ensure_one()
        self.check_access("read")
        if self.case_ids:
            self.case_ids._check_may_work()
        elif not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may open the page of a debtor who has no case."))
        if not self.partner_id or not self._page_link():
            raise UserError(self.env._("Debtors have no page: it is turned off in the settings of Collections."))

    def _log_page(self, summary):
        """Note on the case what a colleague did about the page."""
        if case := self._page_case():
            case._log_contact(channel="note", direction="internal", outcome="note", summary=summary)

    def _take_over(self, source):
        """What was done on the page of the other counts for the limits here; the links of the other end with it."""
        source.sudo().page_act_ids.write({"debtor_id": self.id})  # sudo: moved by the merge, not by a person
        self.write({"lang": self.lang or source.lang, "contact_time": self.contact_time or source.contact_time})
        return super()._take_over(source)
