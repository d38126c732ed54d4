"""The bridge to OCA's queue_job: its own runner and its own workers do the jobs, a real mail server takes the mails."""

import time
from collections import Counter

import pytest

import queue_job
import stories
from odoo_process import Server, sql

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
AGAIN = "\nenv.cr.commit()" + CRON
WAITING = "SELECT name FROM queue_job WHERE state IN ('pending', 'enqueued', 'wait_dependencies')"
TRIGGERS = (
    "SELECT 1 FROM ir_cron_trigger t JOIN ir_cron c ON c.id = t.cron_id WHERE c.cron_name = 'Collections: dispatch'"
)


# what the runner's worker does, with less time than the mails take
ONE_OUT_OF_TIME = """
from odoo.addons.debt_collection_queue.models import collection_action
from odoo.addons.queue_job.exception import RetryableJobError
collection_action.SECONDS = 0.1
job = env["queue.job"].search([("state", "=", "pending")], limit=1)
try:
    env["collection.action"]._dispatch_part(*job.args)
except RetryableJobError:
    result = "postponed"
"""


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


def finished(database, number=None):
    """Wait until all jobs are done: so many, when a number is given."""
    unfinished = "SELECT 1 FROM queue_job WHERE state NOT IN ('done', 'failed') LIMIT 1"
    deadline = time.monotonic() + 60
    while sql(database, unfinished) and time.monotonic() < deadline:
        time.sleep(0.3)
    told = sql(database, "SELECT state, name, exc_info, result FROM queue_job ORDER BY id")
    assert {state for state, *_words in told} == {"done"}, told
    assert len(told) == (number or len(told)), told


def test_a_batch_is_proposed_and_sent_by_jobs_and_each_debtor_reminded_once_whatever_is_repeated(
    database, odoo_shell, runner, smtp
):
    # the bridge came by itself: the template was made by installing queue_job
    assert sql(database, "SELECT state FROM ir_module_module WHERE name = 'debt_collection_queue'") == [["installed"]]
    # looked at again while the jobs wait: they are not made a second time
    odoo_shell(DEBTORS + PROPOSING + AGAIN + AGAIN + "run.action_pause()\n", count=10, letters=3)
    # 13 cases, 3 in a job, and one job for what they leave
    states = Counter(state for [state] in sql(database, "SELECT state FROM queue_job"))
    assert states == {"pending": 5, "wait_dependencies": 1}
    runner()
    finished(database, 6)
    # stopped: it waits for its person, and then there are new jobs
    assert sql(database, "SELECT count(*) FROM collection_action") == [["0"]]
    assert sql(database, "SELECT state FROM collection_run") == [["proposing"]]
    odoo_shell('env["collection.run"].search([]).action_resume()' + AGAIN)
    finished(database, 12)
    assert sql(database, "SELECT state FROM collection_run") == [["proposed"]]
    channels = "SELECT channel, count(*) FROM collection_action GROUP BY 1 ORDER BY 1"
    assert sql(database, channels) == [["email", "10"], ["letter", "3"]]

    odoo_shell('env["collection.run"].search([]).action_approve()' + AGAIN + AGAIN)
    finished(database)
    assert recipients(smtp) == everyone(10)
    # 10 e-mails, 4 in a job; the letters of the batch are one PDF, made by one job
    parts = (
        "SELECT identity_key LIKE '%/letters', count(*) FROM queue_job WHERE method_name = '_dispatch_part' GROUP BY 1"
    )
    assert dict(sql(database, parts)) in ({"f": n, "t": "1"} for n in ("3", "4"))
    assert sql(database, "SELECT count(*) FROM ir_attachment WHERE res_model = 'collection.run'") == [["1"]]
    # the last one asks for the scheduled action, which closes the batch; and every job is done a second time
    assert sql(database, TRIGGERS) != []
    states = odoo_shell(AGAIN + 'env["queue.job"].search([]).requeue()\n' + stories.STATES)
    assert set(states["actions"].values()) == {"sent"}
    assert sql(database, "SELECT state FROM collection_run") == [["done"]]
    finished(database)
    assert recipients(smtp) == everyone(10)
    assert sql(database, "SELECT count(*) FROM ir_attachment WHERE res_model = 'collection.run'") == [["1"]]
    assert sql(database, "SELECT count(*) FROM collection_action") == [["13"]]


def test_what_jobs_leave_undone_the_scheduled_action_does(database, odoo_shell, smtp):
    # proposed by the daily scheduled action this time
    odoo_shell(DEBTORS + 'env.cr.commit()\nenv["collection.case"]._cron_assess()\n', count=7, letters=0)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["0"]]
    # one failed, the others somebody cancelled
    sql(database, "UPDATE queue_job SET state = 'cancelled' WHERE state = 'pending'")
    sql(database, "UPDATE queue_job SET state = 'failed' WHERE id = (SELECT min(id) FROM queue_job)")
    odoo_shell(CRON + 'env["collection.run"].search([]).action_approve()' + AGAIN)
    assert sql(database, "SELECT count(*) FROM collection_action") == [["7"]]
    assert recipients(smtp) == {}
    # no job runner serves the database, and these wait in vain
    assert len(sql(database, WAITING)) >= 2
    sql(database, "UPDATE queue_job SET date_created = date_created - interval '11 minutes'")
    smtp.delay = 0.2
    assert odoo_shell(ONE_OUT_OF_TIME + AGAIN) == "postponed"
    assert recipients(smtp) == everyone(7)
    assert sql(database, "SELECT state FROM collection_run") == [["done"]]


def test_no_jobs_are_made_while_sending_is_stopped_or_the_day_s_number_is_kept(database, odoo_shell, smtp):
    states = odoo_shell(
        DEBTORS
        + APPROVED
        + "company.collection_stopped = True"
        + AGAIN
        + 'before = run.action_ids.mapped("state")\n'
        + 'company.write({"collection_stopped": False, "collection_daily_cap": 3})'
        + AGAIN
        + "result = before",
        count=6,
        letters=0,
    )
    assert set(states) == {"approved"}
    # jobs beside each other would count past it: the scheduled action sends them itself
    assert len(recipients(smtp)) == 3
    assert sql(database, "SELECT name FROM queue_job") == []


def test_uninstalling_the_bridge_leaves_the_scheduled_actions_at_work(database, odoo_shell, smtp):
    waiting = odoo_shell(
        DEBTORS
        + APPROVED
        + AGAIN
        + """
result = env["queue.job"].search([("state", "=", "pending")]).mapped("name")
env["ir.module.module"].search([("name", "=", "debt_collection_queue")]).button_immediate_uninstall()
""",
        count=6,
        letters=0,
    )
    assert len(waiting) >= 2
    assert recipients(smtp) == {}
    assert sql(database, WAITING) == []
    assert sql(database, "SELECT name FROM ir_model_data WHERE module = 'debt_collection_queue'") == []
    assert sql(database, "SELECT 1 FROM information_schema.columns WHERE column_name = 'handed_over'") == []
    odoo_shell(CRON)
    assert recipients(smtp) == everyone(6)
