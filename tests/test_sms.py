"""How SMS leave, seen at the provider: each at most once, and its delivery reports come back."""

import base64
import hmac
import json
import urllib.parse
import urllib.request
from collections import Counter

import pytest

import sms_provider
import stories
from odoo_process import wait_until

APPROVED = (
    stories.DEBTORS
    + """
env.ref("debt_collection.level_friendly").channels = env.ref("debt_collection.channel_sms")
env["ir.config_parameter"].set_param("sms.endpoint", endpoint)
env["iap.account"].get("sms")
for number in range(count):
    invoice(debtor(f"Debtor {number:02}", phone=f"+336123456{number:02}"), 100 + number, 5)
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
run.state = "sending"
"""
)
ODOOS_QUEUE = 'env["sms.sms"]._process_queue()\n'
# Twilio's address is fixed in Odoo: what goes there goes to the loopback
AT_LOOPBACK = """
import requests
post = requests.Session.post
requests.Session.post = lambda self, url, **options: post(
    self, url.replace("https://api.twilio.com", endpoint), **options)
"""


@pytest.fixture
def provider():
    one = sms_provider.Provider()
    yield one
    one.patience, one.delay = None, 0
    one.close()


@pytest.fixture
def approved(odoo_shell, provider):
    """approved(count) prepares that many SMS, approved; queued=True puts them in the queue as well and says so."""

    def prepare(count, queued=False):
        if not queued:
            return odoo_shell(APPROVED, count=count, endpoint=provider.url)
        provider.close()
        code = APPROVED + "\nenv.cr.commit()\n" + stories.DISPATCH + stories.STATES
        states = odoo_shell(code, count=count, endpoint=provider.url)
        provider.open()
        return states

    return prepare


def test_workers_at_the_same_time_send_each_sms_once(approved, odoo_shell, provider):
    states = approved(12, queued=True)
    assert set(states["actions"].values()) == {"queued"}
    assert "tried again later" in "".join(filter(None, states["reasons"].values()))
    provider.delay = 0.05
    workers = [odoo_shell.start(code) for code in (stories.DISPATCH, ODOOS_QUEUE, stories.DISPATCH)]
    for worker in workers:
        worker.result()
    assert Counter(number for number, _text, _uuid in provider.taken) == Counter(
        f"+336123456{number:02}" for number in range(12)
    )
    states = odoo_shell(stories.STATES)
    assert set(states["actions"].values()) == {"sent"}
    assert set(states["levels"].values()) == {"Friendly reminder"}
    assert states["chain"] == []


def test_what_a_killed_worker_left_is_unknown_until_the_delivery_is_reported(
    approved, odoo_shell, odoo_server, provider
):
    approved(2)
    provider.patience = 10
    worker = odoo_shell.start(stories.DISPATCH)
    wait_until(lambda: provider.holding)
    worker.process.kill()
    worker.process.wait()
    provider.patience = None
    states = odoo_shell(stories.DISPATCH + stories.DISPATCH + stories.STATES)
    assert Counter(states["actions"].values()) == {"sent": 1, "unknown": 1}
    assert sorted(number for number, _text, _uuid in provider.taken) == ["+33612345600", "+33612345601"]

    server = odoo_server()
    for _again in range(2):
        report(server, [uuid for _number, _text, uuid in provider.taken])
    result = odoo_shell(
        """
result = [
    [case.action_ids.state, *(entry.outcome for entry in case.contact_ids.sorted("seq"))]
    for case in env["collection.case"].search([])]
"""
    )
    assert sorted(result) == [["sent", "sent", "delivered"], ["sent", "unknown", "sent", "delivered"]]


def test_through_twilio_it_leaves_once_and_who_said_stop_is_left_alone(odoo_shell, odoo_server, provider):
    odoo_shell('env["ir.module.module"].search([("name", "=", "sms_twilio")]).button_immediate_install()')
    odoo_shell(
        """
env.ref("base.main_company").write({
    "sms_provider": "twilio", "sms_twilio_account_sid": "AC" + "0" * 32, "sms_twilio_auth_token": "secret",
    "sms_twilio_number_ids": [(0, 0, {"number": "+33700000000", "country_id": env.ref("base.fr").id})]})
"""
        + APPROVED,
        count=3,
        endpoint=provider.url,
    )
    provider.codes = {"+33612345600": 21610}
    provider.close()
    states = odoo_shell(AT_LOOPBACK + stories.DISPATCH + stories.STATES, endpoint=provider.url)
    assert set(states["actions"].values()) == {"queued"}, "Twilio was away"
    provider.open()
    states = odoo_shell(AT_LOOPBACK + stories.DISPATCH + stories.STATES, endpoint=provider.url)
    assert states["actions"] == {"Debtor 00": "failed", "Debtor 01": "sent", "Debtor 02": "sent"}
    taken = sorted(provider.taken)
    assert [number for number, _text, _uuid in taken] == ["+33612345601", "+33612345602"]

    server = odoo_server()
    (_number, _text, first), (_number, _text, second) = taken
    twilio_reports(server, first, SmsStatus="delivered")
    twilio_reports(server, second, SmsStatus="undelivered", ErrorCode="30005")
    result = odoo_shell(
        """
result = {
    "states": {a.partner_id.name: a.state for a in env["collection.action"].search([])},
    "last": {c.partner_name: c.outcome for c in env["collection.contact"].search([], order="id")},
    "numbers": [[p.kind, p.address] for p in env["collection.channel.preference"].search([], order="id")],
}
"""
    )
    assert (result["states"]["Debtor 01"], result["last"]["Debtor 01"]) == ("sent", "delivered")
    assert result["states"]["Debtor 02"] != "sent"
    assert result["numbers"] == [["forbidden", "+33612345600"], ["invalid", "+33612345602"]]


def report(server, uuids):
    """Report to Odoo's webhook that these SMS were delivered, as IAP does."""
    call = {
        "jsonrpc": "2.0",
        "method": "call",
        "params": {"message_statuses": [{"sms_status": "delivered", "uuids": uuids}]},
    }
    request = urllib.request.Request(
        f"{server.url}/sms/status", json.dumps(call).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["result"] == "OK"


def twilio_reports(server, uuid, **form):
    """Report to Odoo's webhook what became of an SMS, signed as Twilio does."""
    address = f"{server.url}/sms_twilio/status/{uuid}"
    signed = address + "".join(f"{name}{value}" for name, value in sorted(form.items()))
    signature = base64.b64encode(hmac.digest(b"secret", signed.encode(), "sha1")).decode()
    request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), {"X-Twilio-Signature": signature})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.read() == b"OK"
