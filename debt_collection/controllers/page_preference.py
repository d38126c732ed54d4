"""The debtor says on the page how it wants to be contacted, and how not."""

from odoo.http import request

from ..models.collection_debtor_page_preference import PREFERABLE
from .page_route import LANGUAGE_COOKIE, CollectionPageRoute, route


class CollectionPagePreference(CollectionPageRoute):
    @route("/preferences")
    def preferences(self, debtor, **_values):
        """Show how this debtor is contacted."""
        filled_in = {
            "language": debtor.lang,
            "prefer": debtor._page_preferred().channel,
            "contact_time": debtor.contact_time,
            "payday": debtor._page_payday() or "",
        }
        return self._preference_form(debtor, filled_in)

    @route("/preferences", methods=["POST"])
    def preferred(self, debtor, **_values):
        """Do as the debtor says."""
        form = request.httprequest.form
        refused = set(form.getlist("refuse"))
        # not "lang": that is the language this page is looked at in
        lang = form.get("language")
        response = self._submitted(
            debtor,
            "preference",
            form.get("form_key"),
            lambda: debtor._page_prefer(
                lang, form.get("prefer"), form.get("contact_time"), form.get("payday"), refused
            ),
            lambda error: self._preference_form(debtor, form, error, refused),
        )
        if response.status_code == 303:
            # a language looked at before does not go before the one that was chosen
            response.delete_cookie(LANGUAGE_COOKIE, path="/collections/page")
        return response

    def _preference_form(self, debtor, filled_in, error=None, refused=None):
        """Return the form.

        :param filled_in: {name: str}, as it was sent, or as it stands
        :param refused: {str}, keys of ways as they were sent; default those that stand
        """
        ways = debtor._page_ways()
        names = ("language", "prefer", "contact_time", "payday")
        values = self._values(
            debtor,
            error=error,
            ways=ways,
            channel_names=debtor._page_channels([way.channel for way in ways]),
            preferable=debtor._page_channels(PREFERABLE),
            times=debtor._fields["contact_time"]._description_selection(debtor.env),
            refused={way.key for way in ways if way.against} if refused is None else refused,
            filled_in={name: str(filled_in.get(name) or "")[:40] for name in names},
        )
        return self._render("page_preference", values)
