"""The channel visit: an activity with the postal address; the action counts as sent when somebody was there."""

from urllib.parse import urlencode

from markupsafe import Markup
from odoo import api, models

from ..tools.text import filled_lines


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_visit(self, actions):
        """Schedule the visits for the collectors; one without a postal address fails."""
        addresses = actions._addresses()
        unreachable = actions.filtered(lambda action: not addresses[action]._collections_reachable("visit"))
        if unreachable:
            unreachable._mark_failed(self.env._("There is no postal address to visit."))
        standing = actions - unreachable
        standing._schedule_by_hand(
            "debt_collection.activity_type_visit",
            {
                action: Markup('<p>%s<br/><a href="%s" target="_blank" rel="noreferrer">%s</a></p><ul>%s</ul>')
                % (
                    Markup("<br/>").join(action._address_lines(addresses[action])),
                    self._map_link(addresses[action]),
                    self.env._("Show on the map"),
                    Markup().join(Markup("<li>%s</li>") % item for item in action._claim_lines()),
                )
                for action in standing
            },
        )

    @api.model
    def _map_link(self, address):
        """Return the link to OpenStreetMap for the postal address of a contact."""
        return f"https://www.openstreetmap.org/search?{urlencode({'query': self._postal_line(address)})}"

    @api.model
    def _postal_line(self, address):
        """Return the postal address of a contact in one line, without its name."""
        return ", ".join(filled_lines(address._display_address(without_company=True)))
