"""Assess and propose, beside the bare SQL that aggregates the same open items per debtor."""

import random
import time
from datetime import timedelta

from odoo.tools import SQL

from measure import forget_peak, interleaved, median, milliseconds, peak_memory, row, timed

DATABASE = "addon"
GROWS = True
ROUNDS = 3
PATIENCE = 120  # seconds, after which a first day is not repeated
PAYMENTS = 20
GIBIBYTE = 1024  # in MiB

FIRST_DAY = "assess on the first day, every case opened"
SAME_DAY = "assess again the same day"
NEXT_DAY = "assess the next day"
PROPOSE = "propose on the first day"
PROPOSE_LINES = "propose with cases open"
DAY_LINES = "assess and propose from nothing"
GROWING = (FIRST_DAY, SAME_DAY, NEXT_DAY, PROPOSE)

# What assess and propose fill; strategies, levels and channels are settings.
FILLED = (
    "collection_action_line",
    "collection_action",
    "collection_run",
    "collection_contact",
    "collection_item",
    "collection_case",
    "collection_debtor",
    "collection_change",
)


def company(env):
    """The company that is measured."""
    return env.ref("base.main_company")


def assess(env):
    """Assess every debtor as the day's scheduled action does, a batch and a commit at a time."""
    note_stale(env)
    assess_waiting(env)


def note_stale(env):
    """Put into the queue whom the ledger, the rules or the day have changed, and commit."""
    env["collection.change"]._note_stale(company(env))
    env.cr.commit()


def assess_waiting(env):
    """Assess who waits in the queue."""
    cases = env["collection.case"]
    cases._assess_waiting(cases._checkpoint)
    env.cr.commit()


def assess_debtor(env, partner):
    """Assess one debtor and commit."""
    env["collection.case"]._assess(company(env), partners=partner)
    env.cr.commit()


def propose(env):
    """Propose in a batch of its own and commit; returns the batch. The one place that says how."""
    run = env["collection.run"].create({"company_id": company(env).id})
    run.action_propose()
    env.cr.commit()
    return run


def bare_sql(env):
    """Return a function that aggregates the open items per debtor and currency, and nothing else: the floor.

    Every aggregate is looked at, or the planner would leave it out; what comes back is one row.
    """
    query = SQL(
        """
        SELECT count(*), sum(balance), sum(overdue), sum(credit), min(oldest)
          FROM (SELECT partner.commercial_partner_id, line.currency_id,
                       sum(line.amount_residual) AS balance,
                       sum(line.amount_residual) FILTER (WHERE line.amount_residual > 0
                                                           AND line.date_maturity < %(today)s) AS overdue,
                       -sum(line.amount_residual) FILTER (WHERE line.amount_residual < 0) AS credit,
                       min(line.date_maturity) FILTER (WHERE line.amount_residual > 0) AS oldest
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(accounts)s)
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.company_id = ANY(%(companies)s)
              GROUP BY partner.commercial_partner_id, line.currency_id) debtor
        """,
        today=env["collection.case"]._today(),
        accounts=env["account.account"].search([("account_type", "=", "asset_receivable")]).ids,
        companies=env["res.company"].search([("id", "child_of", company(env).id)]).ids,
    )

    def bare():
        env.cr.execute(query)
        env.cr.fetchone()
        env.cr.commit()

    bare()  # from here on everything is in memory
    return bare


def empty(env, tables=FILLED):
    """Let there be no case, no item, no proposal, and nothing that refers to one."""
    # the log refers to them, and is evidence: it goes only where its triggers are off
    _switch_protection(env, "DISABLE")
    env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL(", ").join(map(SQL.identifier, tables))))
    _switch_protection(env, "ENABLE")
    env.cr.commit()
    env.invalidate_all()


def _switch_protection(env, switch):
    for table in ("collection_contact", "collection_contact_text", "collection_contact_document"):
        env.cr.execute(SQL("ALTER TABLE %s %s TRIGGER USER", SQL.identifier(table), SQL(switch)))


def measure(env):
    """Every row of assess and propose."""
    bare = bare_sql(env)
    forget_peak()
    floors, first, proposed = [], [], []
    started = time.monotonic()
    while len(first) < ROUNDS and time.monotonic() - started < PATIENCE:
        empty(env)
        floors += [timed(bare)[0] for _round in range(ROUNDS)]
        first.append(timed(lambda: assess(env))[0])
        seconds, run = timed(lambda: propose(env))
        proposed.append(seconds)
    floor = median(floors)
    memory = peak_memory()
    cases = env["collection.case"].search_count([("state", "=", "open")])
    actions = env["collection.action"].search_count([("run_id", "=", run.id)])
    lines = env["collection.action.line"].search_count([("action_id.run_id", "=", run.id)])
    settle(env)
    floor_same_day, same_day = interleaved(bare, lambda: assess(env), ROUNDS)
    payment = _after_payments(env)
    floor_next_day, next_day = _next_days(env, bare)

    yield row("bare SQL: open items per debtor", milliseconds(floor), "ms")
    yield _beside(FIRST_DAY, median(first), floor, 8, f"{cases:,} cases")
    yield row("memory of the process that assesses and proposes", memory, "MiB", None, GIBIBYTE)
    yield _beside(SAME_DAY, same_day, floor_same_day, 2.5)
    yield _beside(NEXT_DAY, next_day, floor_next_day, 2.5)
    yield row("assess after one payment, for its debtor", milliseconds(payment), "ms", None, 30)
    yield _beside(PROPOSE, median(proposed), floor, 20, f"{actions:,} actions, {lines:,} lines")
    yield row(PROPOSE_LINES, lines / median(proposed), "lines/s")
    yield row(DAY_LINES, lines / (median(first) + median(proposed)), "lines/s")


def _beside(name, seconds, floor, reach, note=None):
    return row(name, milliseconds(seconds), "ms", milliseconds(floor), reach, note=note)


def settle(env, tables=FILLED):
    """Bring the planner's statistics up to date, as the database does by itself before the next morning."""
    env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, tables))))
    env.cr.commit()


def _after_payments(env):
    """Return the median seconds of assessing a debtor who has just paid an invoice."""
    invoices = env["account.move.line"].search(
        [
            ("account_id.account_type", "=", "asset_receivable"),
            ("move_id.payment_state", "=", "not_paid"),
            ("move_id.move_type", "=", "out_invoice"),
            ("date_maturity", "<", env["collection.case"]._today()),
            ("company_id", "=", company(env).id),
        ],
        limit=1000,
    )
    seconds = []
    for move in random.Random(1).sample(invoices.move_id.sorted("id"), PAYMENTS):
        wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({})._create_payments()
        env.cr.commit()
        env.invalidate_all()
        debtor = move.commercial_partner_id
        seconds.append(timed(lambda debtor=debtor: assess_debtor(env, debtor))[0])
    return median(seconds)


def _next_days(env, bare):
    """Return the median seconds of the bare SQL and of assess, as the days go by and nobody pays."""
    today = env["collection.case"]._today()
    mornings = iter([on(env, today + timedelta(days=day)) for day in range(1, ROUNDS + 1)])
    return interleaved(bare, lambda: assess(next(mornings)), ROUNDS)


def on(env, day):
    """Return an environment in which it is that day."""
    return env(context={**env.context, "collection_today": day.isoformat()})
