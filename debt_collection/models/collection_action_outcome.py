"""What became of an action: sent, called, failed or unknown; what that means to its items, and what the log says."""

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _mark_sent(self, summary, outcome="sent", addresses=None, texts=None, documents=None, costs=None):
        """Note that these notices left: the levels of their items count from today.

        :param summary: str, for the log
        :param addresses: {action id: address used}
        :param texts: {action id: the words that went out}
        :param documents: {action id: what went out, kept as it was; see `_append` of collection.contact}
        :param costs: {action id: what it cost, in company currency}
        """
        self._count(summary)
        self._log(outcome, summary, address=addresses, text=texts, documents=documents, costs=costs)

    def _mark_called(self, summary):
        """Note that these calls were made; the entry in the log is the caller's."""
        self._count(summary)

    def _count(self, summary):
        """Let the levels of the items of these actions count from today."""
        today = self.env["collection.case"]._today()
        self._set_state("sent", sent_at=fields.Datetime.now(), sent_on=today, outcome=summary)
        actions = self.sudo()  # sudo: what a notice means to its items follows from its sending, whoever sent it
        for level, lines in actions.line_ids.filtered("level_id").grouped("level_id").items():
            # a second channel of the level, a call made days later, does not put the next level off
            lines.item_id.filtered(
                lambda item, level=level: not item.level_id or item.level_id.delay_days < level.delay_days
            ).write({"level_id": level.id, "level_date": today})
        actions.case_id.debtor_id.last_notice_date = today
        self.env["collection.change"]._note(self)

    def _mark_failed(self, reason, ours=False):
        """Note that these notices did not leave, and why. No level counts; the level's next channel takes over.

        :param ours: bool, the fault is not the debtor's address: a broken text, a program that is missing. The same
            channel is proposed again, and no other takes over
        :return: the actions that take over (see `_fall_back`)
        """
        return self._come_to_nothing("failed", reason, ours)

    def _mark_bounced(self, reason, logged=False):
        """Note that notices which had left came back, and why: their levels do not count, the next channel takes over.

        Only those that count as sent are taken; a second report of the same changes nothing.
        :param logged: bool, what came back is an entry of the log already
        :return: the actions that take over
        """
        bounced = self.filtered(lambda action: action.state == "sent")
        return bounced._come_to_nothing("bounced", reason, logged=logged) if bounced else self.browse()

    def _come_to_nothing(self, outcome, reason, ours=False, logged=False):
        """Mark these notices as failed, take back what they counted for, say so, and let the next channel take over.

        :param outcome: "failed" or "bounced", for the log
        """
        decided = self.filtered(lambda action: action.state != "proposed")
        self._set_state("failed", outcome=reason, own_fault=ours)
        if outcome == "bounced":
            self._count_back()
        if not logged:
            self._log(outcome, reason)
        for actions in self.grouped("channel").values():
            # sudo: the chatter is told whoever dispatches; a case has one open action by a channel
            actions.case_id.sudo()._message_log_batch(
                {
                    action.case_id.id: self.env._(
                        "%(action)s failed: %(reason)s", action=action.display_name, reason=reason
                    )
                    for action in actions
                }
            )
        return self.browse() if ours else self._fall_back(decided)

    def _count_back(self):
        """Let the items and debtors of these notices, which count no more, stand where they stood before them."""
        self.env.flush_all()
        # sudo: as they were counted, see `_count`
        actions = self.sudo()
        lines = actions.line_ids.filtered("level_id")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id, coalesce(other.level_id, below.id), other.sent_on
                  FROM collection_item item
                  JOIN collection_action_line line ON line.item_id = item.id AND line.id = ANY(%(lines)s)
                                                  AND line.level_id = item.level_id AND line.round = item.round
                  JOIN collection_level level ON level.id = item.level_id
             -- what else has left in this round: the highest level, from the day of its first notice
             LEFT JOIN LATERAL (SELECT sent.level_id, action.sent_on
                                  FROM collection_action_line sent
                                  JOIN collection_action action ON action.id = sent.action_id AND action.state = 'sent'
                                  JOIN collection_level received ON received.id = sent.level_id
                                 WHERE sent.item_id = item.id AND sent.round = item.round AND sent.live
                              ORDER BY received.delay_days DESC, action.sent_on
                                 LIMIT 1) other ON true
             -- a later round begins below the level that is due again
             LEFT JOIN LATERAL (SELECT l.id
                                  FROM collection_level l
                                 WHERE item.round > 1 AND l.strategy_id = level.strategy_id AND l.active
                                   AND l.delay_days >= 0 AND l.delay_days < level.delay_days
                              ORDER BY l.delay_days DESC
                                 LIMIT 1) below ON other.level_id IS NULL
                """,
                lines=lines.ids,
            )
        )
        before = {}
        for item_id, level_id, day in rows:
            before.setdefault((level_id, day), []).append(item_id)
        for (level_id, day), item_ids in before.items():
            lines.item_id.browse(item_ids).write({"level_id": level_id, "level_date": day})
        contacted = dict(
            actions.search([("case_id.debtor_id", "in", actions.case_id.debtor_id.ids), ("state", "=", "sent")])
            .sorted("sent_on")
            .mapped(lambda action: (action.case_id.debtor_id, action.sent_on))
        )
        for debtor in actions.case_id.debtor_id:
            debtor.last_notice_date = contacted.get(debtor, False)
        actions._cancel_beyond({line.item_id: line.level_id.delay_days for line in lines})
        self.env["collection.change"]._note(self)

    @api.model
    def _cancel_beyond(self, delays):
        """Exclude what waits to be sent of later levels than those that have come back.

        :param delays: {collection.item: delay in days of the level that came back}
        """
        ids = [item.id for item in delays]
        lines = self.env["collection.action.line"].search([("item_id", "in", ids), ("live", "=", True)])
        beyond = lines.filtered(lambda line: line.level_id and line.level_id.delay_days > delays[line.item_id])
        waiting = beyond.action_id.filtered(lambda action: action.state in ("proposed", "approved", "deferred"))
        waiting._set_state("cancelled", outcome=self.env._("The notice before it came back."))

    def _mark_unknown(self, reason):
        """Note that nobody knows whether these notices left; a person settles it."""
        self._set_state("unknown", outcome=reason)
        self._log("unknown", reason)
