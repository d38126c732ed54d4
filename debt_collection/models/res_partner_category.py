"""A payday that all contacts with a tag have in common, as the employees of one ministry."""

from odoo import fields, models

from .collection_debtor_payday import PAYDAYS, WEEKDAYS, payday_of


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    collection_payday_kind = fields.Selection(PAYDAYS, string="Get Paid")
    collection_payday = fields.Integer(string="Day of the Month", help="29 to 31: the last day of a shorter month.")
    collection_payday_weekday = fields.Selection(WEEKDAYS, string="Day of the Week")

    _collection_payday_range = models.Constraint(
        "CHECK(collection_payday BETWEEN 0 AND 31)", "A payday is a day of the month, 1 to 31."
    )

    def _collection_payday(self):
        """Return the Payday of who has this tag, or None."""
        self.ensure_one()
        if not self.collection_payday_kind:
            return None
        return payday_of(self.collection_payday_kind, self.collection_payday, self.collection_payday_weekday)
