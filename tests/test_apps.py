"""Installing from the Apps list in the browser, and uninstalling: the database is as it was."""

import stories
from odoo_process import Shell, sql

# what the add-on could leave behind, as the database shows it
TRACES = {
    "tables": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conname FROM pg_constraint",
    "external ids": "SELECT module || '.' || name FROM ir_model_data WHERE module != '__export__'",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "selections": "SELECT f.model || '.' || f.name || '=' || s.value FROM ir_model_fields_selection s "
    "JOIN ir_model_fields f ON f.id = s.field_id",
    "views": "SELECT coalesce(key, name) || '/' || model FROM ir_ui_view WHERE model IS NOT NULL",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    "actions": "SELECT type || name::text FROM ir_actions",
    "crons": "SELECT cron_name FROM ir_cron",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "rules": "SELECT name FROM ir_rule",
    "templates": "SELECT name->>'en_US' FROM mail_template",
    "parameters": "SELECT key FROM ir_config_parameter",
    "sequences": "SELECT name FROM ir_sequence",
    "messages": "SELECT DISTINCT model FROM mail_message WHERE model IS NOT NULL",
    "activities": "SELECT DISTINCT res_model FROM mail_activity",
    "attachments": "SELECT DISTINCT res_model FROM ir_attachment WHERE res_model IS NOT NULL",
    "address types": "SELECT DISTINCT type FROM res_partner",
    "queued mails": "SELECT id::text FROM mail_mail WHERE state = 'outgoing'",
}


def traces(database):
    return {what: {row[0] for row in sql(database, query)} for what, query in TRACES.items()}


def test_the_apps_list_installs_it_and_uninstalling_leaves_the_database_clean(
    new_database, odoo_server, browser, smtp, tmp_path
):
    database = new_database("base")
    shell = Shell(database)
    # the debtors and invoices are the company's own: they are there before and stay
    shell(
        stories.DEBTORS
        + """
env["ir.module.module"].update_list()
invoice(debtor("Debtor 00"), 100, 5)
invoice(debtor("Letters Only", email=False, street="1 Main Street", city="Springfield"), 50, 5)
"""
    )
    smtp.use_in(database)
    server = odoo_server(database=database)
    browser.timeout = 180
    browser.login(server.url)
    before = traces(database)

    browser.goto(f"{server.url}/odoo/apps")
    browser.fill(".o_searchview_input", "debt_collection")
    browser.wait(".o_searchview_autocomplete", "debt_collection")
    browser.eval(
        "document.querySelector('.o_searchview_input').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"
    )
    browser.wait(".o_searchview_facet", "debt_collection")
    # until the answer to the search is in, the first card is another module's
    browser.wait_until(
        "document.querySelector('.o_kanban_record')?.innerText.includes('Debt Collection')", "the search has ended"
    )
    browser.screenshot(tmp_path / "apps.png")
    browser.click(".o_kanban_record button[name=button_immediate_install]")
    browser.wait_until(
        "fetch('/web/webclient/version_info').then(() => document.readyState === 'complete')", "the server answers"
    )
    installed = "SELECT count(*) FROM ir_module_module WHERE name = 'debt_collection' AND state = 'installed'"
    for _attempt in range(600):
        if sql(database, installed) == [["1"]]:
            break
        browser.eval("new Promise(done => setTimeout(done, 200))")
    assert sql(database, installed) == [["1"]]

    # leave something of everything behind: a notice, a letter, a call, an address for collections
    shell(
        """
company = env.ref("base.main_company")
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
run.action_send()
assert set(run.action_ids.mapped("state")) == {"sent"}, run.action_ids.mapped("outcome")
partner = run.action_ids.partner_id[:1]
env["res.partner"].create({"name": "Accounts", "type": "collections", "parent_id": partner.id})
"""
    )
    browser.goto(f"{server.url}/odoo")
    browser.wait(".o_app, .o_menu_sections, .o_main_navbar")
    assert "Collections" in browser.eval("fetch('/web/webclient/load_menus').then(answer => answer.text())"), (
        "the menu Collections is there"
    )

    shell('env["ir.module.module"].search([("name", "=", "debt_collection")]).button_immediate_uninstall()')
    after = traces(database)
    left = {what: sorted(after[what] - before[what]) for what in TRACES if after[what] - before[what]}
    lost = {what: sorted(before[what] - after[what]) for what in TRACES if before[what] - after[what]}
    assert left == {}
    assert lost == {}
    assert sql(database, "SELECT count(*) FROM account_move WHERE state = 'posted'") == [["2"]]
    shell.close()
