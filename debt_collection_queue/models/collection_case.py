"""The daily scheduled action proposes large batches by jobs."""

from odoo import api, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _cron_assess(self):
        """Assess every company; hand the proposing of large batches to jobs."""
        self = self.with_context(collection_jobs=self.env["queue.job"]._collection_runs())
        return super()._cron_assess()
