"""The debtor's page is usable with a screen reader, with the keyboard alone, and on a phone of 360 pixels."""

import pytest

import axe
import page


@pytest.fixture
def links(odoo_shell, odoo_server):
    """Absolute addresses: {"open": {language: address}, "old": address, "unknown": address}."""
    made = odoo_shell(page.LINKS)
    server = odoo_server()
    return {"url": server.url, **made, "unknown": "/collections/page/" + "x" * 32}


def looked_at(browser, links, folder):
    """Open every part in both languages, and what is shown to who has no link; yield (path, language)."""
    shots = 0
    for lang, start in links["open"].items():
        for path in page.parts(browser, links["url"], start):
            browser.goto(links["url"] + path)
            shots += 1
            browser.screenshot(folder / f"page-{shots}.png")
            yield path, lang
    for refused in (links["old"], links["unknown"]):
        browser.goto(links["url"] + refused)
        yield refused, "en_US"


def test_axe_finds_no_serious_fault_and_nobody_scrolls_sideways(links, browser, tmp_path):
    faults = {}
    page.phone(browser)
    for path, lang in looked_at(browser, links, tmp_path):
        for line in [*axe.faults(browser), *page.too_wide(browser)]:
            faults.setdefault(line, path)
        assert browser.eval("document.documentElement.lang")[:2] == lang[:2], path
        assert browser.eval("getComputedStyle(document.body).direction") == ("rtl" if lang == "ar_001" else "ltr"), path
        assert browser.eval("document.title.trim().length") > 3, path
        # WCAG 1.4.10: whoever enlarges the words to 400 % has 320 pixels of width
        page.phone(browser, width=320, height=640)
        for line in page.too_wide(browser):
            faults.setdefault(f"enlarged: {line}", path)
        page.phone(browser)
    assert not faults, "\n".join(f"{path}: {line}" for line, path in faults.items())
    assert not [line for line in browser.console if "Content Security Policy" in line], browser.console


def test_the_keyboard_reaches_everything_in_order_and_is_seen(links, browser, tmp_path):
    for path, _lang in looked_at(browser, links, tmp_path):
        stops = page.tabbed(browser)
        assert [stop for stop in stops if not stop["changed"]] == [], (path, "where the keyboard is, is not seen")
        missed = browser.eval(
            f"{page.REACHABLE}.filter(e => !window.seenByTab.includes(e) && !(e.type === 'radio' && "
            "window.seenByTab.some(seen => seen.name === e.name))).map(e => e.outerHTML.slice(0, 120))"
        )
        assert not missed, (path, missed)
        # in the order in which the page is read
        assert browser.eval(
            "window.seenByTab.every((e, i) => !i || window.seenByTab[i - 1].compareDocumentPosition(e) & 4)"
        ), (path, stops)
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    browser.goto(links["url"] + links["open"]["en_US"])
    assert "1,234.50" in browser.text("main"), "without scripts"
