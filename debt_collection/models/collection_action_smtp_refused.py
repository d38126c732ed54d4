"""What a mail server refuses at once because of the address, and e-mails to addresses that must not be written to."""

import re

from odoo import models
from odoo.tools import email_normalize

from ..tools.incoming_mail import Returned

# how Python's smtplib puts a refusal: {'name@example.com': (550, b'5.1.1 no such mailbox')}
_REFUSED = re.compile(r"['\"]([^'\"\s]+@[^'\"\s]+)['\"]: \((5\d\d), b?['\"]\s*(5\.\d{1,3}\.\d{1,3})?")


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _mark_failed(self, reason, ours=False):
        """Note the addresses that a mail server refused for good: they are not used again."""
        refused = {
            email_normalize(address)
            for address, basic, enhanced in _REFUSED.findall(str(reason or ""))
            if Returned("failed", enhanced or f"{basic[0]}.0.0").address_is_wrong and (enhanced or basic in _NO_MAILBOX)
        }
        for action in self.filtered(lambda one: one.channel == "email") if refused else ():
            for address in refused & {email_normalize(one) for one in action._written_to().split(",")}:
                self.env["collection.channel.preference"]._note(
                    action.case_id.debtor_id,
                    "invalid",
                    self.env._("The mail server refuses %s.", address),
                    channel="email",
                    address=address,
                    origin="bounce",
                )
        return super()._mark_failed(reason, ours)

    def _written_to(self):
        """Return the e-mail address of the notice as it was or is to be sent, or an empty text."""
        mail = self.mail_id.sudo()  # sudo: the debtor's own address
        return mail.recipient_ids[:1].email or mail.email_to or ""

    def _unwanted(self, addresses):
        """Return {action: why its e-mail may not leave}: it is not wanted there, or does not arrive.

        :param addresses: {action: the e-mail address it goes to}
        """
        # sudo: what a debtor has said holds, whoever sends
        preferences = self.env["collection.channel.preference"].sudo()
        found = preferences.search(
            [
                ("debtor_id", "in", self.case_id.debtor_id.ids),
                ("kind", "in", ("forbidden", "invalid")),
                ("channel", "in", (False, "email")),
            ]
        ).grouped("debtor_id")
        reasons = {}
        for action in self:
            keys = {preferences._key(one.strip()) for one in (addresses[action] or "").split(",")}
            for preference in found.get(action.case_id.debtor_id, ()):
                if not preference.address_key or preference.address_key in keys:
                    reasons.setdefault(
                        action,
                        self.env._(
                            "%(address)s is not written to: %(reason)s",
                            address=addresses[action],
                            reason=preference.reason,
                        ),
                    )
        return reasons


# refusals without an enhanced code that are about the mailbox; 554 and others may be about the sender
_NO_MAILBOX = ("550", "551", "553")
