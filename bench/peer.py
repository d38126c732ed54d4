"""The peer beside which we are measured: OCA's account_credit_control, from its package, on the same ledger.

Its run makes a line per item that is due for a level; for a ledger without any line yet, all at the first level. A run
sees one company, so the branch has one of its own.
"""

import shutil
import sys

from odoo import fields

from measure import row, timed
from project import CONF, DEV, run

DATABASE = "base"
LARGEST = "medium"
PACKAGE = "odoo-addon-account-credit-control==19.0.*"
MODULE = "account_credit_control"
FOLDER = DEV / "peer"
LINES = "the peer: lines made by its run"


def options():
    """Fetch the peer if it is not there, and return the options with which Odoo finds it.

    :raises Stop: when it cannot be had
    """
    addons = FOLDER / "odoo" / "addons"
    if not (addons / MODULE / "__manifest__.py").exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        # Its only dependency is Odoo, which is here. Without it nothing is measured beside it, and the rest goes on.
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", FOLDER, PACKAGE]
        run(command, "the peer's package cannot be had here, so there is nothing to compare with", log="bench_pip")
    configured = next(line for line in CONF.read_text().splitlines() if line.startswith("addons_path"))
    return [f"--addons-path={configured.partition('=')[2].strip()},{addons}"]


def measure(env):
    """How many lines a second the peer's run makes."""
    env = _installed(env)
    policy = _policy(env)
    seconds, lines = 0, 0
    for company in env["res.company"].search([]):
        company.credit_policy_id = policy
        company_env = env(context={**env.context, "allowed_company_ids": company.ids})
        values = {"date": fields.Date.today(), "company_id": company.id}
        # so that the policy is not looked for among all, as its default does
        one = company_env["credit.control.run"].create({**values, "policy_ids": [(6, 0, policy.ids)]})
        took, _done = timed(lambda one=one: _run(one))
        seconds += took
        lines += len(one.line_ids)
    yield row(LINES, lines / seconds, "lines/s", note=f"{lines:,} lines in {seconds:.1f} s")


def _run(run):
    run.generate_credit_lines()
    run.env.cr.commit()


def _installed(env):
    """Install the peer; return an environment that knows it."""
    env["ir.module.module"].update_list()
    env["ir.module.module"].search([("name", "=", MODULE)]).button_immediate_install()
    env.transaction.reset()
    return env(context=dict(env.context))


def _policy(env):
    """The policy it comes with, told to look at every receivable account."""
    policy = env.ref(f"{MODULE}.credit_control_3_time")
    policy.account_ids = env["account.account"].search([("account_type", "=", "asset_receivable")])
    return policy
