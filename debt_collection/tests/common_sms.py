"""What the stories of SMS share: a level that goes by SMS, and the provider's answers."""

from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApi

from .common import CollectionCommon, day

NUMBER = "+14155550123"


class SmsCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iap.account"].sudo().get("sms")
        cls.friendly.write({"channels": cls._channels("sms"), "sms_text": "{{ object.claim_text }} is late"})
        cls.debtor.phone = NUMBER
        cls.company.collection_sms_cost = 0.045

    def setUp(self):
        super().setUp()
        self.asked = []
        self.answer = "success"
        patcher = patch.object(SmsApi, "_contact_iap", self._provider)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _provider(self, endpoint, params, timeout=15):
        """Answer as the provider would, once for each SMS it is given."""
        self.assertEqual(endpoint, "/api/sms/3/send")
        [message] = params["messages"]
        [number] = message["numbers"]
        self.asked.append((number["number"], message["content"], number["uuid"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return [{"uuid": number["uuid"], "state": self.answer}] if self.answer else []

    def _approved(self, amount=100, **values):
        self._invoice(amount, day(-10), **values)
        run = self._run(day(0))
        run.action_approve()
        return run.action_ids

    def _sent(self, **values):
        """Return an action whose SMS the provider has taken."""
        action = self._approved(**values)
        self._dispatch(day(0))
        self.assertEqual(action.state, "sent")
        return action

    def _entries(self, action):
        return self.env["collection.contact"].search([("action_id", "=", action.id)], order="seq")

    def _queued(self):
        """Return an action whose SMS waits in the queue: the provider was away."""
        self.answer = "server_error"
        action = self._approved()
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")
        self.answer = "success"
        self.asked.clear()
        return action

    def _report(self, action, status, **error):
        tracker = self.env["sms.tracker"].sudo().search([("collection_action_id", "=", action.id)])
        tracker._action_update_from_sms_state(status) if not error else tracker._action_update_from_provider_error(
            error["error"]
        )
