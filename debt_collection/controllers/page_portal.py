"""From `/my` to the debtor's page: for those who have a login, what their commercial entity owes to each company."""

from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request


class CollectionPagePortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "collection_count" in counters:
            items = request.env["collection.item"].sudo()  # sudo: how many, of the user's own debtors
            domain = [("debtor_id", "in", self._collection_debtors().ids), ("is_open", "=", True)]
            values["collection_count"] = items.search_count(domain)
        return values

    @http.route("/my/collections", type="http", auth="user", website=True, methods=["GET"], sitemap=False)
    def collections(self):
        """Lead to the page; ask to which company where there are several, and say so where nothing is overdue."""
        debtors = self._collection_debtors()
        today = request.env["collection.case"]._today()
        if len(debtors) == 1:
            response = request.redirect(debtors._page_path(today), code=303)
        else:
            values = {
                "page_name": "collections",
                # a link of a day: whoever reads the history of the browser tomorrow does not get in with it
                "debtors": [
                    {"company": debtor.company_id.name, "path": debtor._page_path(today), "case": debtor._page_case()}
                    for debtor in debtors
                ],
            }
            response = request.render("debt_collection.portal_my_collections", values)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _collection_debtors(self):
        """Return the debtors whose pages the user may open: of the user's commercial entity, one a company."""
        partner = request.env.user.partner_id.commercial_partner_id
        # sudo: portal users read no debtor; these are what they themselves owe
        debtors = request.env["collection.debtor"].sudo().search([("partner_id", "=", partner.id)], order="id")
        return debtors.filtered(lambda debtor: debtor.company_id._collection_settings().collection_page)
