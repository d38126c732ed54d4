"""The debtor's page itself: what is owed, at a glance."""

from odoo.http import request

from .page_route import CollectionPageRoute, route


class CollectionPage(CollectionPageRoute):
    @route()
    def page(self, debtor, done=None, sheet=None, **values):
        """Show what the debtor owes, and what was done last.

        :param done: the key of the form that was sent last
        :param all: when given, all the items, a sheet at a time
        :param sheet: which sheet
        """
        page = request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        lines = page._lines(debtor)
        acts = request.env["collection.page.act"].sudo()  # sudo: the debtor's own
        act = acts.search([("debtor_id", "=", debtor.id), ("form_key", "=", done)]) if done else acts
        # at most six digits: a number that long is no sheet
        wanted = int(sheet) if sheet and sheet.isdecimal() and len(sheet) < 7 else 1
        values = self._values(
            debtor,
            lines=lines,
            totals=request.env["collection.picture"]._totals(lines),
            act=act,
            home=True,
            **page._shown(debtor, lines, wanted if values.get("all") else None),
        )
        return self._render("page_main", values)
