"""To pay in instalments: a debtor looks at a schedule, asks for it, and follows how it goes."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.collection_plan_page_ask import FIRST_DAYS
from .page_route import CollectionPageRoute, route

TERMS = ("number", "frequency", "first")


class CollectionPagePlan(CollectionPageRoute):
    @route("/plan")
    def plan(self, debtor, **values):
        """Show the plans there are, or a form to look at a schedule."""
        return self._plan_page(debtor, self._asked_for(request.httprequest.args))

    @route("/plan/preview")
    def plan_preview(self, debtor, **_values):
        """Show the schedule of what was chosen; nothing is asked for yet."""
        asked = self._asked_for(request.httprequest.args)
        plans, page = self._plans(), request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        try:
            plans._page_check_may_ask(debtor)
            terms = plans._page_terms(debtor, page._lines(debtor), **asked)
        except UserError as error:
            response = self._plan_page(debtor, asked, error=str(error))
            response.status_code = 422
            return response
        return self._plan_page(debtor, asked, terms=terms)

    @route("/plan", methods=["POST"])
    def plan_ask(self, debtor, form_key=None, **_post):
        """Ask for the plan; what waits for nobody is signed next."""
        asked = self._asked_for(request.httprequest.form)
        plans = self._plans()

        def ask():
            plan = plans._page_ask(debtor, **asked)
            if plan.offered_on:
                return debtor.env._("Your payment plan %s is ready. Read it, and sign it.", plan.name)
            return debtor.env._("We have your request %s to pay in instalments. We will write to you.", plan.name)

        response = self._submitted(
            debtor, "plan", form_key, ask, lambda message: self._plan_page(debtor, asked, error=message)
        )
        if response.status_code == 303 and plans._page_to_sign(debtor):
            return request.redirect(f"{self._path()}/plan/sign", code=303)
        return response

    @route("/plan/agreement")
    def plan_agreement(self, debtor, number=None, **_values):
        """Send the agreement of a plan of this debtor."""
        # sudo: of the debtor whose page it is
        plan = self._plans().search(
            [
                ("case_id.debtor_id", "=", debtor.id),
                ("agreement_id", "!=", False),
                *([("name", "=", number)] if number else []),
            ],
            limit=1,
        )
        if not plan:
            raise request.not_found()
        agreement = plan.agreement_id
        return request.make_response(
            agreement.raw,
            headers=[
                ("Content-Type", agreement.mimetype),
                ("Content-Disposition", content_disposition(agreement.name)),
            ],
        )

    def _plans(self):
        return request.env["collection.plan"].sudo()  # sudo: its methods take the debtor whose page it is

    def _asked_for(self, sent):
        """Return what was chosen, as it came: the number, how often, from when on, and for which invoices."""
        return {name: sent.get(name) for name in TERMS} | {"line_ids": sent.getlist("line")}

    def _plan_page(self, debtor, asked, terms=None, error=None):
        """Return the page.

        :param asked: see `_asked_for`; what is missing is filled in
        :param terms: those of a schedule to show, see `collection.plan._page_terms`
        """
        plans, page = self._plans(), request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        shown = plans._page_plans(debtor)
        refusal, items = None, []
        try:
            plans._page_check_may_ask(debtor)
        except UserError as reason:
            refusal = str(reason)
        lines = page._lines(debtor)
        if not refusal:
            items = plans._page_items(debtor, lines)
        # a plan is in one currency: that of the oldest debt, or of what was chosen
        chosen = set(asked["line_ids"])
        first = next((line for line in items if str(line["line_id"]) in chosen), items[0] if items else None)
        wanted = request.params.get("currency")
        currency = next((line["currency"] for line in items if line["currency"].name == wanted), None)
        currency = currency or (first and first["currency"])
        items_of = [line for line in items if line["currency"] == currency]
        if not chosen:
            chosen = {str(line["line_id"]) for line in items_of if line["days_late"] > 0}
        frequencies = plans._page_frequencies(debtor)
        values = self._values(debtor)
        today = values["today"]
        values.update(
            error=error,
            plans=shown,
            declined=plans._page_declined(debtor),
            # a plan that is shown says itself why there is no form
            refusal=refusal if not shown and not error else None,
            may_ask=not refusal,
            items=items_of,
            chosen=chosen,
            currency=currency,
            currencies=sorted({line["currency"] for line in items}, key=lambda money: money.name),
            credit=-sum(line["amount"] for line in lines if not line["is_debit"] and line["currency"] == currency),
            minimum=plans._page_minimum(debtor.company_id, currency) if currency else 0.0,
            frequencies=frequencies,
            number=asked["number"] or "3",
            frequency=asked["frequency"] or next(reversed(frequencies) if debtor.payday else iter(frequencies)),
            first=asked["first"] or (today + timedelta(days=7)).isoformat(),
            last_first=(today + timedelta(days=FIRST_DAYS)).isoformat(),
            terms=terms,
            instalment_states=dict(
                request.env["collection.plan.line"]
                ._fields["state"]
                ._description_selection(request.env["collection.plan.line"].with_context(lang=values["lang"]).env)
            ),
        )
        return self._render("page_plan", values)
