"""The page behind “stop these e-mails”: it asks, and does nothing before somebody has confirmed.

Mail programs and their scanners fetch links by themselves: fetching (GET) changes nothing.
"""

from odoo import http
from odoo.http import request

ADDRESS = "/collections/opt-out/<string:token>"


class CollectionOptOut(http.Controller):
    @http.route(ADDRESS, type="http", auth="public", methods=["GET"], sitemap=False)
    def ask(self, token):
        """Show what will stop, and ask to confirm."""
        debtor, address = self._find(token)
        return self._page(debtor, address, token, "done" if debtor._forbidden_emails(address) else "ask")

    # the signature is the proof of who asks: what a mail program posts comes from no session (RFC 8058)
    @http.route(ADDRESS, type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def one_click(self, token, **post):
        """Stop at once: what a mail program posts when its own button is pressed."""
        debtor, address = self._find(token)
        if post.get("List-Unsubscribe") != "One-Click":
            return self._page(debtor, address, token, "ask")
        debtor._opt_out(address)
        return self._finished(request.make_response("", [("Content-Type", "text/plain")]))

    @http.route(f"{ADDRESS}/confirm", type="http", auth="public", methods=["POST"], sitemap=False)
    def confirm(self, token, **_post):
        """Stop, and say so."""
        debtor, address = self._find(token)
        debtor._opt_out(address)
        return self._page(debtor, address, token, "done")

    @http.route(f"{ADDRESS}/undo", type="http", auth="public", methods=["POST"], sitemap=False)
    def undo(self, token, **_post):
        """Take it back, and say so."""
        debtor, address = self._find(token)
        debtor._opt_in(address)
        # what the company has decided is not the debtor's to take back
        return self._page(debtor, address, token, "done" if debtor._forbidden_emails(address) else "undone")

    def _find(self, token):
        """Return (debtor, address) of a token.

        :raises NotFound: the same for every token that was not made here
        """
        # sudo: whoever has the signature was sent the message; nothing is read before it is checked
        debtor, address = request.env["collection.debtor"].sudo()._of_opt_out_token(token)
        if not debtor:
            raise request.not_found()
        # what is logged was said by the debtor, in the language of those who read the log
        return debtor.with_context(lang=debtor.company_id.partner_id.lang or "en_US"), address

    def _page(self, debtor, address, token, step):
        """Return the page in the debtor's language.

        :param step: "ask", "done" or "undone"
        """
        installed = dict(request.env["res.lang"].get_installed())
        wanted = (debtor._chosen_language(), debtor.partner_id.lang, debtor.company_id.partner_id.lang, "en_US")
        lang = next((code for code in wanted if code in installed), next(iter(installed)))
        values = {
            "step": step,
            "address": address,
            "company": debtor.company_id.name,
            "path": f"/collections/opt-out/{token}",
            "csrf_token": request.csrf_token(),
            "lang": lang,
            "direction": request.env["res.lang"]._lang_get(lang).direction,
        }
        # sudo: the template shows these values and reads nothing
        page = request.env["ir.qweb"].sudo().with_context(lang=lang)._render("debt_collection.opt_out_page", values)
        return self._finished(request.make_response(f"<!DOCTYPE html>\n{page}"))

    def _finished(self, response):
        """Return a response that no search engine, cache or other site keeps."""
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        return response
