"""Trouble with the database in the middle of a run: tried again or left for the next run, with a line in the log, and
never half done; accounting is not written to meanwhile.
"""

import subprocess
from contextlib import contextmanager

import psycopg2
import pytest

import odoo_process
import postgres
import project
import stories
from odoo_process import wait_until

QUEUE_RUN = 'env["mail.mail"].process_email_queue()\n'
ASSESS = 'env["collection.case"]._cron_assess()\n'


@pytest.fixture
def own_postgres(tmp_path, database, monkeypatch):
    """The database in a database server of this test alone; gives a function that restarts that server."""
    shared = project.environ()
    monkeypatch.setattr(postgres, "SERVER", tmp_path / "pg")
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path / "pg" / "data")
    monkeypatch.setattr(postgres, "named_by_environment", lambda: False)
    own = {**shared, **postgres.exports()}
    monkeypatch.setattr(project, "environ", lambda: own)
    postgres.start()
    dump = subprocess.Popen(["pg_dump", "-Fp", "-d", database], stdout=subprocess.PIPE, env=shared)
    subprocess.run(["createdb", database], check=True, env=own)
    subprocess.run(["psql", "-q", "-X", "-d", database], check=True, stdin=dump.stdout, env=own)
    assert dump.wait() == 0

    def restart():
        postgres.stop()
        postgres.start()

    yield restart
    postgres.stop()


@pytest.fixture
def accountant(database):
    """accountant() is a connection of somebody else's, in a transaction of its own."""
    opened = []

    def connect():
        named = project.settings()["exports"]
        connection = psycopg2.connect(
            dbname=database, host=named.get("PGHOST"), port=named.get("PGPORT"), user=named.get("PGUSER")
        )
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def waiting_for_a_lock(database):
    query = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(odoo_process.sql(database, query))


def states(database):
    query = "SELECT state, count(*) FROM collection_action GROUP BY 1"
    return {state: int(count) for state, count in odoo_process.sql(database, query)}


def recipients(smtp):
    return [message["X-Rcpt-To"] for message in smtp.messages()]


def everybody(count):
    return [f"debtor.{number:02}@example.com" for number in range(count)]


@contextmanager
def in_mid_run(odoo_shell, smtp, database, count=6):
    """A dispatch of that many notices, the second of which the mail server has and holds; it ends as it will.

    Gives the dispatch, and a function that lets the mail server go on.
    """
    odoo_shell(stories.APPROVED, count=count)
    smtp.use_in(database)
    smtp.patience = 1
    work = odoo_shell.start(stories.DISPATCH)
    wait_until(lambda: smtp.holding)

    def go_on():
        smtp.patience = None

    yield work, go_on
    go_on()
    work.process.wait(120)


def test_a_server_restarted_in_mid_run_costs_at_most_the_notice_that_was_leaving(
    own_postgres, odoo_shell, smtp, database
):
    with in_mid_run(odoo_shell, smtp, database) as (work, _go_on):
        own_postgres()
    assert_the_next_run_finishes(odoo_shell, smtp, database, work)


def test_a_connection_ended_in_mid_run_costs_at_most_the_notice_that_was_leaving(odoo_shell, smtp, database):
    with in_mid_run(odoo_shell, smtp, database) as (work, _go_on):
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'odoo-{}'"
        odoo_process.sql(database, query.format(work.process.pid))
    assert_the_next_run_finishes(odoo_shell, smtp, database, work)


def assert_the_next_run_finishes(odoo_shell, smtp, database, work):
    assert "terminating connection" in work.output.read_text() or "closed" in work.output.read_text()
    final = odoo_shell(stories.DISPATCH + stories.DISPATCH + QUEUE_RUN + stories.STATES)
    assert set(final["actions"].values()) <= {"sent", "unknown"}
    unknown = list(final["actions"].values()).count("unknown")
    assert unknown <= 1
    assert final["chain"] == []
    assert final["mails"] == ["cancel"] * unknown + ["sent"] * (len(final["actions"]) - unknown)
    # what is unknown may have arrived; nothing else is missing, and nothing is there twice
    got = recipients(smtp)
    assert len(got) == len(set(got))
    sent = {name for name, state in final["actions"].items() if state == "sent"}
    assert {f"{name.lower().replace(' ', '.')}@example.com" for name in sent} <= set(got)


