"""The time at which a debtor wants to be called, on the case and in the order of the call queue."""

import pytz
from odoo import api, fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    contact_time = fields.Selection(related="debtor_id.contact_time")

    @api.model
    def _call_queue(self):
        """Whom it is not the time of comes last; the call-backs agreed for a moment stay first."""
        queue = super()._call_queue()
        # sudo: when the debtors of cases one may see want to be called
        later = queue.sudo().debtor_id._wants_calls_later(pytz.utc.localize(fields.Datetime.now()))
        return queue.sorted(lambda case: case.sudo().debtor_id in later and not case.call_activity_id)
