"""Fifty debtors on their pages at once, on two workers: everyone is served, and sees what is theirs alone.

How long they wait is measured by bench/page.py.
"""

import re

import visitors
from stories import DEBTORS

DEBTORS_AT_ONCE = 50
TIMES = 3

OWING = (
    DEBTORS
    + """
for number in range(count):
    invoice(debtor(f"Debtor {number:02}"), 1000 + number, 5)
env["collection.case"]._assess(company)
debtors = env["collection.debtor"].search([("case_ids.state", "=", "open")])
result = {debtor.partner_id.name: debtor._page_path() for debtor in debtors}
"""
)


def test_fifty_debtors_at_once_are_all_served_each_with_what_is_theirs(odoo_shell, odoo_server):
    paths = odoo_shell(OWING, count=DEBTORS_AT_ONCE)
    server = odoo_server(workers=2)
    names = sorted(paths)
    visits = [(visitors.new_session(), f"{server.url}{paths[name]}") for name in names]
    answers = visitors.visit_together(visits, TIMES)
    assert [answer for answer in answers if answer.status != 200] == []
    assert len(answers) == DEBTORS_AT_ONCE * TIMES
    for answer in answers:
        own = f"1,0{names[answer.number][-2:]}.00"
        shown = set(re.findall(r"1,0\d\d\.00", answer.text))
        assert shown == {own}, names[answer.number]
    log = server.log.read_text()
    assert "Traceback" not in log
    assert " ERROR " not in log


def test_guessers_at_speed_do_not_keep_the_others_waiting_out(odoo_shell, odoo_server):
    [path] = odoo_shell(OWING, count=1).values()
    server = odoo_server(workers=2)
    wrong = f"{server.url}/collections/page/{'x' * 32}"
    visits = [(visitors.new_session(), wrong if number % 5 else f"{server.url}{path}") for number in range(25)]
    answers = visitors.visit_together(visits, TIMES)
    assert {answer.status for answer in answers if answer.number % 5} == {404, 429}
    assert {answer.status for answer in answers if not answer.number % 5} == {200}
    assert "Traceback" not in server.log.read_text()


def test_a_form_sent_by_many_windows_at_once_is_done_once(odoo_shell, odoo_server):
    [path] = odoo_shell(OWING, count=1).values()
    server = odoo_server(workers=2)
    session = visitors.new_session()
    page = session.get(f"{server.url}{path}/object", timeout=60).text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    [item] = re.findall(r'name="item" [^>]*value="(\d+)"', page)
    reason = re.search(r'<option value="(\d+)"', page)[1]
    form |= {"item": item, "reason": reason, "text": "Never ordered"}
    answers = visitors.visit_together([(session, f"{server.url}{path}/object")] * 6, send=form)
    assert [answer.status for answer in answers] == [303] * 6
    disputes = odoo_shell("result = env['collection.dispute'].search([]).mapped('description')")
    assert disputes == ["Never ordered"]
