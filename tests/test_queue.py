"""The bridge to OCA's queue_job: its own runner and its own workers do the jobs, a real mail server takes the mails."""

import time
from collections import Counter

import pytest

import queue_job
import stories
from odoo_process import Server, Shell, sql

pytestmark = pytest.mark.skipif(not queue_job.addons(), reason="queue_job could not be fetched: see `make setup`")

# small enough that a few debtors are many jobs
SETTINGS = """
parameters = env["ir.config_parameter"]
parameters.set_param("debt_collection_queue.propose_part", "3")
parameters.set_param("debt_collection_queue.dispatch_part", "4")
"""
DEBTORS = (
    SETTINGS
    + stories.DEBTORS
    + """
for number in range(count):
    invoice(debtor(f"Debtor {number:02}"), 100 + number, 5)
for number in range(letters):
    invoice(debtor(f"Letters {number}", email=False, street="1 Main Street", city="Springfield"), 50, 5)
env["collection.case"]._assess(company)
"""
)
# what a click does with a large batch: it is left to the scheduled action
PROPOSING = """
run = env["collection.run"].create({})
run.write({"state": "proposing"})
"""
APPROVED = """
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
result = run.id
"""
CRON = """
env["collection.action"]._cron_dispatch()
"""
JOBS = "SELECT state FROM queue_job WHERE method_name LIKE '\\_%\\_part' OR method_name = '_propose_rest' ORDER BY id"


@pytest.fixture
def database(new_database, smtp):
    name = new_database("queue")
    smtp.use_in(name)
    return name


@pytest.fixture
def runner(database, tmp_path, monkeypatch):
    """Start a server with two workers and queue_job's runner; its scheduled actions are called by the tests."""
    servers = []

    def start():
        monkeypatch.setenv("ODOO_QUEUE_JOB_CHANNELS", "root:4")
        servers.append(Server(database, tmp_path, "--load=base,web,queue_job", workers=2))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def recipients(smtp):
    return Counter(message["X-Rcpt-To"] for message in smtp.messages())


def everyone(count):
    return {f"debtor.{number:02}@example.com": 1 for number in range(count)}


