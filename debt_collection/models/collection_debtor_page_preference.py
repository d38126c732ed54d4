"""How a debtor wants to be contacted, as it says on its page: language, way, time, payday, and what not."""

from collections import namedtuple

from odoo import models
from odoo.exceptions import UserError

from .collection_channel_preference_page import OWN

# what may be preferred, and refused; letters cannot be: what the law asks for must reach the debtor
PREFERABLE = ("email", "letter", "sms", "call", "whatsapp")
REFUSABLE = ("sms", "call", "whatsapp", "social")
CHANGES_A_DAY = 10

# a way of contact on the form: its key, channel (code), e-mail address or False, the preferences against it, and
# whether it is the company that does not use it
Way = namedtuple("Way", "key channel address against locked")
# what has changed: channel and outcome for the log, and the function that says it for a debtor, in its language
Change = namedtuple("Change", "channel outcome say")


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _page_channels(self, codes):
        """Return {code: name} of those channels that are in use."""
        channels = self.env["collection.channel"].sudo().search([("code", "in", codes)])  # sudo: the names
        return {channel.code: channel.name for channel in channels}

    def _page_ways(self):
        """Return [Way] of all that this debtor may refuse, or has refused."""
        self.ensure_one()
        forbidden = self.preference_ids.filtered(lambda one: one.kind == "forbidden")
        mails = forbidden.filtered(lambda one: one.channel in (False, "email"))
        address = self.partner_id._collections_address("email", self.company_id)
        own = mails.filtered(lambda one: one.origin in OWN and one.channel)
        ways = []
        for email in filter(None, dict.fromkeys([address.email_normalized, *own.mapped("address_key")])):
            against = mails.filtered(lambda one, email=email: one.address_key in (False, email))
            ways.append(self._page_way(f"email:{email}", "email", email, against))
        for code in self._page_channels(REFUSABLE):
            against = forbidden.filtered(lambda one, code=code: one.channel == code)
            ways.append(self._page_way(code, code, False, against))
        return ways

    def _page_way(self, key, channel, address, against):
        locked = any(one.origin not in OWN for one in against)
        return Way(key, channel, address, against, locked)

    def _page_preferred(self):
        """Return the preference by which this debtor has named a way on its page, or none."""
        return self.preference_ids.filtered(lambda one: one.kind == "preferred" and one.origin == "page")[:1]

    def _page_payday(self):
        """Return the day of the month on which this debtor gets paid; 0: not known, or not a day of the month."""
        return self.payday if self.payday_kind in (False, "month") else 0

    def _page_prefer(self, lang, prefer, contact_time, payday, refused):
        """Do what this debtor says of how to contact it, note each change in the log, and confirm it.

        :param lang: code, or empty: that of its contact
        :param prefer: code of a channel, or empty
        :param contact_time: see the field, or empty
        :param payday: str, a day of the month, or empty
        :param refused: {str}, keys of `_page_ways`
        :return: str, what the debtor is told
        :raises UserError: says what to put right; nothing is saved
        """
        self.ensure_one()
        self._lock_opt_out()
        self.env["collection.page.act"]._check_limit(
            self,
            "preference",
            CHANGES_A_DAY,
            self.env._(
                "This has been changed %s times today. Please come back tomorrow, or write to us.", CHANGES_A_DAY
            ),
            days=1,
        )
        ways = self._page_ways()
        self._page_check_preferences(lang, prefer, contact_time, refused, ways)
        payday = self._page_read_payday(payday)
        colleague = self.with_context(lang=self.company_id.partner_id.lang or "en_US")
        changes = [
            *colleague._page_change_language(lang),
            *colleague._page_change_time(contact_time),
            *colleague._page_change_payday(payday),
            *colleague._page_change_preferred(prefer),
            *(change for way in ways for change in colleague._page_change_way(way, way.key in refused)),
        ]
        # from here on in the language that was just chosen
        debtor = self.with_context(lang=self.env["collection.page"]._language(self, lang or None))
        if not changes:
            return debtor.env._("Nothing has changed: this is how we contact you.")
        case = colleague._page_case()
        for change in changes if case else ():
            case._log_contact(
                channel=change.channel,
                direction="in",
                outcome=change.outcome,
                summary=case.env._("On the debtor's page: %s", change.say(colleague)),
            )
        if case:
            said = " ".join(change.say(colleague) for change in changes)
            case._tell_from_page(case.env._("On the debtor's page: %s", said))
            case.filtered(lambda one: one.state == "open")._reassess()
        words = [change.say(debtor) for change in changes]
        title = debtor.env._("How we contact you from now on")
        debtor._page_confirm(title, [debtor.env._("Thank you. We have noted:"), *words], debtor.env.lang)
        return debtor.env._("Thank you. We have noted: %s", " ".join(words))

    def _page_check_preferences(self, lang, prefer, contact_time, refused, ways):
        """Check that what came with the form is on it.

        :raises UserError:
        """
        if (
            (lang and lang not in dict(self.env["res.lang"].get_installed()))
            or (prefer and prefer not in self._page_channels(PREFERABLE))
            or (contact_time and contact_time not in dict(self._fields["contact_time"].selection))
            or not refused <= {way.key for way in ways}
        ):
            raise UserError(
                self.env._("Something you chose is not offered any more. Look again, and choose from the lists.")
            )
        mails = [way.key in refused or way.locked for way in ways if way.channel == "email"]
        unwanted = {way.channel for way in ways if way.channel != "email" and (way.key in refused or way.locked)}
        if mails and all(mails):
            unwanted.add("email")
        if prefer in unwanted:
            raise UserError(
                self.env._(
                    "You prefer a way that is not to be used: %s. Choose another one, or allow it.",
                    self._page_channels(PREFERABLE)[prefer],
                )
            )

    def _page_read_payday(self, text):
        """Return a day of the month, 0 for none.

        :raises UserError: when it is neither
        """
        text = (text or "").strip()
        day = int(text) if text.isdecimal() and len(text) <= 2 else 0
        if text and not 1 <= day <= 31:
            raise UserError(self.env._("The day on which you get paid is a day of the month: 1 to 31, or empty."))
        return day

    # ---- each change: what is done, and how it is said ------------------------------------------------------------

    def _page_change_language(self, lang):
        if (self.lang or "") == (lang or ""):
            return
        self.write({"lang": lang or False})
        name = self.env["res.lang"]._lang_get(lang).name.split(" / ")[-1] if lang else ""
        yield Change(
            "note",
            "note",
            lambda debtor: debtor.env._("Language: %s.", name) if name else debtor.env._("Language: no preference."),
        )

    def _page_change_time(self, contact_time):
        if (self.contact_time or "") == (contact_time or ""):
            return
        self.write({"contact_time": contact_time or False})

        def say(debtor):
            names = dict(debtor._fields["contact_time"]._description_selection(debtor.env))
            if contact_time:
                return debtor.env._("Best time to call: %s.", names[contact_time])
            return debtor.env._("Best time to call: any.")

        yield Change("note", "note", say)

    def _page_change_payday(self, payday):
        if self._page_payday() == payday:
            return
        self.write({"payday": payday, "payday_kind": "month" if payday else False})
        yield Change(
            "note",
            "note",
            lambda debtor: (
                debtor.env._("Payday: day %s of the month.", payday) if payday else debtor.env._("Payday: not said.")
            ),
        )

    def _page_change_preferred(self, prefer):
        before = self._page_preferred()
        if (before.channel or "") == (prefer or ""):
            return
        before.unlink()
        if prefer:
            reason = self.env._("The debtor has chosen it.")
            self.env["collection.channel.preference"]._note(self, "preferred", reason, channel=prefer, origin="page")

        def say(debtor):
            if prefer:
                return debtor.env._("Preferred way: %s.", debtor._page_channels(PREFERABLE)[prefer])
            return debtor.env._("Preferred way: none in particular.")

        yield Change(prefer or "note", "note", say)

    def _page_change_way(self, way, refused):
        own = way.against.filtered(lambda one: one.origin in OWN)
        if way.locked or bool(own) == refused:
            return
        if not refused:
            own.unlink()
            yield Change(way.channel, "opt_in", lambda debtor: debtor._page_way_words(way, refused))
            return
        if way.address:
            self._forbid_email(way.address, "page")
        else:
            self._page_forbid(way.channel)
        yield Change(way.channel, "opt_out", lambda debtor: debtor._page_way_words(way, refused))

    def _page_forbid(self, channel):
        """Note that a channel is not wanted, and take back what a person was to do by it."""
        name = self._page_channels(REFUSABLE)[channel]
        reason = self.env._("The debtor does not want to be contacted this way: %s.", name)
        self.env["collection.channel.preference"]._note(self, "forbidden", reason, channel=channel, origin="page")
        # sudo: what waits for this debtor, whoever has approved it
        self.case_ids.sudo().action_ids.filtered(
            lambda action: action.state == "queued" and action.channel == channel
        )._mark_failed(reason)

    def _page_way_words(self, way, refused):
        if way.address:
            if refused:
                return self.env._("No e-mail to %s any more.", way.address)
            return self.env._("E-mail to %s is welcome again.", way.address)
        name = self._page_channels(REFUSABLE)[way.channel]
        if refused:
            return self.env._("Not wanted any more: %s.", name)
        return self.env._("Welcome again: %s.", name)
