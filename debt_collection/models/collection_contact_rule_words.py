"""Why a contact waits, in words a debtor could be shown."""

from odoo import models
from odoo.tools import format_datetime, format_list


class CollectionContactRule(models.Model):
    _inherit = "collection.contact.rule"

    def _words(self, reason, moment, zone, channel):
        """Return why a contact waits and until when.

        :param reason: Reason of tools/contact_rules.py, by this rule (none: by the debtor's payday)
        :param moment: datetime (UTC) from which it is allowed; None: never
        :param zone: name of the debtor's time zone
        :param channel: code of the channel
        """
        rule = self.law or self.name
        why = self._why(reason, channel)
        if not self:
            return self.env._("It waits for the debtor's payday: %s.", self._moment_words(moment, zone))
        if moment is not None:
            return self.env._(
                "%(rule)s: %(why)s Next on %(moment)s.",
                rule=rule,
                why=why,
                moment=self._moment_words(moment, zone),
            )
        if reason.code in ("banned", "response"):
            return self.env._("%(rule)s: %(why)s", rule=rule, why=why)
        return self.env._("%(rule)s: %(why)s With the other rules it leaves no moment at all.", rule=rule, why=why)

    def _moment_words(self, moment, zone):
        """Return a moment by the debtor's clock, and whose clock that is."""
        at = format_datetime(self.env, moment, tz=zone, dt_format="short")
        return self.env._("%(moment)s (%(zone)s time)", moment=at, zone=zone.split("/")[-1].replace("_", " "))

    def _why(self, reason, channel):
        """Return what of this rule stands against a contact."""
        labels = dict(self.env["collection.channel"]._selection())
        channels = format_list(self.env, [labels[code] for code in self.channel_ids.mapped("code")])
        texts = {
            "cap": self.env._(
                "%(number)s contacts in %(days)s days were made (%(channels)s).",
                number=self.number,
                days=self.days,
                channels=channels or self.env._("all channels"),
            ),
            "conversation": self.env._("there was a conversation less than %s days ago.", self.days),
            "gap": self.env._("%s hours between two contacts are not over.", self.gap)
            if self.gap_unit == "hours"
            else self.env._("%s days between two contacts are not over.", self.gap),
            "hours": self.env._("not at this hour."),
            "day": self.env._("not on this day of the week."),
            "closed": self.env._("not on a public holiday."),
            "holiday": self.env._("not on a public holiday."),
            "response": self.env._("the debtor's answer to the last message is waited for."),
            "banned": self.env._("an objection of the debtor is open.")
            if self.kind == "objection"
            else self.env._("no contact by this channel (%s).", labels[channel]),
        }
        return texts.get(reason.code, "")
