"""What waits in the queue of a channel, taken so that workers at the same time take different parts of it."""

from odoo import api, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _take_queued(self, company, channel, queue, key, after, limit, lock, ids=None):
        """Return what of a channel's queue waits to leave and no other worker is about to deliver.

        What a worker is about to deliver it marks by advisory locks, which end with its transaction: locks on the rows
        would keep the sending itself out, which has its own transactions. They only keep workers out of each other's
        way.
        :param queue: SQL, the table of what is queued, named `queued`, and how it is joined to `action`
        :param key: SQL, the column that is returned
        :param after: the key behind which to begin
        :param lock: int, sets the channel's advisory locks apart
        :param ids: of the actions to take from; default all of the company
        :return: list of keys
        """
        if company._collection_settings().collection_stopped:
            return []
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT key
                  FROM (SELECT %(key)s AS key
                          FROM collection_action action
                          JOIN %(queue)s
                         WHERE action.company_id = %(company)s
                           AND action.state = 'queued' AND action.channel = %(channel)s AND queued.state = 'outgoing'
                           AND NOT EXISTS (SELECT FROM collection_run run WHERE run.id = action.run_id AND run.paused)
                           AND %(key)s > %(after)s %(restriction)s
                      ORDER BY %(key)s
                         LIMIT 1000) AS waiting
                 WHERE pg_try_advisory_xact_lock(%(lock)s, key)
                 LIMIT %(limit)s
                """,
                key=key,
                queue=queue,
                company=company.id,
                channel=channel,
                after=after,
                restriction=SQL("AND action.id = ANY(%s)", ids) if ids is not None else SQL(),
                lock=lock,
                limit=limit,
            )
        )
        return [key for (key,) in self.env.cr.fetchall()]
