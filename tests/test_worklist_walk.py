"""A collector's morning in the browser: the list, a call logged by keyboard, the next case, the counter."""

import stories

SCENE = (
    stories.DEBTORS
    + """
invoice(debtor("Large & <b>Sons</b>", phone="+44 20 7946 0001"), 12000, 12)
invoice(debtor("Small Ltd", phone="+44 20 7946 0002"), 100, 12)
amira = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Amira", "login": "amira", "password": "amira", "group_ids": [Command.set([
        env.ref("debt_collection.group_collection_collector").id])]})
company.collection_user_id = amira
env["collection.case"]._assess(company)
"""
)


def alt(browser, letter):
    """Press Alt and a letter."""
    key = {"key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper()), "modifiers": 1}
    for kind in ("keyDown", "keyUp"):
        browser.send("Input.dispatchKeyEvent", type=kind, **key)


def test_a_collector_goes_through_the_day_by_keyboard(odoo_shell, odoo_server, browser, tmp_path):
    odoo_shell(SCENE)
    server = odoo_server()
    browser.timeout = 120
    browser.login(server.url, "amira", "amira")
    browser.goto(f"{server.url}/odoo/my-day")
    browser.wait(".o_collection_day_todo", "2")
    browser.wait(".o_data_row", "25 from")
    browser.screenshot(tmp_path / "day.png")
    browser.click(".o_data_row .o_data_cell", "Large & <b>Sons</b>")
    browser.wait(".o_form_view h1", "Large & <b>Sons</b>")
    alt(browser, "l")
    browser.wait(".modal .o_selection_badge", "Refuses")
    browser.click(".modal .o_selection_badge", "Refuses")
    browser.fill(".modal [name=notes] textarea", "Never ordered it")
    browser.click(".modal button[name=action_confirm]")
    browser.wait(".o_form_view h1", "Small Ltd")
    browser.screenshot(tmp_path / "next.png")
    browser.click(".breadcrumb-item a, .o_back_button", "My day")
    browser.wait(".o_collection_day_handled", "1")
    browser.wait(".o_collection_day_todo", "1")
    assert "Large" not in browser.text(".o_list_view")
    browser.click(".o_data_row .o_data_cell", "Small Ltd")
    browser.wait(".o_form_view h1", "Small Ltd")
    browser.click("button[name=action_done_today]")
    browser.wait(".o_view_nocontent", "Nothing is left to do today")
    browser.screenshot(tmp_path / "empty.png")
    told = odoo_shell(
        """result = [
            (c.channel, c.outcome, c.user_name, c.partner_name) for c in env["collection.contact"].search([])]"""
    )
    assert told == [["call", "refuses", "Amira", "Large & <b>Sons</b>"]]
    assert not [line for line in browser.console if line.startswith("error")], browser.console
