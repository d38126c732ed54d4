"""The manager's page in the browser: figures, charts, the records behind them, on a phone and in Arabic."""

import stories

SCENE = (
    stories.DEBTORS
    + """
invoice(debtor("Large & <b>Sons</b>"), 900, 12)
invoice(debtor("Small Ltd"), 100, 40)
env["collection.case"]._assess(company)
for back in range(200):
    env["collection.snapshot"].create({
        "company_id": company.id, "date": day(-back), "currency_id": company.currency_id.id, "limits": "30,60,90,120",
        "receivables": 1000, "not_due": 400, "b1": 350, "b2": 150, "b3": 80, "b4": 40, "b5": 10, "credit": 30,
        "disputed": 0, "sales": 30, "collected": 25})
env["res.lang"]._activate_lang("ar_001")
amira = user("Amira", "debt_collection.group_collection_manager", "account.group_account_readonly", lang="ar_001")
"""
)

DRAWN = "[...document.querySelectorAll('.o_collection_chart canvas')].filter(canvas => Chart.getChart(canvas)).length"
FITS = "document.querySelector('.o_content').scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth"


def _resize(browser, width, height):
    browser.send(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
    )


def test_a_manager_reads_the_month_and_opens_what_is_behind_a_figure(odoo_shell, odoo_server, browser, tmp_path):
    odoo_shell(SCENE)
    server = odoo_server()
    browser.timeout = 120
    browser.login(server.url, "admin", "admin")
    page = f"{server.url}/odoo/collections-dashboard"
    browser.goto(page)
    browser.wait(".o_collection_tile[data-code=dso]", "33.3 days")
    browser.wait_until(f"{DRAWN} === 3", "three charts are drawn")
    browser.wait(".o_collection_tile[data-code=receivables]", "$\N{NO-BREAK SPACE}1,000")
    # the same as a table, for those who do not see a chart
    browser.click("section[data-code=ageing] button[title='Show as a table']")
    browser.wait("section[data-code=ageing] td", "$\N{NO-BREAK SPACE}350")
    # the debtor's name is text, whatever is in it
    browser.wait(".o_collection_table", "Large & <b>Sons</b>")
    browser.screenshot(tmp_path / "dashboard.png")

    browser.click(".o_collection_tile[data-code=overdue]")
    browser.wait(".o_list_view .o_data_row", "Small Ltd")
    browser.screenshot(tmp_path / "records.png")
    browser.click(".breadcrumb a, .o_back_button")
    browser.wait_until(f"{DRAWN} === 3", "the dashboard is back")

    _resize(browser, 360, 740)
    browser.goto(page)
    browser.wait_until(f"{DRAWN} === 3", "three charts are drawn on a phone")
    assert browser.eval(FITS)
    tiles = "[...document.querySelectorAll('.o_collection_tile')].map(e => e.getBoundingClientRect().top)"
    assert browser.eval(f"{tiles}[0] === {tiles}[1] && {tiles}[1] < {tiles}[2]"), "two tiles a row"
    browser.screenshot(tmp_path / "phone.png")
    assert not [line for line in browser.console if line.startswith(("error", "exception"))], browser.console

    _resize(browser, 1366, 900)
    browser.send("Network.clearBrowserCookies")
    browser.login(server.url, "amira", "amira")
    browser.goto(page)
    browser.wait_until(f"{DRAWN} === 3", "three charts are drawn in Arabic")
    assert browser.eval("getComputedStyle(document.querySelector('.o_collection_dashboard')).direction") == "rtl"
    chart = "Chart.getChart(document.querySelector('.o_collection_chart canvas')).options.scales"
    assert browser.eval(f"{chart}.x.reverse && {chart}.y.position") == "right"
    browser.screenshot(tmp_path / "arabic.png")
    assert not [line for line in browser.console if line.startswith(("error", "exception"))], browser.console
