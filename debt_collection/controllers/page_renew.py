"""Who has a link that is too old gets a new one, at the e-mail address that is known, and nowhere else."""

from odoo import http
from odoo.http import request

from .page_route import ROOT, CollectionPageRoute


class CollectionPageRenew(CollectionPageRoute):
    @http.route(f"{ROOT}/renew", type="http", auth="public", methods=["POST"], sitemap=False)
    def renew(self, token, form_key=None, **_values):
        """Send a new link for one that is too old; the answer does not tell whether one has left."""
        debtor = request.env["collection.debtor"]._of_old_page_token(token)
        if not debtor:
            # what opens the page, was never made here, or can ask for nothing any more: as on the page itself
            debtor, refusal = self._enter(token)
            return refusal or self._finished(request.redirect(self._path(), code=303))
        debtor._renew_page_link(form_key)
        return self._refusal("renewed", 200)
