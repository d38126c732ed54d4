"""A scheme of late-payment interest: a law, or what was agreed; the rate, the way to count, the fixed sums."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import interest


class CollectionInterestScheme(models.Model):
    _name = "collection.interest.scheme"
    _description = "Late-Payment Interest"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    law = fields.Char(
        string="Named to Debtors As",
        translate=True,
        help="What the debtor is shown as the ground for the interest, such as a law or your terms of business.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    reference_id = fields.Many2one(
        "collection.interest.reference",
        string="Reference Rate",
        ondelete="restrict",
        help="Empty: the rate below is the whole rate, as agreed.",
    )
    points = fields.Float(
        string="Rate", digits=(7, 4), required=True, help="In per cent; with a reference rate, points on top of it."
    )
    per = fields.Selection([("year", "a year"), ("month", "a month")], default="year", required=True)
    rate_rule = fields.Selection(
        [
            ("period", "Of each period"),
            ("start", "Of the first day late"),
            ("payment", "Of the day of payment"),
        ],
        string="Which Rate",
        default="period",
        required=True,
        help="Where the rate changes while a payment is late: each day bears the rate in force on it, or all of them "
        "the rate of the first day late, or that of the day of payment.",
    )
    basis = fields.Selection(
        [("365", "365"), ("actual", "The days of the calendar year")],
        string="Days in a Year",
        default="365",
        required=True,
    )
    round_daily = fields.Boolean(
        string="Round Each Day",
        help="The interest of a day is rounded to the currency before it is multiplied. Off: only the total is.",
    )
    business_only = fields.Boolean(
        string="Only Between Businesses",
        default=True,
        help="Debtors that are private persons owe no interest under this scheme, unless it is set on them.",
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="For debtors in these countries, where a company takes it by country."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id, help="Of the fixed sums."
    )
    band_ids = fields.One2many("collection.interest.band", "scheme_id", string="Compensation", copy=True)
    rate_missing_since = fields.Date(related="reference_id.missing_since", string="Rate Missing Since")

    _points_positive = models.Constraint("CHECK(points >= 0)", "A rate of interest cannot be negative.")

    @api.constrains("reference_id", "per")
    def _check_per(self):
        for scheme in self:
            if scheme.reference_id and scheme.per != "year":
                raise ValidationError(
                    self.env._("“%s”: points on top of a reference rate are yearly, as it is.", scheme.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        # sudo: a company or debtor anywhere counts
        companies = self.env["res.company"].sudo()
        taken = companies.search(
            [
                "|",
                ("collection_interest_scheme_id", "in", self.ids),
                ("collection_interest_country_scheme_ids", "in", self.ids),
            ],
            limit=1,
        )
        if taken or self.env["collection.debtor"].sudo().search([("interest_scheme_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("This scheme is in use. Archive it instead."))

    def _rates(self, first_day):
        """Return the rates for a payment that is late since a day: [(from_date, yearly per cent), ...].

        The first rate of a scheme with the rule "start" is its only one.
        """
        self.ensure_one()
        yearly = self.points * (12 if self.per == "month" else 1)
        if not self.reference_id:
            return [(date.min, round(yearly, 4))]
        rates = [(row.date, round(row.rate + yearly, 4)) for row in self.reference_id.rate_ids]
        if self.rate_rule == "start":
            rate = interest.rate_on(rates, first_day)
            return [] if rate is None else [(first_day, rate)]
        return rates

    def _options(self, currency):
        """Return how this scheme counts, as keyword arguments of tools.interest.periods."""
        self.ensure_one()
        return {
            "basis": "actual" if self.basis == "actual" else 365,
            "daily_rounding": currency.decimal_places if self.round_daily else None,
            "rate_rule": "payment" if self.rate_rule == "payment" else "period",
        }

    def _compensation(self, principal, currency, company, on):
        """Return the fixed sum for an amount that was late, both in the item's currency.

        :param on: datetime.date whose exchange rate is taken where the scheme's currency is another
        """
        self.ensure_one()
        owed = currency._convert(principal, self.currency_id, company, on)
        bands = [(band.below or None, band.amount) for band in self.band_ids]
        return self.currency_id._convert(interest.compensation(owed, bands), currency, company, on)
