"""How the log is read by the day, for the figures of a period."""

from odoo import models


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    _of_day = models.Index("(company_id, date)")
    _corrections = models.Index("(corrects_id) WHERE corrects_id IS NOT NULL")
