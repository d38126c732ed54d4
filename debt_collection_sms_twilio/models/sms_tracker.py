"""A telephone that is switched off is no wrong number."""

from odoo import models

UNREACHABLE, NOT_DELIVERED = "30003", "30008"


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _action_update_from_twilio_error(self, sms_status, error_code, error_message):
        """Take “unreachable” for “not delivered”, where it is about a reminder."""
        if error_code == UNREACHABLE and self.collection_action_id:
            error_code = NOT_DELIVERED
        return super()._action_update_from_twilio_error(sms_status, error_code, error_message)
