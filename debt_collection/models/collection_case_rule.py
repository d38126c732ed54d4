"""What the contact rules say of a case: when a person may call, and what is noted when one does all the same."""

from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _moment(self):
        """Return the moment (UTC) it is now; on a simulated day, that day at this hour."""
        now = fields.Datetime.now()
        if self.env.context.get("collection_today"):
            return datetime.combine(self._today(), now.time())
        return now

    def _contact_allowed(self, channel, at=None):
        """Tell whether the debtor may be contacted by a channel, for a contact a person makes.

        :param channel: code of a channel
        :param at: datetime (UTC); default now
        :return: (datetime in UTC from which it is allowed, `at` itself when it is, None for never;
            reason in words, None when allowed at once; bool, whether one may go on all the same with a reason)
        """
        self.ensure_one()
        # sudo: rules hold for whoever calls; only their words are shown
        return self.env["collection.contact.rule"].sudo()._next_allowed(self, channel, at)[self]

    def _override_contact_rule(self, channel, reason, rule):
        """Note in the log that somebody contacts the debtor against a contact rule, and why.

        :param channel: code of a channel
        :param reason: str, why all the same
        :param rule: str, what the rule said (the reason of `_contact_allowed`)
        :raises UserError: without a reason, or where the rule may not be overridden
        :raises AccessError: when the user may not work on the case
        :return: the entry
        """
        self.ensure_one()
        self._check_may_work()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the debtor is contacted all the same: the reason is kept in the log."))
        _moment, words, may_override = self._contact_allowed(channel)
        if words and not may_override:
            raise UserError(self.env._("This contact rule cannot be set aside: %s", words))
        return self._log_contact(
            channel=channel,
            direction="internal",
            outcome="override",
            summary=self.env._("Against a contact rule, because: %(reason)s (%(rule)s)", reason=reason, rule=rule),
        )
