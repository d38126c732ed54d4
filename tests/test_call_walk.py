"""An hour on the phone in the browser: from the menu to the debtor, the promise logged, the next debtor shown."""

import stories

SCENE = (
    stories.DEBTORS
    + """
env.ref("debt_collection.strategy_standard").level_ids.write({
    "channels": [Command.set(env.ref("debt_collection.channel_call").ids)],
    "call_script": "<p>Ask for accounts payable</p>"})
invoice(debtor("Large & <b>Sons</b>", phone="+44 20 7946 0001"), 900, 12)
invoice(debtor("Small Ltd", phone="+44 20 7946 0002"), 100, 12)
amira = user("Amira", "debt_collection.group_collection_collector")
company.collection_user_id = amira
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
env["collection.action"]._dispatch(company)
"""
)


def test_a_collector_calls_one_debtor_after_another(odoo_shell, odoo_server, browser, tmp_path):
    odoo_shell(SCENE)
    server = odoo_server()
    browser.timeout = 120
    browser.login(server.url, "amira", "amira")
    browser.goto(f"{server.url}/odoo/action-debt_collection.collection_case_action_mine")
    browser.click(".o_menu_sections a, .o_menu_sections button", "Calls")
    browser.wait(".o_collection_calls h1", "Large & <b>Sons</b>")
    browser.wait(".o_collection_calls", "1 of 2, 0 done today")
    browser.wait(".o_collection_calls", "Ask for accounts payable")
    assert browser.eval("document.querySelector('.o_collection_calls a[href^=\"tel:\"]').href") == "tel:+442079460001"
    browser.screenshot(tmp_path / "queue.png")
    browser.click(".o_collection_calls .o_selection_badge", "Promises to pay")
    browser.fill(".o_collection_calls [name=notes] textarea", "Pays when the goods are sold")
    browser.fill(".o_collection_calls [name=promise_amount] input", "400")
    browser.fill(".o_collection_calls [name=promise_date] input", "12/31/2099")
    browser.click("button[name=action_log_and_next]")
    browser.wait(".o_collection_calls h1", "Small Ltd")
    browser.wait(".o_collection_calls", "1 of 1, 1 done today")
    browser.screenshot(tmp_path / "next.png")
    browser.click("button[name=action_no_answer_and_next]")
    browser.wait(".o_collection_calls", "Nobody is left to call")
    browser.screenshot(tmp_path / "empty.png")
    told = odoo_shell(
        """result = {
            "promises": [(p.amount, str(p.date)) for p in env["collection.promise"].search([])],
            "log": [(c.channel, c.outcome, c.user_name, c.address) for c in env["collection.contact"].search(
                [("outcome", "!=", "scheduled")], order="id")]}"""
    )
    assert told["promises"] == [[400, "2099-12-31"]]
    assert told["log"] == [
        ["call", "promise", "Amira", "+44 20 7946 0001"],
        ["call", "no_answer", "Amira", "+44 20 7946 0002"],
    ]
    assert not [line for line in browser.console if line.startswith("error")], browser.console
