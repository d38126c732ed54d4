"""How our SMS leave: one at a time, looked at again, and at most once; see mail_mail.py, whose way they take.

Lock the row of the SMS, look at the ledger again, commit `sending` in a transaction of its own, then the request to the
provider (Odoo's own object for IAP or Twilio), then the outcome. Odoo's queue leaves ours alone.
"""

import logging

import requests
import urllib3
from odoo import api, fields, models
from odoo.addons.iap.tools.iap_tools import IAPServerError, InsufficientCreditError
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.urls import urljoin

from ..tools.text import first_line

_logger = logging.getLogger(__name__)

# what the provider answers where nothing is wrong with the SMS: it is tried again later
LATER = ("server_error", "insufficient_credit", "unregistered", "twilio_authentication")
# and what it then says of the number: that it receives none, or wants none
NUMBER_IS = {"wrong_number_format": "invalid", "sms_number_missing": "invalid", "sms_optout": "forbidden"}


class SmsSms(models.Model):
    _inherit = "sms.sms"

    collection_action_id = fields.Many2one("collection.action", ondelete="cascade", index="btree_not_null")

    # ---- ours go one way only -------------------------------------------------------------------------------------

    @api.model
    def _process_queue(self):
        """Leave ours to dispatch: Odoo's queue does not even see them."""
        return super(SmsSms, self.with_context(collection_leave_ours=True))._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        """See no SMS of ours while Odoo's queue is run."""
        if self.env.context.get("collection_leave_ours"):
            domain = Domain(domain) & Domain("collection_action_id", "=", False)
        return super()._search(domain, *args, **kwargs)

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send those that are not ours as always, and ours one at a time."""
        ours = self.filtered("collection_action_id")
        ours._send_notices()
        return super(SmsSms, self - ours).send(unlink_failed, unlink_sent, raise_exception)

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send none of ours in another way."""
        if others := self.filtered(lambda sms: not sms.collection_action_id):
            return super(SmsSms, others)._send(unlink_failed, unlink_sent, raise_exception)
        return None

    def _update_sms_state_and_trackers(self, new_state, failure_type=None):
        """What somebody does in the list of SMS is no report of the provider on ours."""
        ours = self.filtered("collection_action_id")
        ours.write({"state": new_state, "failure_type": failure_type})
        return super(SmsSms, self - ours)._update_sms_state_and_trackers(new_state, failure_type)

    # ---- one of ours ----------------------------------------------------------------------------------------------

    def _send_notices(self):
        """Let these leave, if they still should; the others stay in the queue once the provider is away.

        :return: bool, whether the provider is there
        """
        return all(sms._send_notice() for sms in self)

    def _send_notice(self):
        """Let one SMS leave, if it still should.

        :return: bool, False when the provider is away
        """
        self.ensure_one()
        with self.env["mail.mail"]._own_transaction() as env:
            if not self.env["mail.mail"]._hold(env, self):
                return True
            sms = self.with_env(env)
            action = sms.collection_action_id
            if action.state == "sent":
                # the worker that sent it was killed between noting so and saying so here
                sms.state = "pending"
                return True
            if action.state == "sending":
                # left behind by a worker that is gone; dispatch settles it
                return True
            if action.state != "queued":
                sms.state = "canceled"
                return True
            if action.company_id._collection_settings().collection_stopped or action.run_id.paused:
                return True
            return sms._look_and_transmit(action)

    def _look_and_transmit(self, action):
        """Look again at what this SMS says, take it, and hand it to the provider.

        :return: bool, False when the provider is away
        """
        verdict = action._look_again()[action]
        as_written = verdict.kind == "send" and action._stands_as_written(verdict)
        number, _address, refusal = action._sms_numbers()[action]
        if not self.env["mail.mail"]._claim(action.id, None if as_written else verdict):
            if verdict.kind != "send":
                self.state = "canceled"
            return True
        # the claim wrote it past the cache
        action.invalidate_recordset(["state"])
        if not refusal and not as_written:
            refusal = self._rewrite(action.id)
        if refusal:
            self.write({"state": "error", "failure_type": "unknown"})
            self._conclude(action.id, "failed", refusal)
            return True
        self.number = number
        outcome, reason, number_is = self._transmit(action)
        self._conclude(action.id, outcome, reason, number_is)
        return outcome not in ("again", "unknown")

    def _rewrite(self, action_id):
        """Put the text of an action's refreshed lines into this SMS; return why it cannot be sent, or None."""

        def render(env):
            action = env["collection.action"].browse(action_id)
            text = action._sms_texts()[action]
            return text, action._sms_too_long(text)

        try:
            self.body, refusal = self.env["mail.mail"]._retrying(render)
        except Exception as error:
            # the text was broken meanwhile: nothing has left
            _logger.warning("Collections: SMS %s does not render", action_id, exc_info=True)
            return self.env._("The text could not be made: %s", first_line(error))
        return refusal

    def _transmit(self, action):
        """Hand this SMS to the provider of the company.

        :return: (outcome "sent", "failed", "again" or "unknown"; reason or None; what the number is: "invalid",
            "forbidden" or None)
        """
        company = action.company_id
        sms = self.with_context(allowed_company_ids=company.ids, collection_sms=True)
        reports = urljoin(self.get_base_url(), "/sms/status")
        try:
            # as Odoo's own sending; the account is that of the company
            provider = company.with_env(sms.env)._get_sms_api_class()(sms.env)
            provider._set_company(company.with_env(sms.env))
            message = {"content": self.body, "numbers": [{"number": self.number, "uuid": self.uuid}]}
            results = provider._send_sms_batch([message], delivery_reports_url=reports)
        except Exception as error:
            _logger.info("Collections: SMS %s was not taken: %s", self.uuid, error)
            if never_left(error):
                return "again", first_line(error), None
            self.state = "canceled"
            return "unknown", self.env._("The provider broke off while taking it: %s", first_line(error)), None
        return sms._read(provider, next((result for result in results if result["uuid"] == self.uuid), None))

    def _read(self, provider, result):
        """Write on the SMS what the provider answered; see `_transmit`.

        :param result: dict of Odoo's providers: uuid, state and perhaps failure_reason; or None
        """
        if not result:
            self.state = "canceled"
            return "unknown", self.env._("The provider did not say whether it took the SMS."), None
        answer = result["state"]
        if state := self.IAP_TO_SMS_STATE_SUCCESS.get(answer):
            self.write({"state": state, "failure_type": False})
            self._handle_call_result_hook([result])
            return "sent", None, None
        told = result.get("failure_reason") or provider._get_sms_api_error_messages().get(answer) or answer
        reason = html2plaintext(told, include_references=False).strip()
        if answer in LATER:
            return "again", reason, None
        self.write({"state": "error", "failure_type": provider.PROVIDER_TO_SMS_FAILURE_TYPE.get(answer, "unknown")})
        return "failed", reason, NUMBER_IS.get(answer)

    def _conclude(self, action_id, outcome, reason, number_is=None):
        """Write what became of an SMS, in a transaction of its own; see `_transmit`."""
        number, text = self.number, self.body

        def conclude(env):
            action = env["collection.action"].browse(action_id)
            if outcome == "sent":
                action._mark_sms_sent(number, text)
            elif outcome == "failed":
                if number_is:
                    action._note_number(number_is, number, reason)
                action._mark_failed(reason)
            elif outcome == "unknown":
                action._mark_unknown(reason)
            else:
                action._set_state("queued", outcome=env._("Not taken yet, tried again later: %s", reason))

        self.env["mail.mail"]._retrying(conclude)


def never_left(error):
    """Tell whether a request that raised this may be made again: it surely did not reach the provider, or was refused.

    :param error: exception, with those that caused it
    :return: bool; False where the provider may have taken it
    """
    causes = []
    while error and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    spoken = next((cause for cause in causes if isinstance(cause, requests.exceptions.RequestException)), None)
    if spoken is None:
        credit = any(isinstance(cause, InsufficientCreditError) for cause in causes)
        answered = any(isinstance(cause, IAPServerError) for cause in causes)
        # an error of the user's is one of the set-up: it is raised before anything is asked
        return credit or (isinstance(causes[0], UserError) and not answered)
    if isinstance(spoken, requests.exceptions.HTTPError) and spoken.response is not None:
        # refused, or told to come back; after any other error of a server nobody knows how far it was
        return 400 <= spoken.response.status_code < 500 or spoken.response.status_code == 503
    if isinstance(spoken, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(spoken.args[0], "reason", None) if spoken.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
