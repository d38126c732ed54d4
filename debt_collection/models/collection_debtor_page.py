"""The link to a debtor's own page: signed, expiring, revocable, and telling nothing to who tries others.

How it works. A debtor has a random key that means nothing elsewhere. A link carries the key, the day until which it
opens the page, and a signature over both by the secret of the database; nothing is stored when one is made, so a notice
makes a new one each time. Another key for the debtor ends every link there is.
"""

import base64
import secrets
from datetime import date, timedelta
from hashlib import sha256
from hmac import digest

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq

from ..tools.page_link import TOKEN_LENGTH

_SCOPE = b"debt_collection-page"
_KEY, _DAY, _SIGNATURE = 10, 4, 10  # bytes: 32 characters in all, to fit an SMS
_RENEWABLE = 365  # days after its end with which a link still asks for a new one


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    page_key = fields.Char(
        copy=False, readonly=True, groups="base.group_system", default=lambda self: secrets.token_hex(_KEY)
    )

    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="The language this debtor has chosen to be written to in. Empty: that of its contact.",
    )

    _page_key_uniq = models.UniqueIndex("(page_key)")

    @api.model_create_multi
    def create(self, vals_list):
        """No key comes from outside: a `default_page_key` in the context is not listened to."""
        context = {name: value for name, value in self.env.context.items() if name != "default_page_key"}
        debtors = self.with_context(context)  # pylint: disable=context-overridden
        return super(CollectionDebtor, debtors).create(vals_list)

    def _init_column(self, column_name):
        """Leave the keys of the debtors that were there before to `init`: Odoo would give all of them the same."""
        return None if column_name == "page_key" else super()._init_column(column_name)

    def init(self):
        """Have PostgreSQL make the key of a debtor that comes by SQL, and of those that were there before."""
        result = super().init()
        self.env.cr.execute(
            """
            ALTER TABLE collection_debtor
                ALTER COLUMN page_key SET DEFAULT substr(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 1, 20);
            UPDATE collection_debtor SET page_key = DEFAULT WHERE page_key IS NULL
            """
        )
        return result

    def _page_url(self, until=None):
        """Return the absolute address of this debtor's page.

        :param until: datetime.date, the last day on which it opens; default the company's days from today
        """
        self.ensure_one()
        return f"{self.company_id.get_base_url()}{self._page_path(until)}"

    def _page_link(self):
        """Return `_page_url` for the text of a message, or None where the company shows no page."""
        shows = self and self.company_id._collection_settings().collection_page
        return self._page_url() if shows else None

    def _page_short_url(self):
        """Return the absolute address that leads to `_page_url`, short enough for an SMS and to be typed."""
        self.ensure_one()
        return f"{self.company_id.get_base_url()}/c/{self._page_token(self._page_until())}"

    @api.model
    def _page_example_url(self, company):
        """Return an address that looks like `_page_short_url` and opens nothing, to show where it will stand."""
        return f"{company.get_base_url()}/c/{'x' * TOKEN_LENGTH}"

    def _page_path(self, until=None):
        """Return the path of `_page_url`."""
        return f"/collections/page/{self._page_token(until or self._page_until())}"

    def _page_until(self):
        """Return the last day on which a link that is made today opens the page."""
        days = self.company_id._collection_settings().collection_page_days
        return self.env["collection.case"]._today() + timedelta(days=days)

    def _page_token(self, until):
        # sudo: the key alone, which leaves in the link that is made for this debtor
        said = bytes.fromhex(self.sudo().page_key) + until.toordinal().to_bytes(_DAY)
        return base64.urlsafe_b64encode(said + self._sign_page(said)).decode().rstrip("=")

    @api.model
    def _sign_page(self, said):
        # sudo: for the secret of the database, which does not leave the signature
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return digest(secret.encode(), _SCOPE + said, sha256)[:_SIGNATURE]

    @api.model
    def _of_page_token(self, token, today=None):
        """Return (debtor, "open"), or (none, why not): "unknown" or "old".

        Unknown is what was not made here, or has been revoked. Only who has a signature made here is told that it is
        old.
        """
        today = today or self.env["collection.case"]._today()
        key, until = self._read_page_token(token)
        if not key:
            return self.browse(), "unknown"
        if until < today:
            return self.browse(), "old"
        debtor = self.sudo().search([("page_key", "=", key)])  # sudo: who has the signature was sent it
        return debtor, "open" if debtor else "unknown"

    @api.model
    def _of_old_page_token(self, token, today=None):
        """Return the debtor to whom a link that is too old was sent, where a new one may be asked for with it; or none.

        Not with one that ended more than a year ago, nor with one that was revoked.
        """
        today = today or self.env["collection.case"]._today()
        key, until = self._read_page_token(token)
        if not key or not today - timedelta(days=_RENEWABLE) <= until < today:
            return self.browse()
        debtor = self.sudo().search([("page_key", "=", key)])  # sudo: see `_of_page_token`
        return debtor.filtered(lambda one: one.partner_id and one._page_link())

    @api.model
    def _read_page_token(self, token):
        """Return (key, last day) of a token that was made here, or (None, None)."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None, None
        said, signature = raw[: _KEY + _DAY], raw[_KEY + _DAY :]
        # written in one way alone: base64 leaves room to write the same in others
        whole = len(raw) == _KEY + _DAY + _SIGNATURE and base64.urlsafe_b64encode(raw).decode().rstrip("=") == token
        if not whole or not consteq(signature, self._sign_page(said)):
            return None, None
        return said[:_KEY].hex(), date.fromordinal(int.from_bytes(said[_KEY:]))

    def _revoke_page(self):
        """End every link to the page of these debtors that was ever sent."""
        self.env.cr.execute(SQL("UPDATE collection_debtor SET page_key = DEFAULT WHERE id = ANY(%s)", self.ids))
        self.invalidate_recordset(["page_key"])

    def _page_case(self):
        """Return the open case of this debtor, or its last one, or none: where what is said on the page is noted."""
        self.ensure_one()
        return self.case_ids.sorted(lambda case: (case.state == "open", case.id))[-1:]

    def _page_open_case(self):
        """Return the open case of this debtor.

        :raises UserError: when there is none: nothing is overdue
        """
        case = self._page_case()
        if case.state != "open":
            raise UserError(self.env._("Nothing is overdue any more: there is nothing left to do. Thank you."))
        return case
