"""At which number a debtor is best reached."""

from collections import namedtuple
from operator import itemgetter

from odoo import models
from odoo.tools import SQL, format_date

# number: as it is written; owner: whose; note: what is known of it, in words; usable: False when it is wrong or not
# wanted; partner: the contact it was found at, or none
Number = namedtuple("Number", "number owner note usable partner")

# what somebody says who is the right one at a number
REACHED = ("reached", "promise", "dispute", "refuses", "call_back", "opt_out")


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _numbers(self, channel):
        """Return {case: [Number]}: the numbers of each debtor, the best first, those not to be used last.

        The one at which the debtor was last reached by a call, then what was noted as preferred, then the contact a
        notice goes to, then the others. In a few statements, whatever the number of cases.
        :param channel: code of a channel that uses phone numbers
        """
        # sudo: where the debtors of these cases can be reached, what they have said, and the calls made
        partners = self.partner_id.sudo()
        addresses = partners._collections_addresses(channel)
        contacts = partners.with_context(active_test=True).search(
            [("commercial_partner_id", "in", partners.ids), ("phone", "!=", False)], order="id"
        )
        contacts = contacts.grouped("commercial_partner_id")
        preferences = (
            self.env["collection.channel.preference"]
            .sudo()
            .search([("debtor_id", "in", self.debtor_id.ids), ("channel", "in", (channel, False))])
            .grouped("debtor_id")
        )
        reached = self._last_reached()
        key = self.env["collection.channel.preference"]._key
        numbers = {}
        for case in self:
            noted = preferences.get(case.debtor_id, self.env["collection.channel.preference"])
            dates = reached.get(case.id, {})
            address = addresses.get(case.partner_id.sudo(), partners.browse())
            found = {}
            own = contacts.get(case.partner_id.sudo(), partners.browse())
            for partner in [*(address & own), *(own - address)]:
                found.setdefault(key(partner.phone), (partner.phone, partner))
            for preference in noted.filtered(lambda one: one.address and "@" not in one.address):
                found.setdefault(preference.address_key, (preference.address, partners.browse()))
            for number, _date in dates.values():
                found.setdefault(key(number), (number, partners.browse()))
            listed = []
            for k, (number, partner) in found.items():
                about = noted.filtered(lambda preference, k=k: preference.address_key in (k, False))
                listed.append(self._number(number, partner, about, dates.get(k)))
            # sorting keeps the order in which they were found
            listed.sort(key=itemgetter(1))
            numbers[case] = [number for number, _rank in listed]
        return numbers

    def _number(self, number, partner, noted, reached):
        """Return (Number, its rank: the least comes first).

        :param noted: collection.channel.preference that are about this number
        :param reached: (number, datetime) of the last call that reached the debtor there, or None
        """
        against = noted.filtered(lambda one: one.kind in ("invalid", "forbidden"))
        preferred = noted.filtered(lambda one: one.kind == "preferred" and one.address)
        note = ""
        if against:
            note = against[0].reason
        elif reached:
            note = self.env._("Reached on %s", format_date(self.env, reached[1]))
        elif preferred:
            note = preferred[0].reason
        rank = (bool(against), -reached[1].timestamp() if reached else 0, not preferred)
        return Number(number, partner.display_name or "", note, not against, partner), rank

    def _best_number(self, channel):
        """Return the Number at which the debtor of this case is best reached by a channel, or None."""
        self.ensure_one()
        return next((number for number in self._numbers(channel)[self] if number.usable), None)

    def _numbers_are_used_up(self):
        """Tell whether the debtor has numbers, and none of them may be called."""
        self.ensure_one()
        numbers = self._numbers("call")[self]
        return bool(numbers) and not any(number.usable for number in numbers)

    def _last_reached(self):
        """Return {case id: {key of a number: (number, datetime)}} of the calls that reached the debtors of these cases.

        What was said in earlier cases of the same debtors counts, too.
        """
        self.env["collection.contact"].flush_model()
        self.flush_model(["debtor_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (now.id, contact.address) now.id, contact.address, contact.date
                  FROM collection_case now
                  JOIN collection_case earlier ON earlier.debtor_id = now.debtor_id
                  JOIN collection_contact contact ON contact.case_id = earlier.id
                 WHERE now.id = ANY(%s)
                   AND contact.channel = 'call' AND contact.direction = 'out' AND contact.address IS NOT NULL
                   AND contact.outcome = ANY(%s)
              ORDER BY now.id, contact.address, contact.date DESC
                """,
                self.ids,
                list(REACHED),
            )
        )
        key = self.env["collection.channel.preference"]._key
        reached = {}
        for case_id, address, date in rows:
            numbers = reached.setdefault(case_id, {})
            if key(address) not in numbers or numbers[key(address)][1] < date:
                numbers[key(address)] = (address, date)
        return reached
