"""Finding the promises of a period."""

from odoo import models


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    _company_date = models.Index("(company_id, date)")
    _company_judged = models.Index("(company_id, date_judged)")
