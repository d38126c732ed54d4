"""The debtor writes to the collector on the page, or says that it is paid already."""

from odoo.http import request

from ..models.collection_debtor_page_message import LONGEST
from .page_route import CollectionPageRoute, route


class CollectionPageMessage(CollectionPageRoute):
    @route("/message")
    def message(self, debtor, about=None, **_values):
        """Ask what the debtor wants to say, or what was paid."""
        return self._message_form(debtor, {"about": about})

    @route("/message", methods=["POST"])
    def message_sent(self, debtor, **_values):
        """Take it."""
        form = request.httprequest.form

        def take():
            if form.get("about") == "paid":
                return debtor._page_say_paid(
                    form.get("date"), form.get("amount"), form.get("currency"), form.get("way"), form.get("text")
                )
            return debtor._page_write(form.get("subject"), form.get("text"))

        return self._submitted(
            debtor, "message", form.get("form_key"), take, lambda error: self._message_form(debtor, form, error)
        )

    def _message_form(self, debtor, filled_in, error=None):
        """Return the form of a message, or that of something paid.

        :param filled_in: {name: str}, as it was sent
        """
        names = ("about", "subject", "date", "amount", "currency", "way")
        values = self._values(
            debtor,
            error=error,
            subjects=debtor._page_subjects().items(),
            ways=debtor._page_ways_to_pay().items(),
            currencies=debtor._page_currencies(),
            longest=LONGEST,
            # somewhat more than there is room for: whoever has written too much shortens it
            text=(filled_in.get("text") or "")[: 5 * LONGEST],
            filled_in={name: (filled_in.get(name) or "")[:40] for name in names},
        )
        return self._render("page_message", values)
