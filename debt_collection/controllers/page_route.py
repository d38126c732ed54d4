"""How every part of the debtor's page is entered: by a link that was made here, and leaving no trace elsewhere."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, abort

ROOT = "/collections/page/<string:token>"
# of the page itself; the parts with Odoo's own payment and signature forms load scripts of others
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
LANGUAGE_COOKIE = "collections_language"


def route(path="", **routing):
    """Make a method a route below a debtor's page.

    The method gets `debtor` (collection.debtor, with rights, in the debtor's language and company) in the place of the
    token, and what else came with the request. It is not reached with a link that was never made, is old or revoked.

    :param path: str, what follows the token
    :param routing: as of `http.route`, of type "http"; methods GET unless given
    """
    options = {"type": "http", "auth": "public", "methods": ["GET"], "sitemap": False, **routing}

    def decorate(method):
        def entered(self, token, **values):
            debtor, refusal = self._enter(token)
            if refusal:
                return refusal
            # whose page it is, the link alone says; PostgreSQL takes no NUL, and a file is no word
            said = {
                name: value.replace("\0", "") if isinstance(value, str) else value
                for name, value in values.items()
                if name != "debtor" and not isinstance(value, FileStorage)
            }
            try:
                response = method(self, debtor, **said)
            except HTTPException as error:
                # raised still, so that nothing is kept of what was begun
                error.response = self._finished(error.get_response())
                raise
            return self._finished(response)

        # not functools.wraps: Odoo would then look for the parameters of the method itself
        entered.__name__ = method.__name__
        entered.__doc__ = method.__doc__
        return http.route(f"{ROOT}{path}", **options)(entered)

    return decorate


class CollectionPageRoute(http.Controller):
    def _enter(self, token):
        """Return (debtor, None), or (None, the answer to who has no link that opens a page)."""
        # sudo: whoever has the signature was sent the link; nothing is read before it is checked
        guesses = request.env["collection.page.guess"].sudo()
        address = request.httprequest.remote_addr
        debtor, state = request.env["collection.debtor"]._of_page_token(token)
        if state == "unknown":
            # who has a real link is served wherever a guesser sits: a whole office, or all behind a proxy that is not
            # set up, may share one address
            if guesses._is_limited(address):
                return None, self._refusal("limited", 429)
            guesses._count(address)
            return None, self._refusal("unknown", 404)
        if state == "old":
            renewable = request.env["collection.debtor"]._of_old_page_token(token)
            return None, self._refusal("old", 410, renewable=bool(renewable))
        company = debtor.company_id
        if not debtor.partner_id or not company._collection_settings().collection_page:
            return None, self._refusal("unknown", 404)
        request.update_context(allowed_company_ids=company.ids)
        debtor = debtor.with_company(company)
        installed = dict(request.env["res.lang"].get_installed())
        wanted = request.params.get("lang") or request.httprequest.cookies.get(LANGUAGE_COOKIE)
        language = request.env["collection.page"].sudo()._language(debtor, wanted if wanted in installed else None)
        request.update_context(lang=language)
        return debtor.with_context(**request.env.context), None

    def _enter_or_abort(self, token):
        """Return the debtor of a route of type "jsonrpc", which can answer with no page: 404 to who has no link.

        :raises HTTPException:
        """
        debtor, refusal = self._enter(token)
        if refusal:
            # what was counted stays: the exception takes back what is not committed
            request.env.cr.commit()  # pylint: disable=invalid-commit
            abort(Response(status=refusal.status_code))
        return debtor

    def _path(self):
        """Return the path of the page itself, with the token it was opened with."""
        return "/".join(request.httprequest.path.split("/")[:4])

    def _values(self, debtor, **values):
        """Return what a template of the page is given."""
        page = request.env["collection.page"].sudo()  # sudo: of the debtor whose page it is
        return {
            **page._frame(debtor, self._path(), debtor.env.context["lang"]),
            "csrf_token": request.csrf_token(),
            "error": None,
            "act": None,
            **values,
        }

    def _render(self, template, values, status=200):
        """Return a part of the page.

        :param template: str, name of a template of this module, without the module
        """
        # sudo: the template shows these values and reads nothing else
        qweb = request.env["ir.qweb"].sudo().with_context(lang=values["lang"])
        page = qweb._render(f"debt_collection.{template}", values)
        return request.make_response(
            f"<!DOCTYPE html>\n{page}",
            headers=[("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)],
            status=status,
        )

    def _submitted(self, debtor, kind, key, do, again):
        """Do what a form asks, once, and go back to the page, which says so; or show the form with what is wrong.

        :param kind: see collection.page.act
        :param key: str, the key that came with the form
        :param do: function that does it and returns the sentence the debtor is told
        :param again: function that gets what is wrong (str) and returns the form again, as it was filled in
        """
        try:
            with request.env.cr.savepoint():
                act = request.env["collection.page.act"].sudo()._once(debtor, kind, key, do)
        except UserError as error:
            response = again(str(error))
            response.status_code = 422
            return response
        return request.redirect(f"{self._path()}?done={act.form_key}", code=303)

    def _refusal(self, why, status, renewable=False):
        """Return the answer to who has no link that opens a page: the same for whatever was never made here.

        :param why: "unknown", "old", "limited", or "renewed": a new link has been asked for
        :param renewable: bool, a new link can be asked for with this one
        """
        languages = request.env["res.lang"]
        installed = dict(languages.get_installed())
        best = request.httprequest.accept_languages.best_match([code.replace("_", "-") for code in installed])
        asked = [code for code in installed if best and code.split("_")[0] == best.split("-")[0]]
        lang = next(iter(asked), "en_US" if "en_US" in installed else next(iter(installed)))
        direction = languages._lang_get(lang).direction
        values = {"why": why, "lang": lang, "direction": direction, "path": self._path(), "csrf_token": ""}
        values["renewable"] = renewable
        if renewable:
            values["csrf_token"] = request.csrf_token()
            values["form_key"] = request.env["collection.page.act"]._new_key()
        return self._finished(self._render("page_refusal", values, status))

    def _finished(self, response):
        """Return a response that no search engine, cache, frame or other site keeps."""
        if isinstance(response, str):
            response = request.make_response(response)
        elif isinstance(response, HTTPException):
            response = response.get_response()
        headers = response.headers
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        headers["Cache-Control"] = "no-store"
        # the address is the key to the page: it is told to nobody
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        policy = headers.get("Content-Security-Policy", "base-uri 'self'")
        if "frame-ancestors" not in policy:
            headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
        if (wanted := request.params.get("lang")) and wanted in dict(request.env["res.lang"].get_installed()):
            response.set_cookie(
                LANGUAGE_COOKIE,
                wanted,
                max_age=365 * 86400,
                httponly=True,
                samesite="Lax",
                path="/collections/page",
            )
        return response
