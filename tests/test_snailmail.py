"""The bridge to Odoo's Snailmail: letters wait in its queue, are posted once, and reminders say what came of it."""

import pytest

import stories
from odoo_process import sql

INSTALL = """
modules = env["ir.module.module"]
modules.update_list()
modules.search([("name", "=", "debt_collection_snailmail")]).button_immediate_install()
"""

# customers who owe 100.00 and get a letter, one without a postcode
QUEUED = (
    stories.DEBTORS
    + """
company.write({"collection_snailmail": True, "collection_letter_cost": 1.5})
strategy = company.collection_strategy_id
strategy.level_ids.channels = [Command.set(env["collection.channel"].search([("code", "=", "letter")]).ids)]
home = {"street": "1 Main Street", "city": "Springfield", "zip": "12345", "country_id": env.ref("base.us").id}
for name in names:
    invoice(debtor(name, **home), 100, 5)
invoice(debtor("Nowhere", **dict(home, zip=False)), 100, 5)
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
env["collection.action"]._dispatch(company)
letters = env["snailmail.letter"].search([])
# what takes over where a letter has failed is not looked at here
actions = run.action_ids.filtered(lambda action: action.channel == "letter")
result = {
    "letters": {letter.partner_id.name: letter.state for letter in letters},
    "pdf": all(letter.attachment_id.raw.startswith(b"%PDF") for letter in letters),
    "states": {action.partner_id.name: action.state for action in actions},
    "nowhere": actions.filtered(lambda action: action.partner_id.name == "Nowhere").outcome,
    "log": actions.filtered(lambda action: action.state == "queued").case_id.contact_ids.ids,
}
"""
)

# the service, as far as it is ours: it answers what it is told to, and notes what it was asked to post
SERVICE = """
import requests
from odoo.addons.iap.tools import iap_tools
from odoo.exceptions import AccessError
from urllib3.exceptions import NewConnectionError, MaxRetryError

asked = []

def answer(url, method="call", params=None, timeout=15):
    [document] = params["documents"]
    name = document["address"]["name"]
    asked.append(name)
    told = answers.get(name)
    if told == "broken off":
        try:
            raise requests.exceptions.Timeout()
        except requests.exceptions.RequestException:
            raise AccessError("The request to the service timed out.")
    if told == "refused":
        try:
            reason = NewConnectionError(None, "refused")
            raise requests.exceptions.ConnectionError(MaxRetryError(None, url, reason))
        except requests.exceptions.RequestException:
            raise AccessError("An error occurred while reaching the service.")
    reply = {"error": told} if told else {"sent": True, "send_id": 7}
    return {
        "request_code": 200, "total_cost": 1,
        "request": {"documents": [dict(document, **reply)], "options": params["options"]}}

iap_tools.iap_jsonrpc = answer
env["snailmail.letter"]._snailmail_cron()
env.invalidate_all()
actions = {action.partner_id.name: action for action in env["collection.action"].search([("channel", "=", "letter")])}
result = {
    "asked": sorted(asked),
    "states": {name: action.state for name, action in actions.items()},
    "outcomes": {name: action.outcome for name, action in actions.items()},
    "levels": sorted(name for name, action in actions.items() if action.line_ids.item_id.level_id),
    "log": [(entry.outcome, entry.cost) for entry in actions["Anna"].case_id.contact_ids.sorted("seq")],
}
"""


@pytest.fixture
def database(new_database):
    return new_database("addon")


def test_letters_are_posted_once_and_their_reminders_say_what_came_of_it(database, odoo_shell):
    odoo_shell(INSTALL)
    names = ["Anna", "Bert", "Chloe", "Dora", "Emil", "Fred", "Gina"]
    queued = odoo_shell(QUEUED, names=names)
    assert queued["letters"] == dict.fromkeys(names, "pending")
    assert queued["pdf"]
    assert queued["states"] == dict.fromkeys(names, "queued") | {"Nowhere": "failed"}
    assert not queued["log"]
    assert "street, city, postcode and country" in queued["nowhere"]

    # Emil pays before his letter is handed over; a worker was killed while it handed over Fred's; Gina's is cancelled
    # in Snailmail's queue
    sql(
        database,
        "UPDATE snailmail_letter SET collection_handed_over = true FROM res_partner partner "
        "WHERE partner.id = partner_id AND partner.name = 'Fred'",
    )
    meanwhile = """
pay(env["account.move"].search([("partner_id.name", "=", "Emil")]))
env["snailmail.letter"].search([("partner_id.name", "=", "Gina")]).cancel()
"""
    answers = {"Bert": "NO_PRICE_AVAILABLE", "Chloe": "broken off", "Dora": "refused"}
    after = odoo_shell(stories.DEBTORS + meanwhile + SERVICE, answers=answers)
    assert after["asked"] == ["Anna", "Bert", "Chloe", "Dora"]
    assert after["states"] == {
        "Anna": "sent", "Bert": "failed", "Chloe": "unknown", "Dora": "queued", "Emil": "skipped", "Fred": "unknown",
        "Gina": "failed", "Nowhere": "failed",
    }  # fmt: skip
    assert after["levels"] == ["Anna"]
    assert after["log"] == [["sent", 1.5]]
    assert "country of the partner is not covered" in after["outcomes"]["Bert"]
    assert "cancelled in Snailmail" in after["outcomes"]["Gina"]

    # the queue runs again: what is done, or may be, is not posted again; what never left is
    again = odoo_shell(SERVICE, answers={})
    assert again["asked"] == ["Dora"]
    assert again["states"] == after["states"] | {"Dora": "sent"}

    # a letter that was given up is not sent again from the chatter either
    with pytest.raises(AssertionError, match="propose the reminder again"):
        odoo_shell('env["snailmail.letter"].search([("partner_id.name", "=", "Bert")]).snailmail_print()')
