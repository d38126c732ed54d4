"""A morning in the browser: a batch from proposing to done, a case with a call logged, as their users do it."""

import stories

SCENE = (
    stories.DEBTORS
    + """
late = debtor("Late & <b>Sons</b>", email="late@example.com")
invoice(late, 100, 12)
invoice(late, 50, 5)
invoice(debtor("No Mail", email=False, street="1 Main Street", city="Springfield"), 70, 8)
invoice(debtor("Excluded Ltd"), 30, 8)
env["collection.case"]._assess(company)
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Amira", "login": "amira", "password": "amira", "group_ids": [Command.set([
        env.ref("debt_collection.group_collection_collector").id])]})
"""
)


def test_an_accountant_proposes_excludes_one_approves_and_sends_a_batch(
    odoo_shell, odoo_server, browser, smtp, database, tmp_path
):
    odoo_shell(SCENE)
    smtp.use_in(database)
    server = odoo_server(cron=True)
    browser.login(server.url)
    browser.goto(f"{server.url}/odoo/action-debt_collection.collection_run_action")
    browser.click(".o_list_button_add, .o-kanban-button-new")
    browser.click("button[name=action_propose]", "Propose")
    browser.wait(".o_data_row", "Late & <b>Sons</b>")
    browser.wait(".o_data_row", "12 days late")
    assert len(browser.eval("[...document.querySelectorAll('.o_data_row')].map(row => row.innerText)")) == 3
    browser.screenshot(tmp_path / "proposed.png")
    browser.eval(
        "[...document.querySelectorAll('.o_data_row')].find(row => row.innerText.includes('Excluded'))"
        ".querySelector('button[name=action_exclude]').click()"
    )
    browser.wait(".o_data_row", "Cancelled")
    browser.click("button[name=action_approve]")
    browser.click(".modal .btn-primary")
    browser.wait(".o_statusbar_status .o_arrow_button_current", "Approved")
    browser.click("button[name=action_send]")
    browser.click(".modal .btn-primary")
    browser.timeout = 120
    # the form follows the sending by itself
    browser.wait(".o_statusbar_status .o_arrow_button_current", "Done")
    browser.wait(".o_data_row", "Sent")
    browser.screenshot(tmp_path / "done.png")
    [message] = smtp.messages()
    assert message["X-Rcpt-To"] == "late@example.com"
    html = message.get_body(("html",)).get_content()
    assert "<b>Sons" not in html
    assert "Late &amp; &lt;b&gt;Sons" in html
    browser.wait("button[name=action_print_letters]")
    states = odoo_shell(stories.STATES)
    assert states["actions"] == {"Late & <b>Sons</b>": "sent", "No Mail": "sent", "Excluded Ltd": "cancelled"}
    assert not [line for line in browser.console if line.startswith("error")], browser.console


def test_a_collector_opens_a_case_sees_what_is_next_and_logs_a_call(odoo_shell, odoo_server, browser, tmp_path):
    odoo_shell(SCENE)
    server = odoo_server()
    browser.login(server.url, "amira", "amira")
    browser.goto(f"{server.url}/odoo/action-debt_collection.collection_case_action_all")
    browser.click(".o_data_row .o_data_cell", "Late & <b>Sons</b>")
    browser.wait(".o_form_view", "Friendly reminder")
    browser.wait(".o_collection_ageing_bar, .o_collection_ageing")
    assert "150.00" in browser.text(".o_form_view")
    browser.screenshot(tmp_path / "case.png")
    browser.click("button[name=action_log_call]")
    browser.fill(".modal [name=notes] textarea", "Mr Haddad asks for a copy of the invoice")
    browser.fill(".modal [name=next_step] input", "Send the copy")
    browser.click(".modal button[name=action_confirm]")
    browser.wait_gone(".modal")
    browser.click(".o_notebook_headers .nav-link", "Contact log")
    browser.wait(".o_data_row", "Mr Haddad asks for a copy")
    browser.wait(".o-mail-Activity, .o-mail-ActivityList", "Send the copy")
    browser.screenshot(tmp_path / "logged.png")
    log = odoo_shell(
        "result = [(c.channel, c.outcome, c.user_name, c.text_ids.body) for c in env['collection.contact'].search([])]"
    )
    assert log == [["call", "reached", "Amira", "Mr Haddad asks for a copy of the invoice"]]
