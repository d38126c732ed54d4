"""The databases that are measured: made once per kind and size, and copied for each topic.

Kinds: `base` is Odoo with the modules the add-on depends on and the ledger; `addon` is the same with the add-on
installed, nothing assessed yet; `proposed` is that after its first day, every case open and a batch proposed.
"""

import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

import databases
import ledger
from project import Stop, digest, environ, run

# partners, invoices
SIZES = {"tiny": (200, 2_000), "small": (2_000, 20_000), "medium": (10_000, 100_000), "large": (100_000, 1_000_000)}
# A new database serves as if it had served for a while.
PROPOSE = """
company = env.ref('base.main_company')
env['collection.change']._note_stale(company)
env['collection.case']._assess_waiting(env['collection.case']._checkpoint)
env['collection.run'].create({'company_id': company.id}).action_propose()
env.cr.commit()
env.cr._cnx.autocommit = True
env.cr.execute('VACUUM (ANALYZE)')
"""
PREFIX = "bench_"
KINDS = ("base", "addon", "proposed")


def source(kind, size):
    """Return the name of the database to copy, after making it if need be."""
    name = f"{_prefix(kind, size)}{_key(kind)}"
    existing = databases.databases()
    if name in existing:
        return name
    for outdated in existing:
        if outdated.startswith(_prefix(kind, size)):
            databases.drop(outdated)
    building = f"{PREFIX}building"
    databases.drop(building)
    if kind == "proposed":
        databases.copy(source("addon", size), building)
        databases.run_in(building, PROPOSE)
    elif kind in ("base", "addon"):
        databases.create(building, kind)
        ledger.fill(building, *SIZES[size])
    else:
        raise Stop(f"there is no kind of database {kind!r}: say {', '.join(KINDS)}")
    # Only a finished one gets the name that others look for.
    _rename(building, name)
    return name


def _prefix(kind, size):
    return f"{PREFIX}{kind}_{size}_"


def _key(kind):
    """What a source depends on: a kept one is used again only while nothing of it has changed."""
    template = databases.key("base" if kind == "base" else "addon")
    return digest(template, ledger.PREPARE, ledger.SQL, PROPOSE, datetime.now(UTC).date())[:8]


def _rename(old, new):
    command = ["psql", "-X", "-q", "-d", "postgres", "-c", f'ALTER DATABASE "{old}" RENAME TO "{new}"']
    run(command, f"{old} could not be given its name", env=environ())
    databases.filestore(old).rename(databases.filestore(new))


@contextmanager
def copy(kind, size):
    """Yield the name of a copy of a source, which is dropped in the end."""
    name = f"{PREFIX}copy_{os.getpid()}_{kind}"
    try:
        yield databases.copy(source(kind, size), name)
    finally:
        databases.drop(name)


def drop(size):
    """Drop the databases of a size."""
    for name in databases.databases():
        if name.startswith(tuple(_prefix(kind, size) for kind in KINDS)):
            databases.drop(name)
