"""How much long work does in a transaction, and what may go wrong with one without being anybody's mistake."""

import psycopg2
from odoo.exceptions import ConcurrencyError
from odoo.modules import module
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

# debtors in a transaction: large enough that the statements' fixed cost does not show, small enough to lose
BATCH = 10000
# what another process may do to us: the transaction is done again, or its work left for the next run
TROUBLE = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation, ConcurrencyError)
# from so many new rows on the planner is told of them
MANY = 1000


def checkpoint(env, processed=0, remaining=None):
    """Commit, and tell the scheduled action how far it is. Odoo's tests forbid commits: there, flush.

    :param env: Odoo environment
    :param processed: int, how many were done since the last time
    :param remaining: int, how many are left; None where what was done is taken off what was left before
    :return: the seconds that are left to the scheduled action; 0: stop
    """
    if module.current_test:
        env.flush_all()
        return float("inf")
    return env["ir.cron"]._commit_progress(processed, remaining=remaining)


def renew_statistics(cr, columns, rows):
    """Let the planner know tables that have just grown, which the server would notice a minute later.

    :param cr: database cursor
    :param columns: {name of a table of ours: [names of its columns]}
    :param rows: int, about how many rows came; for few nothing is done
    """
    if rows >= MANY:
        tables = (
            SQL("%s (%s)", SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)))
            for table, names in columns.items()
        )
        # SKIP_LOCKED: another process is at it already
        cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s", SQL(", ").join(tables)))
