"""What a debtor did on the page: each form once, however often it is sent, and so often in a period.

It is what limits count. What was said stands in the contact log.
"""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionPageAct(models.Model):
    _name = "collection.page.act"
    _description = "Done on the Debtor's Page"
    _inherit = ["collection.protected"]
    _order = "id desc"
    _rec_name = "words"
    _protected = frozenset(["debtor_id", "kind", "form_key", "date", "words"])

    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True)
    kind = fields.Selection(
        [
            ("promise", "Promise"),
            ("plan", "Asked for a payment plan"),
            ("sign", "Signed a payment plan"),
            ("dispute", "Objection"),
            ("message", "Message"),
            ("preference", "How to be contacted"),
            ("link", "Asked for a new link"),
        ],
        required=True,
    )
    form_key = fields.Char(required=True, help="Of the form that was sent: sent twice, it is done once.")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    words = fields.Char(help="What the debtor was told had been done.")

    _once_each = models.Constraint("UNIQUE(debtor_id, form_key)", "This form has been sent already.")

    @api.model
    def _new_key(self):
        """Return the key that a form carries."""
        return secrets.token_hex(16)

    @api.model
    def _once(self, debtor, kind, key, do):
        """Do what a form asks, unless the same form was sent before.

        :param debtor: collection.debtor, with rights
        :param kind: see the field
        :param key: str, the key the form carries
        :param do: function without arguments that does it and returns what to tell the debtor
        :return: the act; that of the first time when it was sent before
        :raises UserError: of `do`, or when the form carries no key
        """
        if not re.fullmatch(r"[0-9a-f]{32}", key or ""):
            raise UserError(self.env._("This form is not complete any more. Open the page again and fill it in anew."))
        acts = self.sudo()  # sudo: who has the link to the page acts for the debtor
        # one after the other for each debtor: what is done twice at the same moment counts twice for the limits
        # (written, not only locked: who had to wait sees what was there before, so Odoo begins the request anew)
        self.env.cr.execute(SQL("UPDATE collection_debtor SET page_key = page_key WHERE id = %s", debtor.id))
        done = acts.search([("debtor_id", "=", debtor.id), ("form_key", "=", key)])
        if not done:
            done = acts.create({"debtor_id": debtor.id, "kind": kind, "form_key": key})
            done.words = do()
        return done

    @api.model
    def _check_limit(self, debtor, kind, most, reason, days=None):
        """Check that a debtor has not done something so often already; to be called in what `_once` does.

        :param most: int, how often in the period
        :param reason: str, a sentence that says what the debtor can do instead
        :param days: int, the period; default the company's
        :raises UserError: with the reason
        """
        days = days or debtor.company_id._collection_settings().collection_page_period
        since = self.env["collection.case"]._today() - timedelta(days=days)
        done = self.sudo().search_count(
            [("debtor_id", "=", debtor.id), ("kind", "=", kind), ("date", ">", since)]
        )  # sudo: see _once
        # the one that is being done is among them
        if done > most:
            raise UserError(reason)
