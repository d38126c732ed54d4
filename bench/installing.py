"""How long installing and uninstalling take on a large ledger, and whether accounting's tables are left in peace.

Each is done on a copy, by an Odoo process of its own, as an administrator would. A table was rewritten when its file is
another one afterwards; it was scanned when PostgreSQL counted rows read by sequential scans.
"""

import subprocess
import time

import databases
import project
import sources
from measure import row

DATABASE = "base"
ACCOUNTING = ("account_move", "account_move_line", "account_partial_reconcile", "account_payment")
CONTACTS = ("res_partner",)
COPY = "bench_installing"


def measure(env):
    """Yield the rows of installing on the ledger, and of uninstalling where a batch is proposed.

    :param env: the environment of a database to which this process is connected, so that only its size is of use
    """
    size = env.context["bench_size"]
    quietly = ("--stop-after-init", "--no-http")
    try:
        databases.copy(sources.source("base", size), COPY)
        yield row("start and stop Odoo, without the add-on", _seconds("server", "-d", COPY, *quietly), "s")
        yield from _rows("install", "server", "-d", COPY, "-i", project.ADDON.name, *quietly)
        databases.copy(sources.source("proposed", size), COPY)
        _correspond()
        yield from _rows("uninstall", "module uninstall", "-d", COPY, project.ADDON.name)
    finally:
        databases.drop(COPY)


def _rows(what, subcommand, *arguments):
    before = _tables()
    seconds = _seconds(subcommand, *arguments)
    after = _tables()
    rewritten = sum(after[table][0] != before[table][0] for table in before)
    scanned = {table: after[table][1] - before[table][1] for table in before}
    yield row(what, seconds, "s", None, 60)
    yield row(f"{what}: tables of accounting and contacts rewritten", rewritten, "tables", None, 0)
    yield row(f"{what}: rows of accounting scanned", sum(scanned[table] for table in ACCOUNTING), "rows", None, 0)
    yield row(f"{what}: contacts scanned", sum(scanned[table] for table in CONTACTS), "rows")


def _seconds(subcommand, *arguments):
    start = time.perf_counter()
    project.run(
        project.odoo(subcommand, *arguments),
        f"{subcommand} failed",
        log=f"bench-{subcommand.split()[-1]}",
        env=project.environ(),
    )
    return time.perf_counter() - start


def _tables():
    """Return {table: (file, rows read by sequential scans)}. Odoo's process is gone, so its counts are in."""
    names = ", ".join(f"'{table}'" for table in ACCOUNTING + CONTACTS)
    answer = _sql(
        f"""
        SELECT relname, pg_relation_filenode(relid), seq_tup_read
          FROM pg_stat_user_tables
         WHERE schemaname = 'public' AND relname IN ({names})
        """
    )
    rows = [line.split("|") for line in answer.split()]
    return {table: (file, int(read)) for table, file, read in rows}


def _correspond():
    """Add what years of use leave in the chatter and in the files: a message and a follower a case, 1,000 letters."""
    _sql(
        """
        INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, body, date)
        SELECT 'collection.case', c.id, 'comment', subtype.res_id, 1, '<p>Reached: pays on Friday.</p>', now()
          FROM collection_case c, ir_model_data subtype
         WHERE subtype.module = 'mail' AND subtype.name = 'mt_note';
        INSERT INTO mail_followers (res_model, res_id, partner_id)
        SELECT 'collection.case', id, 1 FROM collection_case;
        INSERT INTO ir_attachment (name, type, res_model, res_id, mimetype, store_fname)
        SELECT 'letters.pdf', 'binary', 'collection.run', run.id, 'application/pdf', 'be/' || md5(number::text)
          FROM (SELECT max(id) AS id FROM collection_run) run, generate_series(1, 1000) number;
        """
    )


def _sql(query):
    command = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", COPY, "-c", query]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=project.environ()).stdout
