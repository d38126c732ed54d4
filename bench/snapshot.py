"""The published figures: the backfill of 24 months by the scheduled action, a day from then on, and the dashboard."""

import statistics
from datetime import timedelta

import engine
from measure import milliseconds, row, timed

DATABASE = "addon"
# seconds for a million invoices; of a smaller ledger in proportion, and never under the fixed part
BACKFILL = {"tiny": 30, "small": 30, "medium": 60, "large": 300}
DASHBOARD, ROUNDS = 1500, 5  # milliseconds of the server
DAY = {"tiny": 2, "small": 2, "medium": 4, "large": 20}


def measure(env):
    """Yield the first run of the scheduled action (yesterday, and 24 months before it), and a day's."""
    snapshots, company = env["collection.snapshot"], engine.company(env)
    size = env.context["bench_size"]
    seconds, _nothing = timed(snapshots._cron_snapshot)
    first, last, _installed = snapshots._span(company)
    if (last - first).days < 700:
        raise AssertionError(f"the days from {first} to {last} are not 24 months")
    env.cr.execute("SELECT count(*) FROM collection_snapshot_debtor")
    [rows] = env.cr.fetchone()
    yield row("backfill of 24 months", seconds, "s", reach=BACKFILL[size], note=f"{rows:,} rows of debtors")
    # assigned: a day looks up who had each debtor
    engine.assess(env)
    tomorrow = env["collection.case"]._today() + timedelta(days=1)
    later = snapshots.with_context(collection_today=tomorrow.isoformat())
    seconds, _nothing = timed(later._cron_snapshot)
    yield row("a day's snapshot", seconds, "s", reach=DAY[size], note="with who has each debtor")
    yield _dashboard(env, company, tomorrow - timedelta(days=1))


def _dashboard(env, company, last):
    """Return the row of the dashboard of twelve months, and of a month for one collector, whichever is slower."""
    page = env["collection.dashboard"]
    user = env.ref("base.user_admin")
    slowest = 0
    for days, user_id in ((365, None), (30, user.id)):
        seconds = []
        for _round in range(ROUNDS):
            env.invalidate_all()
            one, data = timed(lambda: page.get_data(company.id, last - timedelta(days=days), last, user_id))  # noqa: B023
            seconds.append(one)
        if not data["tiles"]:
            raise AssertionError("the dashboard has no figures")
        slowest = max(slowest, statistics.median(seconds))
    return row("dashboard, at the server", milliseconds(slowest), "ms", reach=DASHBOARD, note="12 months; a collector")
