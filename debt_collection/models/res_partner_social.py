"""Where a debtor is found on a social network."""

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    collection_social_url = fields.Char(
        string="Social Network", help="The address of the profile by which this contact can be written to."
    )

    @api.constrains("collection_social_url")
    def _check_collection_social_url(self):
        for partner in self.filtered("collection_social_url"):
            try:
                parts = urlsplit(partner.collection_social_url.strip())
            except ValueError:
                parts = urlsplit("")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError(
                    self.env._(
                        "“%s” is no address of a profile: it begins with https://, as copied from the browser.",
                        partner.collection_social_url,
                    )
                )

    def _collections_reachable(self, channel):
        """A contact with a profile can be reached on its social network."""
        if self.env["collection.channel"]._media()[channel] == "profile":
            self.ensure_one()
            return bool(self.collection_social_url)
        return super()._collections_reachable(channel)
