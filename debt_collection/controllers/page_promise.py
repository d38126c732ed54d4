"""The debtor promises on the page to pay by a day."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.http import request

from .page_route import CollectionPageRoute, route


class CollectionPagePromise(CollectionPageRoute):
    @route("/promise")
    def promise(self, debtor, currency=None, **_values):
        """Ask what will be paid, and by when."""
        return self._promise_form(debtor, currency)

    @route("/promise", methods=["POST"])
    def promise_made(self, debtor, **_values):
        """Take the promise."""
        form = request.httprequest.form
        line_ids, amount, date = form.getlist("line"), form.get("amount", "").strip(), form.get("date")
        return self._submitted(
            debtor,
            "promise",
            form.get("form_key"),
            lambda: debtor._page_promise(line_ids, amount, date),
            lambda error: self._promise_form(
                debtor, form.get("currency"), error, line_ids=line_ids, amount=amount, date=date
            ),
        )

    def _promise_form(self, debtor, currency, error=None, **filled_in):
        """Return the form for one currency, or why nothing can be promised.

        :param currency: str, its code; that of the company, or the first, where nothing is overdue in it
        :param filled_in: line_ids, amount and date as they were sent
        """
        page = request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        lines = page._lines(debtor)
        settings = debtor.company_id._collection_settings()
        refusal = None
        try:
            debtor._page_check_promises(lines, settings.collection_page_promises - 1)
        except UserError as reason:
            refusal = str(reason)
        promisable = [] if refusal else debtor._page_promisable(lines)
        currencies = {line["currency"].name: line["currency"] for line in promisable}
        company_currency = debtor.company_id.currency_id
        shown = next(
            (currencies[name] for name in (currency, company_currency.name, *currencies) if name in currencies),
            company_currency,
        )
        promisable = [line for line in promisable if line["currency"] == shown]
        today = request.env["collection.case"]._today()
        values = self._values(
            debtor,
            error=error,
            refusal=refusal,
            promisable=promisable,
            total=shown.round(sum(line["promisable"] for line in promisable)),
            currency=shown,
            others=[name for name in currencies if name != shown.name],
            first_day=today,
            last_day=today + timedelta(days=settings.collection_page_promise_days),
            line_ids=filled_in.get("line_ids", [str(line["line_id"]) for line in promisable]),
            amount=filled_in.get("amount", "")[:40],
            date=filled_in.get("date") or "",
        )
        return self._render("page_promise", values)
