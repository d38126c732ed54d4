"""Contact rules in the settings: a preset is used with one click."""

from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_use_contact_rules(self):
        """Use a preset of contact rules (`preset` in the context) for the current company, and show its rows."""
        return self.env["collection.contact.rule"].action_use_preset()
