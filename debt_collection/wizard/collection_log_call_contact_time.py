"""The time at which a debtor wants to be called, where the call is made."""

from odoo import fields, models


class CollectionLogCall(models.TransientModel):
    _inherit = "collection.log.call"

    contact_time = fields.Selection(related="case_id.contact_time")
