"""What time it is for a debtor."""

from odoo import models

from ..tools import zones


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _zone(self):
        """Return the name of the debtor's time zone; see `_zones`. Of two zones of a state, the likelier."""
        self.ensure_one()
        return self._zones()[self][0]

    def _zones(self):
        """Return {debtor: (name of a time zone, ...)}: its own, its contact's, its state's, its country's, the
        company's, or UTC.

        Several where its state lies in two, or the state is not known of a country that has many: whoever keeps to
        some hours keeps to them in each. Read in few statements, whatever the number of debtors.
        """
        partners = self.partner_id.sudo()  # sudo: only the zone is read of the debtors' contacts
        partners.fetch(["tz", "state_id", "country_id"])
        found = {}
        for debtor in self:
            partner = debtor.partner_id.sudo()
            if name := debtor.tz or partner.tz:
                found[debtor] = (name,)
                continue
            company = debtor.company_id.sudo().partner_id
            country = partner.country_id or partner.state_id.country_id
            found[debtor] = zones.zones(country.code, partner.state_id.code) or (
                (company.tz,) if company.tz else zones.zones(company.country_id.code, company.state_id.code) or ("UTC",)
            )
        return found