def finished(database, number):
    """Wait until so many jobs are done and none waits; fails when one fails or it takes too long."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        states = Counter(state for [state] in sql(database, JOBS))
        if set(states) <= {"done"} and states["done"] == number:
            return
        if states["failed"]:
            break
        time.sleep(0.2)
    told = sql(database, "SELECT state, name, exc_info, result FROM queue_job ORDER BY id")
    raise AssertionError(f"the jobs did not come to an end: {told}")


def test_a_batch_is_proposed_and_sent_by_jobs_and_every_debtor_is_reminded_once(database, odoo_shell, runner, smtp):
    # the bridge came by itself: the template was made by installing queue_job
    assert sql(database, "SELECT state FROM ir_module_module WHERE name = 'debt_collection_queue'") == [["installed"]]
    odoo_shell(DEBTORS + PROPOSING, count=10, letters=3)
    # looked at again while the jobs wait: they are not made a second time
    odoo_shell(CRON + "env.cr.commit()" + CRON)
    # 13 cases, 3 in a job, and one job for what they leave
    assert [state for [state] in sql(database, JOBS)] == ["pending"] * 5 + ["wait_dependencies"]
    assert sql(database, "SELECT count(*) FROM collection_action") == [["0"]]
    runner()
    finished(database, 6)
    assert sql(database, "SELECT state FROM collection_run") == [["proposed"]]
    assert sql(database, "SELECT channel, count(*) FROM collection_action GROUP BY 1 ORDER BY 1") == [
        ["email", "10"],
        ["letter", "3"],
    ]

    odoo_shell('env["collection.run"].search([]).action_approve()')
    odoo_shell(CRON)
    deadline = time.monotonic() + 60
    while sql(database, "SELECT 1 FROM queue_job WHERE state != 'done'") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert recipients(smtp) == everyone(10)
    assert set(odoo_shell(stories.STATES)["actions"].values()) == {"sent"}
    # the letters of the batch are one PDF, made by one job
    assert sql(database, "SELECT count(*) FROM ir_attachment WHERE res_model = 'collection.run'") == [["1"]]
    assert sql(database, "SELECT count(*) FROM queue_job WHERE identity_key LIKE '%/letters'") == [["1"]]
    assert int(sql(database, "SELECT count(*) FROM queue_job WHERE method_name = '_dispatch_part'")[0][0]) >= 4
    # the last job has called the scheduled action, which closes the batch
    assert sql(database, "SELECT 1 FROM ir_cron_trigger t JOIN ir_cron c ON c.id = t.cron_id "
               "WHERE c.cron_name = 'Collections: dispatch'")
    odoo_shell(CRON)
    assert sql(database, "SELECT state FROM collection_run") == [["done"]]


def test_jobs_made_twice_run_once_and_a_job_done_again_sends_nothing_twice(database, odoo_shell, runner, smtp):
    odoo_shell(DEBTORS + APPROVED, count=6, letters=0)
    odoo_shell(CRON + "env.cr.commit()" + CRON)
    number = len(sql(database, JOBS))
    assert number in (2, 3)
    runner()
    finished(database, number)
    assert recipients(smtp) == everyone(6)
    odoo_shell('env["queue.job"].search([]).requeue()')
    finished(database, number)
    # and by hand, while another does the same
    again = 'job = env["queue.job"].search([], limit=1)\nenv["collection.action"]._dispatch_part(*job.args)\n'
    for worker in [odoo_shell.start(again), odoo_shell.start(again)]:
        worker.result()
    assert recipients(smtp) == everyone(6)


def test_without_a_job_runner_the_scheduled_action_does_the_work_after_a_while(database, odoo_shell, smtp):
    odoo_shell(DEBTORS + PROPOSING, count=7, letters=0)
    odoo_shell(CRON)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["0"]]
    sql(database, "UPDATE queue_job SET date_created = date_created - interval '11 minutes'")
    odoo_shell(CRON + 'env["collection.run"].search([]).action_approve()\nenv.cr.commit()' + CRON)
    assert recipients(smtp) == everyone(7)
    assert sql(database, "SELECT state FROM collection_run") == [["done"]]


def test_a_stopped_batch_waits_for_its_person_and_then_gets_new_jobs(database, odoo_shell, runner, smtp):
    odoo_shell(DEBTORS + PROPOSING, count=7, letters=0)
    odoo_shell(CRON + 'env["collection.run"].search([]).action_pause()\n')
    runner()
    finished(database, 4)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["0"]]
    assert sql(database, "SELECT state FROM collection_run") == [["proposing"]]
    odoo_shell('env["collection.run"].search([]).action_resume()\nenv.cr.commit()' + CRON)
    finished(database, 8)
    assert sql(database, "SELECT state FROM collection_run") == [["proposed"]]
    odoo_shell(
        """
run = env["collection.run"].search([])
run.action_approve()
run.company_id.collection_stopped = True
env.cr.commit()
"""
        + CRON
    )
    # all sending of the company is stopped: no job is made
    assert len(sql(database, JOBS)) == 8
    assert recipients(smtp) == {}


def test_what_a_failed_job_leaves_undone_the_scheduled_action_does(database, odoo_shell, runner):
    odoo_shell(DEBTORS + PROPOSING, count=7, letters=0)
    odoo_shell(CRON)
    sql(database, "UPDATE queue_job SET state = 'failed' WHERE id = (SELECT min(id) FROM queue_job)")
    runner()
    deadline = time.monotonic() + 60
    while sql(database, "SELECT 1 FROM queue_job WHERE state IN ('pending', 'enqueued', 'started')"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["4"]]
    odoo_shell(CRON)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["7"]]
    assert sql(database, "SELECT state FROM collection_run") == [["proposed"]]


def test_a_company_with_a_daily_number_of_reminders_is_not_sent_past_it(database, odoo_shell, smtp):
    odoo_shell(DEBTORS + "company.collection_daily_cap = 3\n" + APPROVED, count=6, letters=0)
    odoo_shell(CRON)
    assert len(recipients(smtp)) == 3
    assert sql(database, JOBS) == []


def test_uninstalling_the_bridge_leaves_the_scheduled_actions_at_work(database, smtp):
    Shell(database)(DEBTORS + APPROVED, count=6, letters=0)
    Shell(database)(CRON)
    assert recipients(smtp) == {}
    Shell(database)(
        'env["ir.module.module"].search([("name", "=", "debt_collection_queue")]).button_immediate_uninstall()'
    )
    assert {state for [state] in sql(database, JOBS)} == {"cancelled"}
    left = "SELECT name FROM ir_model_data WHERE module = 'debt_collection_queue'"
    assert sql(database, left) == []
    assert sql(database, "SELECT 1 FROM information_schema.columns WHERE column_name = 'handed_over'") == []
    Shell(database)(CRON)
    assert recipients(smtp) == everyone(6)
