"""The channel WhatsApp: a message prepared, opened by a link, and logged when a person says it was sent."""

from urllib.parse import quote

from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_whatsapp(self, actions):
        """Schedule the messages for the collectors; one without a number that WhatsApp takes fails."""
        numbers = actions._whatsapp_numbers()
        unreachable = actions.filtered(lambda action: not numbers[action])
        if unreachable:
            unreachable._mark_failed(
                self.env._("There is no number with its country code that could be used on WhatsApp.")
            )
        (actions - unreachable)._schedule_messages("debt_collection.activity_type_whatsapp", numbers)

    def _whatsapp_numbers(self):
        """Return {action: the number it goes to as WhatsApp wants it, in international form; or None}."""
        numbers = self.case_id._numbers("whatsapp")
        return {
            action: next(
                filter(
                    None,
                    (
                        self._international(number.number, number.partner or action.partner_id.sudo())
                        for number in numbers[action.case_id]
                        if number.usable
                    ),
                ),
                None,
            )
            for action in self
        }

    @api.model
    def _international(self, number, partner):
        """Return a phone number as “+” and digits, or None when it has no country code and none is known.

        :param partner: res.partner, whose country is that of a number written without one
        """
        if not number:
            # Odoo would take the contact's own
            return None
        # sudo: the country of the debtor's contact alone
        number = partner.sudo()._phone_format(number=number, force_format="E164") or ""
        digits = "".join(character for character in number if character.isdigit())
        if number.strip().startswith("00"):
            digits = digits[2:]
        elif not number.strip().startswith("+"):
            return None
        # E.164: at most fifteen digits; shorter than seven there is no subscriber
        return f"+{digits}" if 7 <= len(digits) <= 15 else None

    @api.model
    def _whatsapp_link(self, number, text):
        """Return the link that opens WhatsApp with a message to a number; it is sent by a person there.

        :param number: str, “+” and digits
        """
        return f"https://wa.me/{number.lstrip('+')}?text={quote(text, safe='')}"
