"""What debtors do on their page, from the message they got to what the company sees, on a phone."""

import re

import page
import stories

NOTICES = (
    page.SCENE
    + """
env["collection.level"].search([("delay_days", "=", 3)]).channels = env["collection.channel"].search(
    [("code", "=", "email")])
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
run.state = "sending"
result = run.action_ids.ids
"""
)
SEND = """
env["mail.mail"].process_email_queue()
"""
SETTLE = """
env["payment.transaction"]._cron_post_process()
env["collection.case"]._assess(env.ref("base.main_company"))
env.cr.commit()
env["collection.action"]._dispatch(env.ref("base.main_company"))
env["mail.mail"].process_email_queue()
"""
CASES = """
result = {case.partner_id.lang: [case.state, case.close_reason or ""] for case in env["collection.case"].search([])}
"""


def link_of(message):
    """Return the address of the debtor's page that a message carries."""
    return re.search(r'https?://[^"\s]+/collections/page/[\w-]+', message.get_body(("html",)).get_content())[0]


def to(smtp, address):
    """Return the messages that were sent to an address, first come first."""
    return [message for message in smtp.messages() if message["X-Rcpt-To"] == address]


def notices(odoo_shell, odoo_server, smtp, database, browser):
    """Send everybody a notice and take the phone; return the server."""
    smtp.use_in(database)
    server = odoo_server()
    odoo_shell(NOTICES)
    odoo_shell(stories.DISPATCH)
    page.phone(browser)
    browser.timeout = 60
    return server


def pay_with_demo(browser, picture):
    """Go through Odoo's payment form with the provider that pretends."""
    browser.wait("button[name=o_payment_submit_button]")
    # what was chosen already opens by itself
    if not browser.eval("document.querySelector('input[name=o_payment_radio]').checked"):
        browser.eval("document.querySelector('input[name=o_payment_radio]').click()")
    browser.wait("#customer_input")
    browser.fill("#customer_input", "4111111111111111")
    browser.eval("{ document.querySelector('#simulated_payment_state').value = 'done'; undefined }")
    browser.screenshot(picture)
    browser.wait_until("!document.querySelector('button[name=o_payment_submit_button]').disabled", "it can be paid")
    browser.click("button[name=o_payment_submit_button]")
    browser.wait_until("/\\/paid\\//.test(location.pathname)", "the payment is on the debtor's page")


def test_from_the_notice_to_paid_in_arabic_on_a_phone(odoo_shell, odoo_server, smtp, database, browser, tmp_path):
    notices(odoo_shell, odoo_server, smtp, database, browser)
    [notice] = to(smtp, "ar@example.com")
    browser.goto(link_of(notice))
    assert browser.eval("getComputedStyle(document.body).direction") == "rtl"
    assert not page.too_wide(browser)
    browser.screenshot(tmp_path / "owed.png")
    # everything, also what is not due yet
    browser.click("a[href*='what=open']")
    pay_with_demo(browser, tmp_path / "pay.png")
    browser.wait(".done, .good, .badge.good")
    assert browser.eval("getComputedStyle(document.body).direction") == "rtl"
    browser.screenshot(tmp_path / "paid.png")
    odoo_shell(SETTLE)
    assert odoo_shell(CASES)["ar_001"] == ["closed", "paid"]
    assert odoo_shell(CASES)["en_US"][0] == "open"
    _notice, *thanks = to(smtp, "ar@example.com")
    assert thanks, "a thank-you has been received"
    assert 'dir="rtl"' in thanks[-1].get_body(("html",)).get_content()
    # the page says so as well
    browser.goto(link_of(notice))
    assert "2,134.50" not in browser.text("main")
    assert not browser.eval("document.querySelector(\"a[href*='what=open']\") !== null")


