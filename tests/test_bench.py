"""The benchmark measures on a ledger that Odoo itself agrees with, and writes its rows in the agreed form."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import databases
import ledger
import odoo_process
import project

PARTNERS, INVOICES = 500, 2_000
RECEIVABLE = "(SELECT id FROM account_account WHERE account_type = 'asset_receivable')"


@pytest.fixture(scope="module")
def books():
    """The name of a database with a small ledger, without the add-on."""
    name = odoo_process.fresh_database("base")
    try:
        ledger.fill(name, PARTNERS, INVOICES)
        yield name
    finally:
        databases.drop(name)


def number(database, query):
    [[value]] = odoo_process.sql(database, query)
    return float(value)


def test_every_entry_balances(books):
    unbalanced = """
        SELECT count(*) FROM (SELECT move_id FROM account_move_line GROUP BY move_id
                              HAVING sum(balance) != 0 OR sum(amount_currency) != 0) entry
    """
    assert number(books, "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'") == INVOICES
    assert number(books, unbalanced) == 0


def test_open_is_what_was_not_matched(books):
    differing = f"""
        WITH matched AS (
            SELECT debit_move_id AS line_id, -amount AS amount, -debit_amount_currency AS currency
              FROM account_partial_reconcile
         UNION ALL
            SELECT credit_move_id, amount, credit_amount_currency FROM account_partial_reconcile
        ),
        sums AS (SELECT line_id, sum(amount) AS amount, sum(currency) AS currency FROM matched GROUP BY line_id)
        SELECT count(*)
          FROM account_move_line line
     LEFT JOIN sums ON sums.line_id = line.id
         WHERE account_id IN {RECEIVABLE}
           AND (amount_residual != balance + coalesce(sums.amount, 0)
                OR amount_residual_currency != amount_currency + coalesce(sums.currency, 0)
                OR reconciled != (amount_residual = 0))
    """
    assert number(books, "SELECT count(*) FROM account_partial_reconcile") > INVOICES / 2
    assert number(books, differing) == 0


def test_about_a_third_of_the_lines_is_open_and_nearly_every_debtor_is_late(books):
    invoiced = f"FROM account_move_line WHERE account_id IN {RECEIVABLE} AND balance > 0"
    lines = number(books, f"SELECT count(*) {invoiced}")
    late = number(
        books, f"SELECT count(DISTINCT partner_id) {invoiced} AND NOT reconciled AND date_maturity < current_date"
    )
    assert 0.25 < number(books, f"SELECT count(*) {invoiced} AND NOT reconciled") / lines < 0.40
    assert 0.6 < late / PARTNERS < 1


def test_odoo_takes_a_payment_on_every_kind_of_invoice(books):
    shell = odoo_process.Shell(books)
    try:
        paid = shell("""
            company = env.ref("base.main_company")
            env = env(context={"allowed_company_ids": [company.id, *company.child_ids.ids]})
            kinds = {
                "plain": [("move_id.invoice_payment_term_id", "=", False), ("company_id", "=", company.id)],
                "instalments": [("move_id.invoice_payment_term_id", "!=", False)],
                "second currency": [("currency_id", "!=", company.currency_id.id)],
                "contact": [("move_id.partner_id.parent_id", "!=", False)],
                "branch": [("company_id", "!=", company.id)],
            }
            result = {}
            for kind, domain in kinds.items():
                line = env["account.move.line"].search([
                    ("account_id.account_type", "=", "asset_receivable"), ("move_id.payment_state", "=", "not_paid"),
                    ("move_id.move_type", "=", "out_invoice"), *domain,
                ], limit=1)
                move = line.move_id
                open_before = move.amount_residual
                wizard = env["account.payment.register"].with_company(move.company_id).with_context(
                    active_model="account.move", active_ids=move.ids,
                ).create({})
                wizard.amount = line.amount_residual_currency
                payment = wizard._create_payments()
                result[kind] = [
                    line.reconciled,
                    move.currency_id.compare_amounts(open_before - move.amount_residual, payment.amount),
                    len(move.line_ids.filtered(lambda one: one.account_id == line.account_id)) > 1,
                ]
        """)
    finally:
        shell.close()
    assert paid == {
        kind: [True, 0, kind == "instalments"]
        for kind in ("plain", "instalments", "second currency", "contact", "branch")
    }


def test_odoo_matches_a_payment_that_nobody_had_matched(books):
    shell = odoo_process.Shell(books)
    try:
        unmatched, matched = shell("""
            credits = env["account.move.line"].search([
                ("account_id.account_type", "=", "asset_receivable"), ("amount_residual", "<", 0),
            ])
            result = [len(credits), 0]
            for credit in credits:
                debit = env["account.move.line"].search([
                    ("account_id", "=", credit.account_id.id), ("partner_id", "=", credit.partner_id.id),
                    ("currency_id", "=", credit.currency_id.id), ("company_id", "=", credit.company_id.id),
                    ("amount_residual_currency", "=", -credit.amount_residual_currency),
                ], limit=1)
                (credit | debit).reconcile()
                result[1] += credit.reconciled and debit.reconciled
        """)
    finally:
        shell.close()
    assert unmatched > 0
    assert matched == unmatched


def test_bench_writes_its_rows_in_the_agreed_form(tmp_path):
    output = tmp_path / "bench.jsonl"
    command = [project.PYTHON, project.ROOT / "bench" / "bench.py", "--size", "tiny", "--output", output]
    done = subprocess.run(
        [*command, "engine", "screens"],
        capture_output=True,
        text=True,
        env=project.environ(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    assert {"name", "value", "unit", "floor", "ratio"} <= set.intersection(*map(set, rows))
    for row in rows:
        assert row["value"] > 0
        assert row["name"] in done.stdout
        if row["floor"]:
            assert row["ratio"] == pytest.approx(row["value"] / row["floor"])
    assert not [name for name in databases.databases() if name.startswith("bench_") and "_tiny_" in name]
