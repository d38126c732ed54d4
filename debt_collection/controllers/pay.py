"""Where the link to pay in a notice leads: to the payment page of Odoo's own portal."""

from odoo import http
from odoo.http import request
from odoo.tools import consteq


class CollectionPay(http.Controller):
    @http.route("/collections/pay/<int:move_id>/<string:signature>", type="http", auth="public", methods=["GET"])
    def pay(self, move_id, signature):
        """Redirect to the payment page of an invoice, or to the invoice when there is nothing left to pay.

        An invoice that does not exist and a signature that is wrong get the same answer.
        """
        # sudo: whoever has the signature was sent the invoice; nothing is read before it is checked
        move = request.env["account.move"].sudo().browse(move_id).exists()
        # as bytes: letters beyond ASCII cannot be compared
        if not move or not consteq(signature.encode(), move._collection_pay_signature().encode()):
            raise request.not_found()
        # Odoo's own token is made here, when a debtor asks, and never while notices are sent
        if move._has_to_be_paid():
            return request.redirect(move.get_portal_url(query_string="&payment=True", anchor="portal_pay"))
        return request.redirect(move.get_portal_url())
