"""What became of an action: sent, called, failed or unknown; what that means to its items, and what the log says."""

from odoo import fields, models


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

    def _mark_failed(self, reason):
        """Note that these notices did not leave, and why. No level counts; the step can be proposed again."""
        self._set_state("failed", outcome=reason)
        self._log("failed", reason)
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

    def _mark_bounced(self, reason):
        """Note that notices which had left came back undelivered, and why: their levels do not count any more."""
        self._mark_failed(reason)

    def _mark_unknown(self, reason):
        """Note that nobody knows whether these notices left; a person settles it."""
        self._set_state("unknown", outcome=reason)
        self._log("unknown", reason)
