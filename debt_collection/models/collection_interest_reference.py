"""A reference rate that laws refer to, such as that of a central bank: dated figures that a user adds to."""

from odoo import api, fields, models


class CollectionInterestReference(models.Model):
    _name = "collection.interest.reference"
    _description = "Reference Rate"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    half_yearly = fields.Boolean(
        default=True, help="A rate is fixed on 1 January and 1 July. You are told when the latest is missing."
    )
    rate_ids = fields.One2many("collection.interest.rate", "reference_id", string="Rates", copy=True)
    missing_since = fields.Date(
        compute="_compute_missing_since", help="The first day of the half-year whose rate is missing."
    )

    @api.depends("half_yearly", "rate_ids.date")
    @api.depends_context("collection_today")
    def _compute_missing_since(self):
        today = self.env["collection.case"]._today()
        half_year = today.replace(month=1 if today.month < 7 else 7, day=1)
        for reference in self:
            newest = max(reference.rate_ids.mapped("date"), default=None)
            missing = reference.half_yearly and (newest is None or newest < half_year)
            reference.missing_since = half_year if missing else False
