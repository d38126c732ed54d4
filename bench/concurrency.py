"""The same work by several processes at once: nothing twice, nothing left out, and more done in the time.

Each process loads Odoo and its registry, then waits at a barrier; measured is from there to the end of the last one.
"""

import logging
import multiprocessing
import queue
import sys
import tempfile
import time
from pathlib import Path

from odoo.tools import SQL

import engine
import topic
from measure import median, row

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from mailbox import Mailbox  # the mail server of the tests: it counts, and keeps what it is given

DATABASE = "addon"
LARGEST = "medium"
PATIENCE = 600  # seconds
ROUNDS = 3
THROUGHPUT = 1.4
SAMPLE = 20  # e-mails by which the speed of dispatch is guessed
LONG_ENOUGH = 10  # seconds of dispatch
SHARE = 500  # debtors in a batch of assess and propose


def assess(env):
    """The work of one process: assess who waits."""
    engine.assess_waiting(env)


def propose(env):
    """The work of one process: propose in the one batch that there is."""
    env["collection.run"].search([])._propose_in_batches()
    env.cr.commit()


def dispatch(env):
    """The work of one process: send what is approved."""
    env["collection.action"]._dispatch(engine.company(env))
    env.cr.commit()


def worker(work, database, barrier, results):
    """What one process does: report (start, end, what went wrong)."""
    with topic.environment(database) as env:
        env.cr.commit()
        _share()
        barrier.wait(PATIENCE)
        started, wrong = time.perf_counter(), None
        try:
            work(env)
        except Exception as error:
            # told in the table; the others go on
            env.cr.rollback()
            wrong = f"{type(error).__name__}: {error!s}".partition("\n")[0]
        results.put((started, time.perf_counter(), wrong))


def _share():
    """Let assess and propose take so little at a time that there is enough for every process."""
    # there is no add-on to import before Odoo has loaded it
    from odoo.addons.debt_collection.models import collection_case_assess, collection_run_propose

    collection_case_assess.BATCH = collection_run_propose.BATCH = SHARE


def together(env, work, processes):
    """Let several processes do the same work at once; return (seconds, [what went wrong])."""
    env.cr.commit()
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(processes), spawn.Queue()
    task = (work, env.cr.dbname, barrier, results)
    workers = [spawn.Process(target=worker, args=task, daemon=True) for _each in range(processes)]
    for process in workers:
        process.start()
    try:
        outcomes = [results.get(timeout=PATIENCE) for _each in workers]
    except queue.Empty:
        raise TimeoutError(f"{work.__name__} by {processes} did not end within {PATIENCE} s") from None
    for process in workers:
        process.join()
    env.invalidate_all()
    started, ended, wrong = zip(*outcomes, strict=True)
    return max(ended) - min(started), [one for one in wrong if one]


def measure(env):
    """Assess, propose and dispatch with one process, two and four."""
    engine.company(env).collection_daily_cap = 0
    engine.assess(env)
    batches = f"batches of {SHARE} debtors"
    yield from _throughput("assess", "debtors", *_assessing(env), batches)
    engine.propose(env)
    yield from _throughput("propose", "actions", *_proposing(env), batches)
    # the mail server shares the machine with those who are measured
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        box = Mailbox(Path(folder, "mail"))
        box.use_in(env.cr.dbname)
        yield from _throughput("dispatch", "e-mails", *_dispatching(env, box))
        box.close()


def _throughput(name, unit, number, run, note=None):
    """Yield the rows of one kind of work.

    :param number: how many of the unit there are to do
    :param run: function of a number of processes, returning (seconds, [what went wrong], how many are missing or twice)
    """
    seconds, failed, astray = {}, {}, 0
    # in turn, so that what else the machine does falls on all
    for processes in (*(1, 2) * ROUNDS, 4):
        took, wrong, missed = run(processes)
        seconds.setdefault(processes, []).append(took)
        failed.setdefault(processes, []).extend(wrong)
        astray += missed
    speed = {processes: number / median(times) for processes, times in seconds.items()}
    for processes, reach in ((1, None), (2, THROUGHPUT), (4, None)):
        floor = speed[1] if processes > 1 else None
        title = f"{name} by {processes} process{'es' * (processes > 1)}"
        one = row(title, speed[processes], f"{unit}/s", floor, reach, at_least=True, note=note)
        if failed[processes]:
            one["note"] = f"{len(failed[processes])} failed: {', '.join(sorted(set(failed[processes])))}"
            # what one does while another fails is no throughput of two
            one["reached"] = None if reach is None else False
        yield one
    yield row(f"{name}: {unit} left out or done twice", astray, unit, None, 0)


def _assessing(env):
    """Return how many cases there are to open, and how to open them."""
    expected = _count(env, "collection_case", "debtor_id")[1]

    def run(processes):
        engine.empty(env)
        engine.note_stale(env)
        seconds, wrong = together(env, assess, processes)
        return seconds, wrong, _astray(env, "collection_case", "debtor_id", expected)

    return expected, run


def _proposing(env):
    """Return how many actions there are to propose, and how to propose them."""
    expected = _count(env, "collection_action", "(case_id, channel)")[1]

    def run(processes):
        engine.empty(env, ("collection_action_line", "collection_action", "collection_run"))
        env["collection.run"].create({"company_id": engine.company(env).id})
        seconds, wrong = together(env, propose, processes)
        return seconds, wrong, _astray(env, "collection_action", "(case_id, channel)", expected)

    return expected, run


def _dispatching(env, box):
    """Return how many e-mails each measurement sends, and how to send them; each takes others."""
    proposed = env["collection.action"].search([("state", "=", "proposed"), ("channel", "=", "email")], order="id")
    sent = 0

    def send(number, processes):
        nonlocal sent
        actions = proposed[sent : sent + number]
        sent += number
        actions.action_approve()
        before = box.count
        seconds, wrong = together(env, dispatch, processes)
        unsent = len(actions.filtered(lambda action: action.state != "sent"))
        return seconds, wrong, unsent + abs(box.count - before - number)

    sample = min(SAMPLE, len(proposed) // 10)
    guessed = sample * LONG_ENOUGH / send(sample, 1)[0]
    number = min(int(guessed), len(proposed) // 8)
    return number, lambda processes: send(number, processes)


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
