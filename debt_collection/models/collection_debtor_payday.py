"""When a debtor gets paid: said of the debtor, or of all that have one of its tags."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.contact_rules import Payday

PAYDAYS = [
    ("month", "On a day of the month"),
    ("week", "On a day of the week"),
    ("last", "On the last working day of the month"),
]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    payday_kind = fields.Selection(PAYDAYS, string="Gets Paid", help="Empty: on the payday, where one is known.")
    payday_weekday = fields.Selection(WEEKDAYS, string="Paid on")

    def _paydays(self):
        """Return {debtor: Payday, or None where it is not known}: its own, or that of one of its tags."""
        # sudo: the tags of the debtors' contacts say no more than the debtor's own payday
        return {
            debtor: payday_of(debtor.payday_kind, debtor.payday, debtor.payday_weekday)
            or next(filter(None, (tag._collection_payday() for tag in debtor.partner_id.sudo().category_id)), None)
            for debtor in self
        }

    @api.constrains("payday_kind", "payday_weekday")
    def _check_payday_weekday(self):
        for debtor in self:
            if debtor.payday_kind == "week" and not debtor.payday_weekday:
                raise ValidationError(self.env._("On which day of the week does %s get paid?", debtor.name))


def payday_of(kind, day, weekday):
    """Return a Payday from what a form says; None where it says nothing."""
    if kind == "week":
        return Payday("week", int(weekday)) if weekday else None
    if kind == "last":
        return Payday("last")
    return Payday("month", day) if day else None
