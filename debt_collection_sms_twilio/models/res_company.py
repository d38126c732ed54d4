"""Twilio as reminders need it: what may have been taken is told apart from what was refused."""

import requests
from odoo import models
from odoo.addons.sms_twilio.tools.sms_api import SmsApiTwilio

# "Attempt to send to unsubscribed recipient": the number has answered STOP
UNSUBSCRIBED = 21610


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        """Return the class for reminders while one is sent, Odoo's own otherwise."""
        api_class = super()._get_sms_api_class()
        if self.env.context.get("collection_sms") and api_class is SmsApiTwilio:
            return NoticeApi
        return api_class


class NoticeApi(SmsApiTwilio):
    """Odoo's Twilio, which raises what Odoo's own answers as a failure of any kind."""

    def _sms_twilio_send_request(self, session, to_number, body, uuid):
        """Ask Twilio as Odoo does.

        :raises requests.exceptions.RequestException: where the connection failed, and where Twilio refused for a
            reason that is not the SMS's: the account, too many requests, trouble of its own
        """
        post, lost = session.post, []

        def watched(*args, **kwargs):
            try:
                return post(*args, **kwargs)
            except requests.exceptions.RequestException as error:
                lost.append(error)
                raise

        session.post = watched
        response = super()._sms_twilio_send_request(session, to_number, body, uuid)
        if lost:
            raise lost[0]
        if response.status_code in (401, 429) or response.status_code >= 500:
            response.raise_for_status()
        return response

    def _twilio_error_code_to_odoo_state(self, response_json):
        if (response_json.get("code") or response_json.get("error_code")) == UNSUBSCRIBED:
            return "sms_optout"
        return super()._twilio_error_code_to_odoo_state(response_json)
