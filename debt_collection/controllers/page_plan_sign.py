"""A payment plan is read and signed, with Odoo's signature widget."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .page_route import ROOT, CollectionPageRoute, route


class CollectionPagePlanSign(CollectionPageRoute):
    # website: the widget lives in Odoo's public pages; not multilang: the page has a language of its own
    @route("/plan/sign", website=True, multilang=False)
    def sign_page(self, debtor, **_values):
        """Show the agreement in full, and where to sign it."""
        plans = request.env["collection.plan"].sudo()  # sudo: of the debtor whose page it is
        plan = plans._page_to_sign(debtor)[:1]
        if not plan:
            return request.redirect(f"{self._path()}/plan", code=303)
        values = self._values(debtor)
        language = values["lang"]
        request.lang = request.env["res.lang"]._get_data(code=language)
        # Odoo's public pages take their language from the request
        agreement = plan.with_context(collection_agreement_language=language)._agreement_values()
        values = {
            **values,
            **agreement,
            "path": self._path(),
            "call_url": f"{self._path()}/plan/sign/accept?terms={plan._terms_digest()}&key={values['form_key']}",
            "signer": "" if debtor.partner_id.is_company else debtor.partner_id.name,
            "html_data": {"lang": language.replace("_", "-"), "dir": values["direction"]},
        }
        # sudo: the template shows these values and reads nothing else
        qweb = request.env["ir.qweb"].sudo().with_context(lang=language)
        return request.make_response(
            f"{qweb._render('debt_collection.page_plan_sign', values)}",
            headers=[("Content-Type", "text/html; charset=utf-8")],
        )

    @http.route(f"{ROOT}/plan/sign/accept", type="jsonrpc", auth="public", methods=["POST"], sitemap=False)
    def sign(self, token, name=None, signature=None, **_values):
        """Sign the plan whose terms were shown, once; return what the widget does next."""
        debtor = self._enter_or_abort(token)
        sent = request.httprequest.args
        terms, address = sent.get("terms"), request.httprequest.remote_addr
        plans = request.env["collection.plan"].sudo()  # sudo: of the debtor whose page it is

        def sign():
            for plan in plans._page_to_sign(debtor):
                if plan._terms_digest() == terms:
                    return plan._page_sign(debtor, name, signature, address)
            raise UserError(
                debtor.env._("This plan is signed already, or has changed. Open your page again to see how it stands.")
            )

        try:
            with request.env.cr.savepoint():
                act = request.env["collection.page.act"].sudo()._once(debtor, "sign", sent.get("key"), sign)
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": f"{self._path()}?done={act.form_key}"}
