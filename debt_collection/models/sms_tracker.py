"""Delivery reports of the provider, by Odoo's own webhooks (IAP or Twilio): what they say goes to our action."""

from odoo import SUPERUSER_ID, fields, models

# what the providers say where the number itself is at fault
WRONG_NUMBER = ("sms_invalid_destination", "sms_not_allowed", "sms_number_format")
FAILED = ("exception", "bounce", "canceled")


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    collection_action_id = fields.Many2one("collection.action", ondelete="cascade", index="btree_not_null")
    collection_report = fields.Char(readonly=True, help="What the last delivery report said.")

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """Tell the actions of ours too."""
        for tracker in self.filtered("collection_action_id"):
            tracker._note_report(notification_status, failure_type, failure_reason)
        return super()._update_sms_notifications(notification_status, failure_type, failure_reason)

    def _note_report(self, status, failure_type, failure_reason):
        """Note once what the provider says became of an SMS; only the last SMS of an action says something about it.

        :param status: "pending" (it left), "sent" (delivered), "exception", "bounce" or "canceled"; others say nothing
        """
        self.ensure_one()
        # a report may be here before the worker that sent it has noted so: it waits for that one
        self.env.cr.execute("SELECT id FROM sms_sms WHERE uuid = %s FOR NO KEY UPDATE", [self.sms_uuid])
        self.env.invalidate_all()
        last = self.search([("collection_action_id", "=", self.collection_action_id.id)], order="id desc", limit=1)
        final = self.collection_report in ("sent", *FAILED)
        if self != last or final or status == self.collection_report or status not in ("pending", "sent", *FAILED):
            return
        self.collection_report = status
        # in the name of the system: nobody is logged in who calls the webhook
        action = self.collection_action_id.with_user(SUPERUSER_ID)
        if status in FAILED:
            labels = dict(self.env["mail.notification"]._fields["failure_type"]._description_selection(self.env))
            reason = failure_reason or labels.get(failure_type) or self.env._("no reason given")
            action._report_sms_failed(reason, failure_type in WRONG_NUMBER)
        else:
            action._report_sms_left(delivered=status == "sent")
