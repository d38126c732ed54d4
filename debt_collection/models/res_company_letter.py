"""What a company decides about its letters: their order, what is printed around them, what they cost."""

from string import Formatter
from urllib.parse import quote, urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_letter_order = fields.Selection(
        [("postcode", "Country and postcode"), ("name", "Debtor"), ("language", "Language, then postcode")],
        string="Order of Letters",
        default="postcode",
        required=True,
        help="The order in which the letters of a batch are printed. With the postcode, those of the company's own "
        "country come first.",
    )
    collection_letter_list = fields.Boolean(
        string="List of Letters",
        default=True,
        help="The PDF of a batch begins with a list of its letters.",
    )
    collection_letter_separators = fields.Boolean(
        string="Separator Sheets", help="A sheet with the number and the debtor stands before each letter."
    )
    collection_letter_both_sides = fields.Boolean(
        string="Printed on Both Sides",
        help="A blank page follows a letter with an odd number of pages: none begins on the back of another.",
    )
    collection_letter_cost = fields.Monetary(string="Cost of a Letter", help="Postage and paper, for the contact log.")
    collection_registered_cost = fields.Monetary(
        string="Cost of a Registered Letter", help="Postage and paper, for the contact log."
    )
    collection_registered_url = fields.Char(
        string="Tracking Page",
        help="The carrier's page about a registered letter, with {ref} in place of the tracking number.",
    )

    _collection_letter_costs = models.Constraint(
        "CHECK(collection_letter_cost >= 0 AND collection_registered_cost >= 0)",
        "The cost of a letter cannot be negative.",
    )

    @api.constrains("collection_registered_url")
    def _check_collection_registered_url(self):
        for company in self.filtered("collection_registered_url"):
            url = company.collection_registered_url
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or _placeholders(url) != ["ref"]:
                raise ValidationError(
                    self.env._(
                        "“%s” is not the address of a tracking page: it begins with https:// and has {ref} once, where "
                        "the tracking number belongs.",
                        url,
                    )
                )

    def _collection_tracking_url(self, reference):
        """Return the carrier's page about a tracking number, or False."""
        self.ensure_one()
        url = self._collection_settings().collection_registered_url
        return bool(url and reference) and url.format(ref=quote(reference, safe=""))

    def _collection_letter_costs_of(self, channel):
        """Return what one letter by a channel costs, in the company's currency."""
        settings = self._collection_settings()
        return settings.collection_registered_cost if channel == "registered" else settings.collection_letter_cost


def _placeholders(url):
    """Return the names in braces of an address; None when the braces make no sense."""
    try:
        found = [
            (name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(url) if name is not None
        ]
    except ValueError:
        return None
    return None if any(spec or conversion for _name, spec, conversion in found) else [name for name, _s, _c in found]
