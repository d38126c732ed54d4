"""What the provider's delivery reports mean to an action."""

from odoo import models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _last_sms(self):
        """Return the SMS of this action as far as Odoo still keeps it."""
        self.ensure_one()
        return self.sudo().sms_ids.sorted("id")[-1:]  # sudo: number and text of our own notice

    def _sms_sent_to(self):
        """Return the number the SMS went to, from the SMS or from the log."""
        self.ensure_one()
        entry = self.env["collection.contact"].search(
            [("action_id", "=", self.id), ("address", "!=", False)], order="id desc", limit=1
        )
        return self._last_sms().number or entry.address

    def _report_sms_left(self, delivered):
        """Note that an SMS was passed on, or delivered; where nobody knew whether it had left, it has.

        :param delivered: bool
        """
        self.ensure_one()
        number = self._sms_sent_to()
        if self.state in ("sending", "unknown"):
            self._mark_sms_sent(number, self._last_sms().body or "")
        if not delivered or self.state != "sent":
            return
        summary = self.env._("SMS delivered to %s.", number)
        self.sudo().outcome = summary
        self._log_sms_report("delivered", summary, number)

    def _report_sms_failed(self, reason, wrong_number):
        """Note that an SMS came back undelivered.

        :param wrong_number: bool, whether the provider says that the number is at fault
        """
        self.ensure_one()
        if self.state not in ("sending", "unknown", "sent"):
            return
        number = self._sms_sent_to()
        if wrong_number:
            self._note_number("invalid", number, reason)
        told = self.env._("SMS to %(number)s not delivered: %(reason)s", number=number, reason=reason)
        if self.state == "sent":
            self._mark_bounced(told)
        else:
            self._mark_failed(told)

    def _note_number(self, kind, number, reason):
        """Note what the provider says of a number.

        :param kind: "invalid": it receives no SMS; "forbidden": who has it answered that no more be sent
        """
        self.ensure_one()
        self.env["collection.channel.preference"]._note(
            self.case_id.debtor_id,
            kind,
            reason,
            channel="sms",
            address=number,
            origin="reply" if kind == "forbidden" else "bounce",
        )

    def _log_sms_report(self, outcome, summary, number):
        """Add what a report says to the log: not a contact of its own."""
        self.case_id._log_contact(
            action_id=self.id,
            channel="sms",
            direction="internal",
            outcome=outcome,
            summary=summary,
            address=number,
        )
