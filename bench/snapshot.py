"""The published figures: the backfill of 24 months by the scheduled action, and what a day costs from then on."""

from datetime import timedelta

import engine
from measure import row, timed

DATABASE = "addon"
# seconds for a million invoices; of a smaller ledger in proportion, and never under the fixed part
BACKFILL = {"tiny": 30, "small": 30, "medium": 60, "large": 300}
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
