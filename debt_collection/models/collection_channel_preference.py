"""How a debtor wants to be reached, must not be, or cannot be: by channel, and by address or number."""

import unicodedata

from odoo import api, fields, models
from odoo.tools import email_normalize


class CollectionChannelPreference(models.Model):
    _name = "collection.channel.preference"
    _description = "Channel Preference of a Debtor"
    _order = "kind, id"
    _rec_name = "address"

    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    kind = fields.Selection(
        [
            ("preferred", "Preferred"),
            ("forbidden", "Not wanted"),
            ("invalid", "Does not reach the debtor"),
        ],
        required=True,
        default="forbidden",
    )
    channel = fields.Selection(
        lambda self: self.env["collection.channel"]._selection(), help="Empty: every channel that uses the address."
    )
    address = fields.Char(string="E-mail or Number", help="Empty: whatever the address.")
    address_key = fields.Char(compute="_compute_address_key", store=True, precompute=True)
    reason = fields.Char(required=True)
    origin = fields.Selection(
        [
            ("person", "Set by a person"),
            ("call", "Said in a call"),
            ("link", "By the link in a message"),
            ("reply", "By a reply"),
            ("bounce", "A message came back"),
        ],
        required=True,
        default="person",
        readonly=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)

    _something = models.Constraint(
        "CHECK(channel IS NOT NULL OR address IS NOT NULL)", "Choose a channel, an address or number, or both."
    )

    @api.depends("address")
    def _compute_address_key(self):
        for preference in self:
            preference.address_key = self._key(preference.address)

    @api.model
    def _key(self, address):
        """Return an e-mail address or a phone number as it is compared: normalised, or its last nine digits."""
        if not address:
            return False
        if "@" in address:
            return email_normalize(address) or address.strip().lower()
        # in whatever script they are written
        digits = "".join(str(unicodedata.decimal(character)) for character in address if character.isdecimal())
        return digits[-9:] or address.strip().lower()

    @api.model
    def _note(self, debtor, kind, reason, channel=False, address=False, origin="person"):
        """Note once how a debtor wants, or does not want, to be reached; return the record.

        :param kind: "preferred", "forbidden" or "invalid"
        :param channel: code, or False for every channel that uses the address
        :param address: e-mail or number, or False for any
        :param reason: str, in words a debtor could be shown
        :raises psycopg2.errors.CheckViolation: with neither channel nor address
        """
        # sudo: what a debtor has said holds, whoever hears it
        preferences = self.sudo()
        domain = [
            ("debtor_id", "=", debtor.id),
            ("kind", "=", kind),
            ("channel", "=", channel),
            ("address_key", "=", self._key(address)),
        ]
        known = preferences.search(domain, limit=1)
        if known:
            return known
        preference = preferences.create(
            {
                "debtor_id": debtor.id,
                "kind": kind,
                "channel": channel,
                "address": address,
                "reason": reason,
                "origin": origin,
            }
        )
        if kind != "preferred":
            actions = self.env["collection.action"].sudo()
            waiting = [("case_id.debtor_id", "=", debtor.id), ("state", "in", ("proposed", "approved", "deferred"))]
            actions.search(waiting)._drop_refused()
        return preference

    def _words(self):
        """Return what this preference says, in words, for the log."""
        self.ensure_one()
        channels = dict(self._fields["channel"]._description_selection(self.env))
        what = " · ".join(filter(None, [channels.get(self.channel), self.address]))
        words = {"what": what, "reason": self.reason}
        if self.kind == "preferred":
            return self.env._("Prefers %(what)s: %(reason)s", **words)
        if self.kind == "forbidden":
            return self.env._("Not wanted: %(what)s: %(reason)s", **words)
        return self.env._("Does not reach the debtor: %(what)s: %(reason)s", **words)

    def _log(self, outcome, summary):
        """Say something of this preference in the log of the debtor's open case, or of its last one.

        :param outcome: as in the contact log
        """
        self.ensure_one()
        cases = self.debtor_id.case_ids.sorted("id", reverse=True)
        case = cases.filtered(lambda c: c.state == "open")[:1] or cases[:1]
        if case:
            case._log_contact(
                channel=self.channel or "note",
                direction="internal",
                outcome=outcome,
                user_id=self.env.uid,
                address=self.address,
                summary=summary,
            )

    def action_remove(self):
        """Take these preferences back, and say so in the log."""
        for preference in self:
            preference.debtor_id._check_may_set_channels()
            outcome = "note" if preference.kind == "preferred" else "opt_in"
            preference.sudo()._log(outcome, self.env._("No longer: %s", preference._words()))
            preference.sudo().unlink()  # sudo: access is checked above
        return {"type": "ir.actions.client", "tag": "soft_reload"}
