"""Paying on a debtor's page: choose, pay with Odoo's own payment form, and see that it has arrived."""

from urllib.parse import quote

from odoo import http
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.exceptions import UserError
from odoo.http import Response, request
from werkzeug.exceptions import abort

from .page_route import ROOT, CollectionPageRoute, route


class CollectionPagePay(CollectionPageRoute):
    # website: Odoo's own layout, in which its payment form lives, wants what it prepares for such routes
    @route("/pay", website=True, multilang=False)
    def pay_choose(self, debtor, **query):
        """Show exactly what will be paid, and Odoo's payment form; or what can be chosen, with what is wrong."""
        page = request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        checkouts = request.env["collection.checkout"].sudo()  # sudo: the debtor's own
        lines = page._lines(debtor)
        shown = checkouts._shown(debtor, lines)
        ticked = request.httprequest.args.getlist("line")
        if ticked and not query.get("what"):
            # by the link of an invoice in a notice
            of = next((o for o in shown["offers"] if ticked[0] in {str(line["line_id"]) for line in o["lines"]}), {})
            query = {**query, "what": "other", "for": of.get("key")}
        values = self._values(debtor, pay=shown, ticked=ticked, query=query)
        if not query.get("what"):
            return self._render("page_pay_choose", values)
        try:
            choice = checkouts._choose(shown["offers"], query.get("for"), query["what"], ticked, query.get("amount"))
        except UserError as error:
            return self._render("page_pay_choose", {**values, "error": str(error)}, 422)
        values.update(self._payment_form(debtor, choice), choice=choice)
        if not values["payment_methods_sudo"]:
            return self._render("page_pay_transfer", values)
        # what is under way is told on the page before
        values["begun_elsewhere"] = checkouts._begun_elsewhere(debtor, choice, self._monitored())
        request.lang = request.env["res.lang"]._get_data(code=values["lang"])
        # the layout is rendered as the visitor, who may be of no company of ours
        context = {name: value for name, value in request.env.context.items() if name != "allowed_company_ids"}
        request.update_env(context=context)
        values["res_company"] = debtor.company_id
        # Odoo's own page between paying and our thanks is in the same language; after what Odoo sets itself
        request.future_response.set_cookie("frontend_lang", values["lang"], samesite="Lax")
        return request.render("debt_collection.page_pay", values)

    @http.route(f"{ROOT}/pay/transaction", type="jsonrpc", auth="public", methods=["POST"], sitemap=False)
    def pay_transaction(self, token, access_token=None, **kwargs):
        """Begin the payment of what was chosen and signed; Odoo's payment form calls it.

        Of what the browser sends, only which provider and method is taken.
        :return: the values with which the provider goes on
        """
        debtor = self._enter_or_abort(token)
        PaymentPortal._validate_transaction_kwargs(kwargs)
        # who has the link neither uses nor stores cards
        if kwargs.get("flow") not in ("redirect", "direct") or kwargs.get("token_id") or kwargs.get("is_validation"):
            abort(Response(status=400))
        checkouts = request.env["collection.checkout"].sudo()  # sudo: the debtor's own
        choice = checkouts._signed(debtor, access_token)
        company, currency = choice["offer"]["company"], choice["offer"]["currency"]
        providers, methods = checkouts._methods(debtor, company, currency, choice["total"])
        provider = providers.filtered(lambda provider: provider.id == kwargs.get("provider_id"))
        method = methods.filtered(lambda method: method.id == kwargs.get("payment_method_id"))
        if not provider or not method & provider.payment_method_ids:
            abort(Response(status=400))
        transaction = PaymentPortal()._create_transaction(
            provider_id=provider.id,
            payment_method_id=method.id,
            token_id=None,
            amount=choice["total"],
            currency_id=currency.id,
            partner_id=debtor.partner_id.id,
            flow=kwargs["flow"],
            tokenization_requested=False,
            landing_route=None,
            reference_prefix=checkouts._reference_prefix(choice),
        )
        transaction.landing_route = f"{self._path()}/paid/{quote(transaction.reference)}"
        checkouts._begin(debtor, transaction, choice, request.env.context["lang"])
        return transaction._get_processing_values()

    @route("/paid/<path:reference>")
    def pay_landed(self, debtor, reference, **_values):
        """Show how a payment has ended, and what is still open."""
        # sudo: of the debtor whose page it is
        page, checkouts = request.env["collection.page"].sudo(), request.env["collection.checkout"].sudo()
        checkout = checkouts.search([("debtor_id", "=", debtor.id), ("transaction_id.reference", "=", reference)])
        if not checkout:
            return self._refusal("unknown", 404)
        still = checkouts._still_open(page._lines(debtor))
        return self._render("page_paid", self._values(debtor, checkout=checkout, still=still))

    def _payment_form(self, debtor, choice):
        """Return what Odoo's template of the payment form is given."""
        checkouts = request.env["collection.checkout"].sudo()  # sudo: the debtor's own
        offer, path = choice["offer"], self._path()
        providers, methods = checkouts._methods(debtor, offer["company"], offer["currency"], choice["total"])
        return {
            "mode": "payment",
            "allow_token_selection": False,
            "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
            "amount": choice["total"],
            "currency": offer["currency"],
            "partner_id": debtor.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": request.env["payment.token"].sudo(),
            "transaction_route": f"{path}/pay/transaction",
            "landing_route": path,
            "access_token": checkouts._sign(debtor, choice),
        }

    def _monitored(self):
        """Return the id of the transaction that this browser has begun last, or None."""
        return request.session.get("__payment_monitored_tx_id__")
