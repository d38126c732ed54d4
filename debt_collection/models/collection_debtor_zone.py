"""What time it is for a debtor."""

import pytz
from odoo import models


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _zone(self):
        """Return the name of the debtor's time zone: its own, its contact's, its country's, the company's, or UTC."""
        self.ensure_one()
        partner = self.partner_id.sudo()  # sudo: only the zone is read of the debtor's contact
        country = pytz.country_timezones.get(partner.country_id.code or "", ())
        return self.tz or partner.tz or next(iter(country), None) or self.company_id.sudo().partner_id.tz or "UTC"
