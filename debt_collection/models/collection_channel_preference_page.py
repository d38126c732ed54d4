"""What a debtor has said on its page of how to be reached."""

from odoo import fields, models

# how a debtor says something without a colleague: its own to take back
OWN = ("link", "reply", "page")


class CollectionChannelPreference(models.Model):
    _inherit = "collection.channel.preference"

    origin = fields.Selection(selection_add=[("page", "On the debtor's page")], ondelete={"page": "cascade"})
