"""How long installing and uninstalling take on a large ledger, and whether accounting's tables are left in peace.

Each is done on a copy, by an Odoo process of its own, as an administrator would. A table was rewritten when its file is
another one afterwards; it was scanned when PostgreSQL counted rows read by sequential scans.
"""

import subprocess
import time

import databases
import project

ACCOUNTING = ("account_move", "account_move_line", "account_partial_reconcile", "account_payment")
PARTNERS = ("res_partner",)
COPY = "bench_installing"


def measure(bare, full):
    """Return the rows of installing and of uninstalling.

    :param bare: the name of a database of the ledger without the add-on; nobody may be connected to it
    :param full: the name of one with it, assessed and with a batch proposed; nobody may be connected to it
    """
    try:
        databases.copy(bare, COPY)
        # Odoo's own way from its start to its end
        floor = _seconds("server", "-d", COPY, "--stop-after-init", "--no-http")
        yield from _rows(
            "install", floor, "server", "-d", COPY, "-i", project.ADDON.name, "--stop-after-init", "--no-http"
        )
        databases.copy(full, COPY)
        _correspond()
        yield from _rows("uninstall", floor, "module uninstall", "-d", COPY, project.ADDON.name)
    finally:
        databases.drop(COPY)


def _rows(what, floor, subcommand, *arguments):
    before = _tables()
    seconds = _seconds(subcommand, *arguments)
    after = _tables()
    rewritten = sum(after[table][0] != before[table][0] for table in before)
    yield {"name": f"{what}_seconds", "value": seconds, "unit": "s", "floor": floor, "reach": 60}
    yield {"name": f"{what}_tables_rewritten", "value": rewritten, "unit": "tables", "floor": None, "reach": 0}
    for owner, tables in (("accounting", ACCOUNTING), ("partner", PARTNERS)):
        scanned = sum(after[table][1] - before[table][1] for table in tables)
        yield {
            "name": f"{what}_{owner}_rows_scanned",
            "value": scanned,
            "unit": "rows",
            "floor": None,
            "reach": 0 if owner == "accounting" else None,
        }


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
    names = ", ".join(f"'{table}'" for table in ACCOUNTING + PARTNERS)
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
        INSERT INTO ir_attachment (name, type, res_model, res_id, mimetype, db_datas)
        SELECT 'letters.pdf', 'binary', 'collection.run', run.id, 'application/pdf', 'x'
          FROM (SELECT max(id) AS id FROM collection_run) run, generate_series(1, 1000);
        """
    )


def _sql(query):
    command = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", COPY, "-c", query]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=project.environ()).stdout