def test_a_plan_is_asked_for_signed_and_its_first_instalment_paid(
    odoo_shell, odoo_server, smtp, database, browser, tmp_path
):
    notices(odoo_shell, odoo_server, smtp, database, browser)
    [notice] = to(smtp, "harbour.hotels@example.com")
    address = link_of(notice)
    browser.goto(address)
    browser.click("a[href$='/plan']")
    browser.wait("select[name=number]")
    browser.screenshot(tmp_path / "plan.png")
    browser.click("form[action$='/plan/preview'] button[type=submit]")
    browser.wait("form[action$='/plan'] button[type=submit]")
    browser.screenshot(tmp_path / "schedule.png")
    browser.click("form[action$='/plan'] button[type=submit]")
    browser.wait(".o_web_sign_name_input")
    browser.fill(".o_web_sign_name_input", "Maria Haddad")
    browser.click(".o_web_sign_auto_button")
    browser.wait_until("!document.querySelector('.o_portal_sign_submit').disabled", "it can be signed")
    assert not page.too_wide(browser)
    browser.screenshot(tmp_path / "sign.png")
    browser.click(".o_portal_sign_submit")
    browser.wait_until("!/sign/.test(location.pathname)", "the plan is signed")
    [[state, agreement, instalments]] = odoo_shell(
        "result = [[plan.state, bool(plan.agreement_id), len(plan.line_ids)] for plan in"
        " env['collection.plan'].search([])]"
    )
    assert (state, agreement, instalments) == ("active", True, 3)
    browser.goto(address)
    browser.click("a[href*='what=instalment']")
    pay_with_demo(browser, tmp_path / "instalment.png")
    odoo_shell(SETTLE)
    assert odoo_shell("result = env['collection.plan'].search([]).line_ids.sorted('date').mapped('state')") == [
        "paid",
        "open",
        "open",
    ]
    assert odoo_shell(CASES)["en_US"][0] == "open"


def test_a_collector_sees_what_a_debtor_objects_to_with_the_file(
    odoo_shell, odoo_server, smtp, database, browser, tmp_path
):
    server = notices(odoo_shell, odoo_server, smtp, database, browser)
    [notice] = to(smtp, "harbour.hotels@example.com")
    browser.goto(link_of(notice))
    browser.click("a[href$='/object']")
    browser.wait("textarea[name=text]")
    photo = tmp_path / "broken box.png"
    browser.screenshot(photo)
    browser.eval("document.querySelector('input[name=item]').click()")
    # a list or buttons to choose one
    browser.eval(
        "{ const reason = document.querySelector('[name=reason]');"
        "if (reason.tagName === 'SELECT') reason.selectedIndex = 1; else reason.click(); undefined }"
    )
    browser.fill("textarea[name=text]", "The box came broken & <b>wet</b>")
    root = browser.send("DOM.getDocument")["root"]["nodeId"]
    field = browser.send("DOM.querySelector", nodeId=root, selector="input[type=file]")["nodeId"]
    browser.send("DOM.setFileInputFiles", nodeId=field, files=[str(photo)])
    browser.click("form[action$='/object'] button[type=submit]")
    browser.wait("main .done")
    browser.screenshot(tmp_path / "objected.png")
    odoo_shell(SEND)
    assert len(to(smtp, "harbour.hotels@example.com")) == 2, "it is confirmed"
    [dispute] = odoo_shell("result = env['collection.dispute'].search([]).ids")
    browser.send("Emulation.clearDeviceMetricsOverride")
    browser.login(server.url, "amira", "amira")
    browser.goto(f"{server.url}/odoo/collection.dispute/{dispute}")
    browser.wait(".o_form_view", "INV")
    assert "The box came broken & <b>wet</b>" in browser.eval(
        "document.body.innerText + [...document.querySelectorAll('textarea, input')].map(e => e.value).join()"
    )
    if browser.eval("[...document.querySelectorAll('.nav-link')].some(e => /page/i.test(e.innerText))"):
        browser.eval("[...document.querySelectorAll('.nav-link')].find(e => /page/i.test(e.innerText)).click()")
    browser.wait(".o_form_view", "broken box")
    browser.screenshot(tmp_path / "seen.png")
