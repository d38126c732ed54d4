"""What the scheduled actions want to know of our jobs: which are on their way, and whether anybody does them."""

import logging
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# how long jobs may wait without any being begun, before the scheduled action does the work itself
PATIENCE = timedelta(minutes=10)
KEY = "debt.collection/"
WAITING = ("pending", "enqueued")


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model
    def _collection_key(self, *words):
        """Return the identity key of a job of ours, or the beginning that several have in common."""
        return KEY + "/".join(map(str, words))

    @api.model
    def _collection_unfinished(self, beginning, states=(*WAITING, "started")):
        """Return our jobs that are still to be done or are being done.

        :param beginning: str, of their identity keys
        """
        # sudo: jobs belong to the administrator; what is on its way is only looked at
        beginning = beginning or KEY
        return self.sudo().search([("identity_key", "=like", f"{beginning}%"), ("state", "in", states)])

    @api.model
    def _collection_runs(self):
        """Return whether jobs of ours can be expected to be done: none has been waiting long, or some were begun."""
        long_ago = fields.Datetime.now() - PATIENCE
        waiting = self._collection_unfinished(KEY, WAITING).filtered(
            lambda job: (job.eta or job.date_created) < long_ago
        )
        if not waiting:
            return True
        ours = [("channel", "in", waiting.mapped("channel")), ("date_started", ">", long_ago)]
        if self.sudo().search_count(ours, limit=1):  # sudo: see _collection_unfinished
            return True
        _logger.warning(
            "Collections: %s jobs wait and none was begun for %s minutes: is a job runner serving this database? The "
            "scheduled action does the work itself meanwhile.",
            len(waiting),
            PATIENCE.seconds // 60,
        )
        return False

    @api.model
    def _collection_part(self, name, default):
        """Return how much is one job, as a system parameter says."""
        # sudo: parameters belong to the administrator
        value = self.env["ir.config_parameter"].sudo().get_param(f"debt_collection_queue.{name}_part")
        return max(int(value), 1) if value and value.isdecimal() else default
