"""The calls a user has made, counted on the call queue."""

from odoo import models


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    _calls_of_user = models.Index("(user_id, date) WHERE channel = 'call'")
