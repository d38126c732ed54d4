"""The same work by several processes at once: nothing twice, nothing left out, and more done in the time.

Each process loads Odoo and its registry, then waits at a barrier; measured is from there to the end of the last one.
"""

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from odoo.tools import SQL

import engine
import topic
from measure import row

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from mailbox import Mailbox  # the mail server of the tests: it counts, and keeps what it is given

DATABASE = "addon"
LARGEST = "medium"
PATIENCE = 1800  # seconds
THROUGHPUT = 1.4
NOTICES = 200  # per measurement, at most


def assess(env):
    """The work of one process: assess."""
    engine.assess(env)


def propose(env):
    """The work of one process: propose."""
    engine.propose(env)


def dispatch(env):
    """The work of one process: send what is approved."""
    env["collection.action"]._dispatch(engine.company(env))
    env.cr.commit()


def worker(work, database, barrier, results):
    """What one process does: report (start, end, what went wrong)."""
    with topic.environment(database) as env:
        env.cr.commit()
        barrier.wait(PATIENCE)
        started, wrong = time.perf_counter(), None
        try:
            work(env)
        except psycopg2.Error as error:
            env.cr.rollback()
            wrong = type(error).__name__
        results.put((started, time.perf_counter(), wrong))


def together(env, work, processes):
    """Let several processes do the same work at once; return (seconds, [what went wrong])."""
    env.cr.commit()
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(processes), spawn.Queue()
    workers = [spawn.Process(target=worker, args=(work, env.cr.dbname, barrier, results)) for _each in range(processes)]
    for process in workers:
        process.start()
    outcomes = [results.get(timeout=PATIENCE) for _each in workers]
    for process in workers:
        process.join()
    env.invalidate_all()
    started, ended, wrong = zip(*outcomes, strict=True)
    return max(ended) - min(started), [one for one in wrong if one]


def measure(env):
    """Assess, propose and dispatch with one process, two and four."""
    engine.company(env).collection_daily_cap = 0
    engine.assess(env)
    yield from _throughput("assess", "debtors", *_assessing(env))
    engine.propose(env)
    yield from _throughput("propose", "actions", *_proposing(env))
    with tempfile.TemporaryDirectory() as folder:
        box = Mailbox(Path(folder, "mail"))
        box.use_in(env.cr.dbname)
        yield from _throughput("dispatch", "e-mails", *_dispatching(env, box))
        box.close()


def _throughput(name, unit, number, run):
    """Yield the rows of one kind of work.

    :param number: how many of the unit there are to do
    :param run: function of a number of processes, returning (seconds, [what went wrong], how many are missing or twice)
    """
    speed, notes, astray = {}, {}, 0
    for processes in (1, 2, 4):
        seconds, wrong, missed = run(processes)
        speed[processes] = number / seconds
        astray += missed
        failed = f"{len(wrong)} of {processes} processes failed: {', '.join(sorted(set(wrong)))}"
        notes[processes] = failed if wrong else None
    per_second = f"{unit}/s"
    yield row(f"{name} by 1 process", speed[1], per_second, note=notes[1])
    yield row(f"{name} by 2 processes", speed[2], per_second, speed[1], THROUGHPUT, at_least=True, note=notes[2])
    yield row(f"{name} by 4 processes", speed[4], per_second, speed[1], note=notes[4])
    yield row(f"{name}: {unit} left out or done twice", astray, unit, None, 0)


def _assessing(env):
    """Return how many cases there are to open, and how to open them."""
    expected = _count(env, "collection_case", "debtor_id")[1]

    def run(processes):
        engine.empty(env)
        seconds, wrong = together(env, assess, processes)
        return seconds, wrong, _astray(env, "collection_case", "debtor_id", expected)

    return expected, run


def _proposing(env):
    """Return how many actions there are to propose, and how to propose them."""
    expected = _count(env, "collection_action", "(case_id, channel)")[1]

    def run(processes):
        engine.empty(env, ("collection_action_line", "collection_action", "collection_run"))
        seconds, wrong = together(env, propose, processes)
        return seconds, wrong, _astray(env, "collection_action", "(case_id, channel)", expected)

    return expected, run


def _dispatching(env, box):
    """Return how many e-mails each measurement sends, and how to send them; each takes others."""
    proposed = env["collection.action"].search([("state", "=", "proposed"), ("channel", "=", "email")], order="id")
    number = min(NOTICES, len(proposed) // 3)
    starts = iter(range(0, len(proposed), number))

    def run(processes):
        start = next(starts)
        actions = proposed[start : start + number]
        actions.action_approve()
        before = box.count
        seconds, wrong = together(env, dispatch, processes)
        unsent = len(actions.filtered(lambda action: action.state != "sent"))
        return seconds, wrong, unsent + abs(box.count - before - number)

    return number, run


def _count(env, table, key):
    """Return (rows, different keys) of a table."""
    env.cr.execute(SQL("SELECT count(*), count(DISTINCT %s) FROM %s", SQL(key), SQL.identifier(table)))
    result = env.cr.fetchone()
    env.cr.commit()
    return result


def _astray(env, table, key, expected):
    """How many of what was expected are missing, or there twice."""
    rows, different = _count(env, table, key)
    return abs(expected - different) + rows - different
