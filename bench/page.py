"""How long debtors wait for their page, beside Odoo's own `/my/invoices`: one alone, and fifty at once on two workers.

Each debtor has a portal login, too, and opens both, in turns, on the same server; what a browser fetches beside the
page itself (style sheets, scripts, of which ours has few) is not counted.
"""

import sys
import tempfile
from pathlib import Path

from measure import median, milliseconds, row

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import visitors
from odoo_process import Server

DATABASE = "proposed"
LARGEST = "medium"
DEBTORS = 50
WORKERS = 2
ROUNDS = 4
TIMES = 2  # in a row by each debtor, in a round
ALONE = 30  # debtors, one after the other
REACH = 2  # times as long as Odoo's own


def measure(env):
    """Yield the rows; what is made here is committed, the database being a copy that is dropped."""
    debtors = _debtors(env)
    paths = [debtor._page_path() for debtor in debtors]
    # not every open item is shown: what is left out of follow-up is not
    numbers = [env["collection.page"]._lines(debtor)[0]["move_name"] for debtor in debtors]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(env.cr.dbname, Path(folder), workers=WORKERS)
        try:
            sessions = [visitors.log_in(server.url, f"debtor{debtor.id}", "debtor") for debtor in debtors]
            ours = [(visitors.new_session(), f"{server.url}{path}") for path in paths]
            theirs = [(session, f"{server.url}/my/invoices") for session in sessions]
            # both workers warm, and both pages what they should be
            for _round in range(2):
                _check_shown(visitors.visit_together(ours), numbers)
                _check_shown(visitors.visit_together(theirs), ["INV/"] * len(debtors))
            yield _alone(ours, theirs)
            yield from _together(ours, theirs)
        finally:
            server.stop()


def _debtors(env):
    """Return debtors who owe, each with a portal login by the number of the debtor."""
    debtors = env["collection.debtor"].search(
        [("case_ids.state", "=", "open"), ("company_id", "=", env.ref("base.main_company").id)], limit=4 * DEBTORS
    )
    # who owes entries alone sees an empty list in Odoo's portal
    invoices = [
        ("move_type", "=", "out_invoice"),
        ("state", "=", "posted"),
        ("partner_id", "in", debtors.partner_id.ids),
    ]
    invoiced = env["account.move"].search(invoices).partner_id
    debtors = debtors.filtered(lambda debtor: debtor.partner_id in invoiced)[:DEBTORS]
    users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
    users.create(
        [
            {
                "login": f"debtor{debtor.id}",
                "password": "debtor",
                "partner_id": debtor.partner_id.id,
                # of a branch's invoices, too
                "company_id": debtor.company_id.id,
                "company_ids": [(6, 0, env["res.company"].search([("id", "child_of", debtor.company_id.id)]).ids)],
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
            for debtor in debtors
        ]
    )
    # Odoo sends who reads another language to an address of its own
    debtors.partner_id.lang = "en_US"
    env.cr.commit()
    return debtors


def _alone(ours, theirs):
    """One debtor after the other."""
    page, invoices = [], []
    for number in range(ALONE):
        for visits, seconds in ((ours, page), (theirs, invoices)):
            [answer] = visitors.visit_together([visits[number]])
            seconds.append(answer.seconds)
    return row(
        "a debtor's page, beside /my/invoices", milliseconds(median(page)), "ms", milliseconds(median(invoices)), REACH
    )


def _together(ours, theirs):
    """All at once, several times: 95 of 100 waited no longer than that."""
    page, invoices = [], []
    for _round in range(ROUNDS):
        for visits, answers in ((ours, page), (theirs, invoices)):
            answers += visitors.visit_together(visits, TIMES)
    failed = sum(answer.status != 200 for answer in page)
    page, invoices = (sorted(answer.seconds for answer in answers) for answers in (page, invoices))
    name = f"{len(ours)} debtors' pages at once on {WORKERS} workers"
    yield row(f"{name}, p95", milliseconds(_p95(page)), "ms", milliseconds(_p95(invoices)), REACH)
    yield row(f"{name}, not served", failed, "", None, 0)


def _check_shown(answers, words):
    """Check that everyone was served what is to be measured: a page with these words, one for each visitor."""
    for answer in answers:
        if answer.status != 200 or words[answer.number] not in answer.text:
            raise AssertionError(f"{words[answer.number]} is not on the page: {answer.status} {answer.text[:200]}")


def _p95(seconds):
    return seconds[int(len(seconds) * 0.95)]
