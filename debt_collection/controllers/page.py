"""The debtor's page itself: what is owed, at a glance."""

from odoo.http import request

from .page_route import CollectionPageRoute, route


class CollectionPage(CollectionPageRoute):
    @route()
    def page(self, debtor, done=None, **_values):
        """Show what the debtor owes, and what was done last."""
        page = request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        lines = page._lines(debtor)
        acts = request.env["collection.page.act"].sudo()  # sudo: the debtor's own
        act = acts.search([("debtor_id", "=", debtor.id), ("form_key", "=", done)]) if done else acts
        values = self._values(
            debtor,
            lines=lines,
            totals=request.env["collection.picture"]._totals(lines),
            act=act,
        )
        return self._render("page_main", values)
