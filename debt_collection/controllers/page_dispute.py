"""The part of the debtor's page where an invoice is objected to."""

from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.exceptions import abort

from ..models.collection_debtor_page_dispute import LONGEST_TEXT
from ..models.collection_page_file import BODY, LARGEST, LARGEST_IN_ALL, MEGABYTE, MOST, TYPES
from .page_route import CollectionPageRoute, route

PART = "/object"


class CollectionPageDispute(CollectionPageRoute):
    @route(PART)
    def objection(self, debtor, item=None, large=None, **_values):
        """Show the form, and what became of the objections before.

        :param item: the key of an invoice that is chosen already
        :param large: given when what was sent was too large to be read
        """
        files = debtor.env["collection.page.file"]
        return self._objection_form(debtor, {"item": item}, files._too_large() if large else None)

    def _body(self):
        """Return how large a form may be; who sends a larger one is told so, by the form itself."""
        if (request.httprequest.content_length or 0) > BODY:
            # before a byte of it is read; the server then throws it away, so that the browser listens to the answer
            abort(request.redirect(f"{self._path()}{PART}?large=1", code=303))
        return BODY

    @route(PART, methods=["POST"], max_content_length=_body)
    def object(self, debtor, form_key=None, item=None, amount=None, reason=None, text=None, **_values):
        """Raise what the form says."""
        uploads = request.httprequest.files.getlist("files")
        files = debtor.env["collection.page.file"]
        return self._submitted(
            debtor,
            "dispute",
            form_key,
            lambda: debtor._page_object(item, amount, reason, text, files._taken(uploads)),
            lambda error: self._objection_form(
                debtor, {"item": item, "amount": amount, "reason": reason, "text": text}, error
            ),
        )

    def _objection_form(self, debtor, filled, error=None):
        """Return the form.

        :param filled: what is filled in already: item, amount, reason, text
        :param error: str, what is wrong
        """
        refusal = None
        try:
            debtor._page_check_objections(coming=1)
        except UserError as limit:
            refusal = str(limit)
        values = self._values(
            debtor,
            error=error,
            refusal=refusal,
            rows=debtor._page_objectionable(),
            reasons=debtor.env["collection.dispute.reason"].search([]),
            disputes=debtor.case_ids.dispute_ids.sorted("id", reverse=True),
            filled=filled,
            longest=LONGEST_TEXT,
            most=MOST,
            each=LARGEST // MEGABYTE,
            together=LARGEST_IN_ALL // MEGABYTE,
            accept=",".join([*TYPES, *(extension for extension, _begins, _picture in TYPES.values())]),
        )
        return self._render("page_objection", values)
