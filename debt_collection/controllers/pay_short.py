"""Where the short link to pay in an SMS leads: to the link of the other notices."""

from odoo import http
from odoo.http import request
from odoo.tools import consteq


class CollectionPayShort(http.Controller):
    @http.route("/pay/<int:move_id>/<string:signature>", type="http", auth="public", methods=["GET"])
    def pay_short(self, move_id, signature):
        """Redirect to the long link; an unknown invoice and a wrong signature get the same answer."""
        # sudo: whoever has the signature was sent the invoice; nothing is read before it is checked
        move = request.env["account.move"].sudo().browse(move_id).exists()
        # as bytes: letters beyond ASCII cannot be compared
        if not move or not consteq(signature.encode(), move._collection_short_signature().encode()):
            raise request.not_found()
        return request.redirect(f"/collections/pay/{move.id}/{move._collection_pay_signature()}")
