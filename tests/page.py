"""The debtor's page in a browser: the scene, the size of a phone, the keyboard."""

import stories

# a database whose debtors write English and Arabic, with what the page can show of an invoice
SCENE = (
    stories.DEBTORS
    + """
company.write({"name": "Northwind Paper", "email": "ar@northwind.example", "phone": "+1 555 0100",
               "collection_page_plan_amount": 5000})
env["res.partner.bank"].create({"acc_number": "DE89370400440532013000", "partner_id": company.partner_id.id})
people = {"en_US": debtor("Harbour Hotels", lang="en_US"),
          "ar_001": debtor("مكتبة النور", email="ar@example.com", lang="ar_001")}
amira = user("Amira", "debt_collection.group_collection_collector")
company.collection_user_id = amira
for partner in people.values():
    invoice(partner, 1234.5, 20)
    invoice(partner, 600, 8)
    invoice(partner, 300, -12)
provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
provider.write({"state": "test", "is_published": True})
provider.payment_method_ids.active = True
env["collection.case"]._assess(company)
debtors = {partner.lang: env["collection.debtor"].search([("partner_id", "=", partner.id)])
           for partner in people.values()}
"""
)
LINKS = (
    SCENE
    + """
result = {
    "open": {lang: debtor._page_path() for lang, debtor in debtors.items()},
    "old": debtors["en_US"]._page_path(day(-1)),
}
"""
)
PARTS = ("/pay", "/promise", "/plan", "/object", "/message", "/preferences")
# where the keyboard is: what has it, and how it looks with and without
FOCUS = """(() => {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const look = () => { const s = getComputedStyle(e);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join() };
    const there = look(), box = e.getBoundingClientRect();
    const words = (e.innerText || e.value || e.getAttribute('aria-label') || e.name || e.tagName).trim().slice(0, 60);
    window.seenByTab = window.seenByTab || [];
    let place = window.seenByTab.indexOf(e);
    // a date is several fields: leaving it to look at it would go back to its first
    if (place >= 0) return {place, words, tag: e.tagName, shown: true, changed: true};
    place = window.seenByTab.push(e) - 1;
    e.style.transition = 'none'; e.blur(); const without = look(); e.focus({focusVisible: true, preventScroll: true});
    return {place, words, tag: e.tagName, shown: box.width > 0 && box.height > 0, changed: there !== without};
})()"""
REACHABLE = """[...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(
    e => !e.disabled && e.tabIndex >= 0 && e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden'
         && !e.closest('details:not([open]) > :not(summary)'))"""


def phone(browser, width=360, height=780):
    """Give the browser's page the size of a phone."""
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=True)


def too_wide(browser):
    """Return what reaches beyond the screen, a line each: nothing when nobody has to scroll sideways."""
    return browser.eval(
        """document.scrollingElement.scrollWidth <= innerWidth && innerWidth <= screen.width ? [] :
        ['the page: ' + document.scrollingElement.scrollWidth,
         ...[...document.body.querySelectorAll('*')].filter(e => { const b = e.getBoundingClientRect();
            return b.width && (b.right > screen.width + 1 || b.left < -1) }).map(e => e.outerHTML.slice(0, 120))]"""
    )


def press(browser, key, code, number, **more):
    """Press a key as a person does."""
    values = {"key": key, "code": code, "windowsVirtualKeyCode": number, **more}
    browser.send("Input.dispatchKeyEvent", type="keyDown", **values)
    browser.send("Input.dispatchKeyEvent", type="keyUp", **values)


def tabbed(browser, most=150):
    """Go through the page with the Tab key from its top; return what had the keyboard, in order."""
    browser.eval("document.activeElement.blur(); window.seenByTab = []; scrollTo(0, 0); undefined")
    stops = []
    for _time in range(most):
        press(browser, "Tab", "Tab", 9)
        stop = browser.eval(FOCUS)
        if stop is None or (stops and stop["place"] == 0):  # out of the page again, or round
            return stops
        stops.append(stop)
    raise AssertionError(f"the keyboard does not come out of the page: {stops[-5:]}")


def parts(browser, url, path):
    """Return the paths of the parts that a debtor's page offers, the page itself first."""
    browser.goto(url + path)
    offered = browser.eval(
        "[...document.querySelectorAll('main a[href], nav a[href]')].map(a => new URL(a.href))"
        ".filter(a => a.origin === location.origin).map(a => a.pathname)"
    )
    own = [target for target in offered if target.startswith(f"{path}/")]
    # what the browser downloads is no page
    known = [target for target in own if target.removeprefix(path).startswith(PARTS)]
    return [path, *dict.fromkeys(known)]
