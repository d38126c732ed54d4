"""When a debtor may be contacted: what the law, a regulator or the company itself says, as dated rows."""

from odoo import api, models


class CollectionContactRule(models.Model):
    _name = "collection.contact.rule"
    _description = "Contact Rule"

    @api.model
    def _next_allowed(self, cases, channel, at=None):
        """Return when debtors may next be contacted by a channel, by the strictest rule that applies.

        :param cases: collection.case
        :param channel: code of a channel
        :param at: datetime (UTC) from which; default now
        :return: {case: (datetime in UTC, or None for never; reason in words, None when allowed at once; bool, whether
            a person may go on all the same with a reason)}
        """
        return dict.fromkeys(cases, (at, None, True))

    @api.model
    def _wants_opt_out(self, actions):
        """Return those of some actions whose message has to say how to opt out of the channel."""
        return actions.browse()
