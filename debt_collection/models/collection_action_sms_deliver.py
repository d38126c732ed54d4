"""The queue of SMS: a slice at a time, what a worker that is gone left behind, and what somebody cancelled."""

from odoo import api, models
from odoo.tools import SQL

# few enough for a slow provider to take within the time of a scheduled action
SLICE = 10
# sets the advisory locks on what is being delivered apart from other uses of such locks in the database
SLICE_LOCK = 1_147_366_490


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _deliver_sms(self, company, ids=None):
        """Let the queued SMS of a company leave, a slice at a time; workers at the same time take other slices.

        :param ids: of the actions to deliver; default all of the company
        :return: (number of SMS handed over; the seconds left to the scheduled action, 0: stop; whether the provider
            is away)
        """
        handled, last, there, in_time = 0, 0, True, self._checkpoint()
        while in_time and there and (waiting := self._take_sms(company, last, ids)):
            # sudo: made for the notices, whoever sends them
            there = self.env["sms.sms"].sudo().browse(waiting)._send_notices()
            in_time = self._checkpoint(len(waiting))
            self.env.invalidate_all()
            handled, last = handled + len(waiting), waiting[-1]
        return handled, in_time, not there

    @api.model
    def _take_sms(self, company, after, ids=None):
        """Return the ids of the next queued SMS that no other worker is about to deliver.

        :param after: id of the SMS behind which to begin
        """
        self.env["sms.sms"].flush_model()
        queue = SQL("sms_sms queued ON queued.collection_action_id = action.id")
        return self._take_queued(company, "sms", queue, SQL("queued.id"), after, SLICE, SLICE_LOCK, ids)

    @api.model
    def _settle_sms(self, company, ids=None):
        """End the actions whose SMS a worker that is gone was sending, or somebody cancelled or deleted.

        Who sends holds a lock on the row of the SMS; where we can take it, nobody is working on it.
        :param ids: of the actions to settle; default all of the company
        """
        domain = [("company_id", "=", company.id), ("channel", "=", "sms"), ("state", "in", ("sending", "queued"))]
        if not self.search_count(domain, limit=1):
            return
        self.flush_model()
        self.env["sms.sms"].flush_model()
        chosen = SQL("AND action.id = ANY(%s)", ids) if ids is not None else SQL()
        self.env.cr.execute(
            SQL(
                """
                SELECT sms.id, action.id
                  FROM sms_sms sms
                  JOIN collection_action action ON sms.collection_action_id = action.id
                 WHERE action.company_id = %s AND action.channel = 'sms' AND action.state = 'sending'
                   AND sms.state = 'outgoing' %s
                   FOR NO KEY UPDATE OF sms SKIP LOCKED
                """,
                company.id,
                chosen,
            ),
            log_exceptions=False,
        )
        free = self.env.cr.fetchall()
        # sudo: see _deliver_sms
        self.env["sms.sms"].sudo().browse(sms_id for sms_id, _action_id in free).action_set_canceled()
        without = self.env.execute_query(
            SQL(
                """
                SELECT action.id, action.state
                  FROM collection_action action
                 WHERE action.company_id = %s AND action.channel = 'sms' AND action.state IN ('sending', 'queued') %s
                   AND NOT EXISTS (SELECT FROM sms_sms sms
                                    WHERE sms.collection_action_id = action.id AND sms.state = 'outgoing')
                   FOR NO KEY UPDATE OF action SKIP LOCKED
                """,
                company.id,
                chosen,
            )
        )
        abandoned = {action_id for _sms_id, action_id in free}
        abandoned |= {action_id for action_id, state in without if state == "sending"}
        if abandoned:
            reason = self.env._("The worker that was sending it is gone: it may or may not have left.")
            self.browse(abandoned)._mark_unknown(reason)
        if called_off := self.browse(action_id for action_id, state in without if state == "queued"):
            reason = self.env._("The SMS was cancelled in the queue.")
            called_off._set_state("cancelled", outcome=reason)
            called_off._log("skipped", reason)
