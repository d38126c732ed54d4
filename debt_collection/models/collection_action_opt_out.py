"""The link in an e-mail by which a debtor says that no more of them are wanted."""

from odoo import models
from odoo.tools import email_normalize


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _opt_out_url(self, address=None):
        """Return the absolute address of the page that asks the debtor to confirm; False without an e-mail address.

        :param address: the e-mail address written to; default that of the contact the notice goes to
        """
        self.ensure_one()
        key = email_normalize(address or self._address().email, strict=False)
        if not key:
            return False
        return f"{self.company_id.get_base_url()}/collections/opt-out/{self.case_id.debtor_id._opt_out_token(key)}"

    def _opt_out_urls(self, addresses=None):
        """Return {action: its link}, of those whose rules want one.

        :param addresses: {action: res.partner}, where known
        """
        wanting = self.env["collection.contact.rule"]._wants_opt_out(self)
        return {action: action._opt_out_url(addresses and addresses[action].email) for action in wanting}

    def _opt_out_headers(self, url):
        """Return the headers by which mail programs offer to opt out with one click (RFC 2369, RFC 8058)."""
        self.ensure_one()
        ways = [f"<{url}>"]
        if mailbox := self.company_id._collection_settings().collection_alias_email:
            ways.append(f"<mailto:{mailbox}?subject=unsubscribe>")
        return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
