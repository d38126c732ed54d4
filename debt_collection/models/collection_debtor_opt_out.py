"""A debtor says to which address no e-mail is wanted, and may take it back."""

import binascii

from odoo import api, models
from odoo.tools import email_normalize, hash_sign, verify_hash_signed

from .collection_channel_preference_page import OWN

_SCOPE = "debt_collection-opt_out"


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _opt_out_token(self, address):
        """Return what only this database can have written about this debtor and an e-mail address."""
        self.ensure_one()
        # sudo: for the secret of the database, which does not leave the signature
        return hash_sign(self.env(su=True), _SCOPE, [self.id, "email", address])

    @api.model
    def _of_opt_out_token(self, token):
        """Return (debtor, address) that a token is about; (none, None) when it was not made here, or was altered."""
        try:
            # sudo: see `_opt_out_token`
            debtor_id, channel, address = verify_hash_signed(self.env(su=True), _SCOPE, token) or (0, None, None)
        except (ValueError, binascii.Error):
            return self.browse(), None
        # as written here, letter by letter: base64 leaves room to write the same in other ways
        debtor = self.browse(debtor_id).exists() if channel == "email" else self.browse()
        if not debtor or debtor._opt_out_token(address) != token:
            return self.browse(), None
        return debtor, address

    def _forbidden_emails(self, address):
        """Return the preferences by which this debtor gets no e-mail at an address, whoever has set them."""
        preferences = self.env["collection.channel.preference"].sudo()  # sudo: the debtor's own
        return preferences.search(
            [
                ("debtor_id", "=", self.id),
                ("kind", "=", "forbidden"),
                ("channel", "=", "email"),
                ("address_key", "=", preferences._key(address)),
            ]
        )

    def _opt_out(self, address):
        """Note that the debtor wants no more e-mail to an address, as the link says; once, however often it is used.

        :return: bool, whether it was news
        """
        self.ensure_one()
        self._lock_opt_out()
        if not self._forbid_email(address, "link"):
            return False
        self._log_opt(address, "opt_out", self.env._("No e-mail is wanted at %s any more (link in a message)", address))
        return True

    def _opt_in(self, address):
        """Take back what `_opt_out`, a reply or the page has noted. What a person of the company has forbidden stays.

        :return: bool, whether there was anything to take back
        """
        self.ensure_one()
        self._lock_opt_out()
        preferences = self._forbidden_emails(address).filtered(lambda one: one.origin in OWN)
        if not preferences:
            return False
        preferences.unlink()
        self._log_opt(address, "opt_in", self.env._("E-mail is welcome at %s again (link in a message)", address))
        return True

    def _forbid_email(self, address, origin):
        """Note that e-mail to an address is not wanted, and take back what waits to leave for it.

        :param origin: "link", "reply" or "page"
        :return: bool, whether it was news
        """
        self.ensure_one()
        if self._forbidden_emails(address):
            return False
        reason = self.env._("The debtor does not want e-mail at %s.", address)
        self.env["collection.channel.preference"]._note(
            self, "forbidden", reason, channel="email", address=address, origin=origin
        )
        # sudo: what waits for this debtor, whoever has approved it
        waiting = self.case_ids.sudo().action_ids.filtered(lambda a: a.state == "queued" and a.channel == "email")
        for action in waiting.filtered(lambda a: email_normalize(a._written_to(), strict=False) == address):
            action.mail_id.cancel()
            action._mark_failed(reason)
        self.case_ids.filtered(lambda case: case.state == "open")._reassess()
        return True

    def _log_opt(self, address, outcome, summary):
        """Say so in the log and the chatter of the open case, or else of the last one."""
        case = self.case_ids.sorted(lambda one: (one.state == "open", one.id))[-1:]
        if case:
            case._log_contact(channel="email", direction="in", outcome=outcome, address=address, summary=summary)
            case.message_post(body=summary, author_id=case.partner_id.id, partner_ids=case.user_id.partner_id.ids)

    def _lock_opt_out(self):
        """Let two clicks at the same moment come one after the other."""
        self.env.cr.execute("SELECT FROM collection_debtor WHERE id = %s FOR NO KEY UPDATE", self.ids)
