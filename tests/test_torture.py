"""Killed at random instants while it assesses, proposes and dispatches: nothing twice, nothing lost, nobody waits.

`make torture N=100 SEED=7` runs it a hundred times as long as a single kill; without N a few kills are all.
"""

import os
import random
import statistics
import time
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

import pytest

import torture
import torture_promises
from odoo_process import sql

KILLS = int(os.environ.get("N") or 8)
SEED = int(os.environ.get("SEED") or random.randrange(10**6))
DEBTORS = 30 + KILLS // 2
# how long a phase takes, in seconds, until that has been seen
PHASES = {"assess": 0.3, "propose": 0.1, "dispatch": 0.06 * DEBTORS}
# what a mail takes, roughly, from its text to the next mail's
A_MAIL = 0.2


@pytest.fixture
def mailbox(tmp_path, database):
    box = torture.PromptMailbox(tmp_path / "mail")
    box.use_in(database)
    box.delay = 0.05
    yield box
    box.close()


@pytest.fixture
def accountant(odoo_shell, tmp_path):
    return torture.Accountant(odoo_shell, tmp_path)


@pytest.fixture
def office(database, tmp_path):
    workers = torture.Office(database, tmp_path / "office.log")
    yield workers
    workers.close()


@pytest.fixture
def lock_watch(database):
    watch = torture.LockWatch(database)
    yield watch
    watch.close()


def kill_at_random(office, chance, kills):
    """Kill workers until there have been enough kills; a day that comes to its end is followed by a later one.

    :return: ({phase: kills}, the day reached)
    """
    killed, day = Counter(), datetime.now(UTC).date()
    took = {phase: deque([seconds], maxlen=5) for phase, seconds in PHASES.items()}
    while killed.total() < kills:
        phase = chance.choice(["assess", "propose", "dispatch", "deliver", "deliver"])
        story = "by hand" if phase == "propose" else chance.choice(["scheduled", "by hand"])
        after = chance.uniform(0, A_MAIL if phase == "deliver" else max(took[phase]))
        report = office.attempt(day, story, phase, after, mail=chance.randint(1, 8))
        for name in took.keys() & report["seconds"]:
            took[name].append(report["seconds"][name])
        if report["killed"]:
            killed[report["killed"]] += 1
            if killed.total() % 10 == 0:
                print(f"{killed.total()} kills, {day}: {dict(killed)}", flush=True)
        elif report["status"] == 0:
            day += timedelta(days=2)
    return killed, day


def test_killed_at_any_instant_nothing_goes_out_twice_and_nothing_is_lost(
    database, odoo_shell, mailbox, accountant, office, lock_watch
):
    print(f"\n{KILLS} kills, SEED={SEED}", flush=True)
    sql(database, torture_promises.HISTORY)
    accountant.start(DEBTORS, SEED)
    accountant.wait(5 + KILLS // 5)
    opened = time.time()
    kills, day = kill_at_random(office, random.Random(SEED), KILLS)
    payments = accountant.stop()
    # after the last kill: all the work comes to its end, by hand and by itself
    for story in ("by hand", "scheduled", "scheduled"):
        office.attempt(day, story)
    tell(database, kills, mailbox, payments, opened)
    broken = torture_promises.broken_promises(database, mailbox.deliveries, payments, kills.total())
    broken += [f"a payment failed: {page['failed']}" for page in payments if page["failed"]]
    broken += [f"a payment waited for {holder}: {query}" for holder, query in sorted(set(lock_watch.seen))]
    assert not broken, "\n".join(broken)
    assert odoo_shell(torture_promises.LAST_LOOK, today=str(day)) == torture_promises.NOTHING_TO_SAY
    # the test has seen something
    assert mailbox.deliveries
    assert len(payments) > 5


def tell(database, kills, mailbox, payments, opened):
    """Print what happened."""
    took = {True: [], False: []}
    for page in payments:
        took[page["began"] > opened].append(page["ended"] - page["began"])
    print(f"kills per phase: {dict(kills)}; {len(mailbox.deliveries)} mails taken")
    print(f"actions: {dict(sql(database, 'SELECT state, count(*) FROM collection_action GROUP BY 1'))}")
    for meanwhile, seconds in took.items():
        when = "meanwhile" if meanwhile else "before"
        if seconds:
            middle, longest = statistics.median(seconds), max(seconds)
            print(f"{len(seconds)} payments {when}: median {middle:.3f} s, longest {longest:.3f} s")
