"""At which time of the day a debtor wants to be called."""

from odoo import fields, models
from pytz import timezone

# the hours a time of the day begins and ends at, where the debtor is
HOURS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    contact_time = fields.Selection(
        [("morning", "In the morning"), ("afternoon", "In the afternoon"), ("evening", "In the evening")],
        string="Best Time to Call",
        help="Said by the debtor. In the call queue whom it is not the time of comes later. Empty: any.",
    )

    def _wants_calls_later(self, now):
        """Return those of these debtors who have named a time of the day that it is not where they are.

        :param now: datetime (UTC, aware)
        """
        particular = self.filtered("contact_time")
        zones = particular._zones()
        return particular.filtered(
            lambda debtor: (
                not any(
                    HOURS[debtor.contact_time][0] <= now.astimezone(timezone(zone)).hour < HOURS[debtor.contact_time][1]
                    for zone in zones[debtor]
                )
            )
        )