def test_a_notice_whose_rows_somebody_else_writes_while_it_leaves_is_noted_as_sent_all_the_same(
    odoo_shell, smtp, database, accountant
):
    with in_mid_run(odoo_shell, smtp, database, count=3) as (work, go_on):
        other = accountant()
        with other, other.cursor() as cr:
            for table in ("collection_action", "collection_item", "collection_debtor", "collection_case"):
                cr.execute(f"UPDATE {table} SET company_id = company_id")
            go_on()
            # the outcome is written against this transaction
            wait_until(lambda: waiting_for_a_lock(database))
    work.result()
    assert "could not serialize" in work.output.read_text()
    odoo_shell(stories.DISPATCH)
    assert states(database) == {"sent": 3}
    assert sorted(recipients(smtp)) == everybody(3)


def test_a_notice_whose_outcome_ends_in_a_deadlock_is_noted_as_sent_all_the_same(
    odoo_shell, smtp, database, accountant
):
    with in_mid_run(odoo_shell, smtp, database, count=3) as (work, go_on):
        other = accountant()
        with other.cursor() as cr:
            cr.execute("UPDATE collection_debtor SET company_id = company_id")
            go_on()
            wait_until(lambda: waiting_for_a_lock(database))
            try:
                # the rows that the waiting one has written already
                cr.execute("UPDATE collection_case SET company_id = company_id")
                other.commit()
            except psycopg2.errors.DeadlockDetected:
                other.rollback()
    assert "deadlock detected" in work.output.read_text()
    odoo_shell(stories.DISPATCH)
    assert states(database) == {"sent": 3}
    assert sorted(recipients(smtp)) == everybody(3)


def test_an_assessment_that_loses_against_another_transaction_is_done_again(odoo_shell, database, accountant):
    odoo_shell(stories.APPROVED, count=2)
    odoo_shell(stories.DEBTORS + 'pay(env["account.move"].search([("move_type", "=", "out_invoice")])[:1])')
    other = accountant()
    with other, other.cursor() as cr:
        cr.execute("UPDATE collection_case SET company_id = company_id")
        work = odoo_shell.start(ASSESS)
        wait_until(lambda: waiting_for_a_lock(database))
    work.result()
    assert "could not serialize" in work.output.read_text()
    assert sorted(odoo_process.sql(database, "SELECT state FROM collection_case")) == [["closed"], ["open"]]
    # the notice of the one who has paid is not sent any more
    assert states(database) == {"approved": 1, "cancelled": 1}


def test_an_accountant_matching_payments_from_our_list_gets_through_though_notices_were_dispatched_meanwhile(
    odoo_shell, smtp, database, tmp_path
):
    smtp.use_in(database)
    odoo_shell(stories.APPROVED, count=2)
    odoo_shell(
        stories.DEBTORS
        + """
for move in env["account.move"].search([("move_type", "=", "out_invoice")]):
    env["account.payment"].create({"partner_id": move.partner_id.id, "amount": move.amount_total,
                                   "payment_type": "inbound", "partner_type": "customer"}).action_post()
"""
    )
    began, go = tmp_path / "began", tmp_path / "go"
    matching = odoo_shell.start(
        """
import pathlib, time
from odoo.service.model import retrying
unmatched = env["account.move.line"].search([
    ("reconciled", "=", False), ("account_id.account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")])
pathlib.Path(began).touch()
while not pathlib.Path(go).exists():
    time.sleep(0.05)
for lines in unmatched.grouped("partner_id").values():
    # as a click on the button would
    retrying(lines.action_reconcile_selected, env)
    env.cr.commit()
result = unmatched.filtered(lambda line: not line.reconciled).ids
""",
        began=str(began),
        go=str(go),
    )
    wait_until(began.exists)
    # the dispatch finds out by itself that they have paid, and the cases are still open
    odoo_process.sql(database, "DELETE FROM collection_change")
    odoo_shell(stories.DISPATCH)
    go.touch()
    assert matching.result() == []
    assert set(states(database)) <= {"skipped", "cancelled"}
    assert odoo_shell(stories.STATES)["chain"] == []
    assert recipients(smtp) == []


def test_an_accountant_who_began_before_a_day_of_collections_neither_waits_nor_fails(
    odoo_shell, smtp, database, accountant
):
    smtp.use_in(database)
    odoo_shell(stories.APPROVED, count=3)
    other = accountant()
    other.set_session(isolation_level="REPEATABLE READ")  # Odoo's own
    with other, other.cursor() as cr:
        cr.execute("SELECT id FROM account_move")
        odoo_shell(ASSESS + stories.DISPATCH)
        assert len(recipients(smtp)) == 3
        # what a payment writes
        for table in ("account_move", "account_move_line", "res_partner"):
            cr.execute(f"UPDATE {table} SET write_date = now()")
