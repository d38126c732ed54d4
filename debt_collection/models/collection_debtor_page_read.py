"""What a debtor writes into the forms of the page, read: days, amounts, words."""

import re
from datetime import date

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.page_amount import parse_amount


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _page_read_day(self, text):
        """Return the day a form names (ISO, as browsers send it), or None when it names none."""
        # nothing but this form: Python reads weeks and others too
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text or ""):
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def _page_read_amount(self, text, currency):
        """Return an amount as it was written, as a float rounded in a currency.

        :raises UserError: when it is none
        """
        try:
            return currency.round(float(parse_amount(text, currency.decimal_places)))
        except ValueError as error:
            example = f"{1234.5:.{currency.decimal_places}f}"
            raise UserError(
                self.env._("Write the amount with digits alone, without the currency, such as %s.", example)
            ) from error

    def _page_read_text(self, text, longest):
        """Return what was written, without what cannot be stored.

        :param longest: int, characters
        :raises UserError: when it is longer
        """
        # line ends come as two characters, and would count twice
        text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
        if len(text) > longest:
            raise UserError(
                self.env._(
                    "This text has %(number)s characters; there is room for %(longest)s. Please shorten it.",
                    number=len(text),
                    longest=longest,
                )
            )
        return text

    def _page_day(self, day):
        """Return a day as the page shows it, in the language of the page."""
        return format_date(self.env, day)
