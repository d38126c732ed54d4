"""Where the short address in an SMS or a letter leads: to the debtor's page, which looks at the token."""

import re

from odoo import http
from odoo.http import request

from ..tools.page_link import TOKEN_LENGTH


class CollectionPageShort(http.Controller):
    @http.route("/c/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def short(self, token):
        """Redirect to the page, without asking the database; what can be no token is not found."""
        if not re.fullmatch(rf"[\w-]{{{TOKEN_LENGTH}}}", token, re.ASCII):
            raise request.not_found()
        response = request.redirect(f"/collections/page/{token}")
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
