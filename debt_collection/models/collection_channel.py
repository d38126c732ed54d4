"""The ways a debtor can be reached: the registry of channels.

A channel is a code here (a bridge module adds its own with `selection_add`), a record in data/, a method
`_dispatch_<code>` of collection.action that takes it, and a medium that says by which kind of address it reaches.
"""

from odoo import api, fields, models

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("registered", "Registered letter"),
    ("sms", "SMS"),
    ("call", "Phone call"),
    ("whatsapp", "WhatsApp"),
    ("social", "Social network"),
    ("visit", "Visit"),
]


class CollectionChannel(models.Model):
    _name = "collection.channel"
    _description = "Collection Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(CHANNELS, required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one record for each channel.")

    @api.model
    def _selection(self):
        """Return [(code, label)] of every channel there is, for the fields that name one."""
        return self._fields["code"]._description_selection(self.env)

    @api.model
    def _by_hand(self):
        """Return the codes of the channels that a person goes through: scheduled, and done when that one says so."""
        return ["call", "whatsapp", "social", "visit"]

    @api.model
    def _on_paper(self):
        """Return the codes of the channels that are printed as one PDF for many."""
        return ["letter", "registered"]

    @api.model
    def _to_representatives(self):
        """Return the codes of the channels by which whoever represents a debtor with a mark is written to."""
        return ["email", "letter", "registered"]

    @api.model
    def _media(self):
        """Return {code: the kind of address it reaches}: "email", "phone", "post" or "profile"."""
        return {
            "email": "email",
            "letter": "post",
            "registered": "post",
            "sms": "phone",
            "call": "phone",
            "whatsapp": "phone",
            "social": "profile",
            "visit": "post",
        }
