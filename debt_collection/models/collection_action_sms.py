"""The channel SMS: to which number, in which words, queued here; it leaves through sms_sms.py."""

import logging
import re

import psycopg2
from odoo import api, fields, models

from ..tools import sms
from ..tools.text import first_line

_logger = logging.getLogger(__name__)

E164 = re.compile(r"\+[1-9]\d{6,14}")


class CollectionAction(models.Model):
    _inherit = "collection.action"

    sms_ids = fields.One2many("sms.sms", "collection_action_id", readonly=True, groups="base.group_system")
    sms_pay_link = fields.Char(
        compute="_compute_sms_pay_link", help="The short link to pay the oldest item online, for the text of an SMS."
    )

    @api.depends("line_ids.date_due", "line_ids.item_id")
    def _compute_sms_pay_link(self):
        for action in self:
            # sudo: for the link alone
            moves = (line.item_id.sudo().move_id for line in action.line_ids.sorted("date_due"))
            payable = next((move for move in moves if move and move._has_to_be_paid()), None)
            action.sms_pay_link = payable and payable._collection_short_pay_url()

    def mail_allowed_qweb_expressions(self):
        """What a text may name; see collection_level_sms.py."""
        return (*super().mail_allowed_qweb_expressions(), "object.sms_pay_link")

    # ---- to which number ------------------------------------------------------------------------------------------

    def _sms_numbers(self):
        """Return {action: (number in E.164 or None, contact, why it cannot be used or None)}.

        One search for the numbers that nobody may write to, whatever the number of actions.
        """
        # sudo: that a number must not be used holds for whoever sends
        blacklist, preferences = self.env["phone.blacklist"].sudo(), self.env["collection.channel.preference"].sudo()
        found = {action: (action._sms_format(address), address) for action, address in self._addresses().items()}
        listed = set(blacklist.search([("number", "in", [n for n, _a in found.values() if n])]).mapped("number"))
        refused = preferences.search(
            [
                ("debtor_id", "in", self.case_id.debtor_id.ids),
                ("kind", "in", ("forbidden", "invalid")),
                ("channel", "in", (False, "sms")),
            ]
        ).grouped("debtor_id")
        return {
            action: (number, address, action._sms_refusal(number, address, listed, refused))
            for action, (number, address) in found.items()
        }

    def _sms_format(self, address):
        """Return the number of a contact in E.164, by its own, the debtor's or the company's country; or None."""
        self.ensure_one()
        country = address.country_id or self.partner_id.sudo().country_id or self.company_id.sudo().country_id
        number = address._phone_format(fname="phone", country=country) or ""
        # without the library phonenumbers Odoo returns what was typed
        number = re.sub(r"[\s().\-/]", "", number)
        number = f"+{number[2:]}" if number.startswith("00") else number
        return number if E164.fullmatch(number) else None

    def _sms_refusal(self, number, address, listed, refused):
        """Return why no SMS can go to a contact, in words; None when it can.

        :param listed: numbers on Odoo's blacklist
        :param refused: {debtor: its preferences against SMS}
        """
        name = address.display_name or self.case_id.display_name
        if not address.phone:
            return self.env._("%s has no phone number.", name)
        if not number:
            return self.env._(
                "%(number)s of %(name)s is not a number that can receive an SMS: write it with its country's code.",
                number=address.phone,
                name=name,
            )
        if number in listed:
            return self.env._("%s is on the list of numbers that must not be written to.", number)
        for preference in refused.get(self.case_id.debtor_id, ()):
            if not preference.address_key or preference.address_key == preference._key(number):
                return self.env._(
                    "No SMS to %(number)s: %(reason)s", number=preference.address or name, reason=preference.reason
                )
        return None

    # ---- in which words -------------------------------------------------------------------------------------------

    def _sms_texts(self):
        """Return {action: text}, each in its debtor's language.

        :raises Exception: whatever a broken template raises
        """
        texts = {}
        addresses = self._addresses()
        for language, actions in self.grouped(lambda a: a._language(addresses[a])).items():
            for level, group in actions.grouped("level_id").items():
                texts |= group._sms_texts_in(language, level)
        return texts

    def _sms_texts_in(self, language, level):
        """Return {action: text} in the words of one level and one language; see `_sms_texts`."""
        # sudo: the level's text, read for what it names of the debtor, which is what the debtor is sent
        mixin = self.env["mail.render.mixin"].sudo().with_context(lang=language)
        source = level.sudo().with_context(lang=language)._sms_source()
        rendered = mixin._render_template(source, "collection.action", self.ids)
        phrases = self._message_phrases(language)
        return {action: sms.plain(" ".join([rendered[action.id], *phrases[action]])) for action in self}

    def _sms_too_long(self, text):
        """Return in words that a text takes more segments than its level allows; None when it fits."""
        self.ensure_one()
        encoding, characters, number = sms.segments(text)
        most = self.level_id.sms_max_segments or 1
        if not text:
            return self.env._("The SMS has no text: write one on the level.")
        if number <= most:
            return None
        return self.env._(
            "The SMS would take %(segments)s segments (%(characters)s characters, %(encoding)s); the level allows "
            "%(most)s. Shorten its text.",
            segments=number,
            characters=characters,
            encoding=encoding,
            most=most,
        )

    # ---- into the queue -------------------------------------------------------------------------------------------

    @api.model
    def _dispatch_sms(self, actions):
        """Put each SMS in the queue; one that has no number, does not render or is too long fails alone."""
        ready = self.browse()
        numbers = actions._sms_numbers()
        for reason, group in actions.grouped(lambda action: numbers[action][2]).items():
            if reason:
                group._mark_failed(reason)
            else:
                ready |= group
        if ready:
            self._queue_sms({action: numbers[action][:2] for action in ready})

    @api.model
    def _queue_sms(self, numbers):
        """Put an SMS for each action in the queue.

        :param numbers: {action: (number, contact)}
        """
        actions = self.browse(action.id for action in numbers)
        try:
            with self.env.cr.savepoint():
                texts = actions._sms_texts()
        except Exception as error:
            if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
                # the database's trouble, not the text's
                raise
            if len(actions) > 1:
                for action in actions:
                    self._queue_sms({action: numbers[action]})
                return
            _logger.warning("Collections: SMS %s does not render", actions.id, exc_info=True)
            actions._mark_failed(self.env._("The text could not be made: %s", first_line(error)), ours=True)
            return
        fitting = self.browse()
        for action in actions:
            if reason := action._sms_too_long(texts[action]):
                action._mark_failed(reason, ours=True)
            else:
                fitting |= action
        for company, group in fitting.grouped("company_id").items():
            # sudo: made for the notice, not in the name of the user's own rights; of the company whose account pays
            group.sudo().with_company(company)._make_sms(numbers, texts)
        fitting._set_state("queued", outcome=False)

    def _make_sms(self, numbers, texts):
        """Create the SMS of these actions and what ties delivery reports to them."""
        self.sms_ids.filtered(lambda one: one.state == "outgoing").action_set_canceled()
        made = self.env["sms.sms"].create(
            [
                {
                    "collection_action_id": action.id,
                    "number": numbers[action][0],
                    "partner_id": numbers[action][1].id,
                    "body": texts[action],
                }
                for action in self
            ]
        )
        self.env["sms.tracker"].create(
            [{"sms_uuid": one.uuid, "collection_action_id": one.collection_action_id.id} for one in made]
        )

    def _set_state(self, state, **values):
        """Take the SMS of actions that are called off out of the queue."""
        result = super()._set_state(state, **values)
        if state == "cancelled":
            # sudo: see _queue_sms
            waiting = self.sudo().filtered(lambda action: action.channel == "sms").sms_ids
            waiting.filtered(lambda one: one.state == "outgoing").action_set_canceled()
        return result

    # ---- what became of it ----------------------------------------------------------------------------------------

    def _mark_sms_sent(self, number, text):
        """Note that this SMS was taken by the provider: its level counts; the log keeps words, number and cost.

        :param number: str, E.164
        :param text: str, as it left
        """
        self.ensure_one()
        count = sms.segments(text)[2]
        summary = self.env._("SMS sent to %(number)s, segments: %(segments)s.", number=number, segments=count)
        self._count(summary)
        self.case_id._log_contact(
            action_id=self.id,
            channel="sms",
            direction="out",
            outcome="sent",
            summary=summary,
            amount=self.amount,
            user_id=self.approved_by_id.id or self.env.uid,
            address=number,
            cost=count * self.company_id._collection_settings().collection_sms_cost,
            text=text,
        )
