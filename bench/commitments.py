"""What judging promises and payment plans adds to the day's assessment, beside the bare SQL of the engine's floor.

Promises and plans are written straight into the tables, as the wizards would leave them: each of the first item of a
case of its own, made ten days ago, the promises falling due over the twenty days to come, the plans in six instalments.
"""

from datetime import timedelta

from odoo.tools import SQL, split_every

import engine
from measure import interleaved, median, milliseconds, row, timed

DATABASE = "addon"
MANY = 10_000
ROUNDS = 3
TABLES = tuple(f"collection_{name}" for name in ("promise", "promise_line", "plan", "plan_line", "plan_item"))


def measure(env):
    """What assess does about them, in its batches: where nothing turns, and as days go by and promises break."""
    # there is no add-on to import before Odoo has loaded it
    from odoo.addons.debt_collection.batches import BATCH

    bare = engine.bare_sql(env)
    engine.assess(env)
    number = min(MANY, env["collection.case"].search_count([("state", "=", "open")]) // 2)
    today = env["collection.case"]._today()
    _promise(env, number, today)
    _plan(env, number, today)
    engine.settle(env, (*engine.FILLED, *TABLES))
    env.invalidate_all()
    agreed = env["collection.promise"].search([]).case_id | env["collection.plan"].search([]).case_id
    partners = agreed.partner_id.ids

    def judge(day):
        cases = engine.on(env, day)["collection.case"]
        for batch in split_every(BATCH, partners, list):
            cases._see_to_agreements(engine.company(env), batch, day)
            env.cr.commit()

    judge(today)
    floor, seconds = interleaved(bare, lambda: judge(today), ROUNDS)
    yield row(
        "judge promises and payment plans, nothing turns",
        milliseconds(seconds),
        "ms",
        milliseconds(floor),
        1,
        note=f"{number:,} promises, {number:,} plans",
    )
    days = iter(range(1, ROUNDS + 1))
    seconds = median([timed(lambda: judge(today + timedelta(days=next(days))))[0] for _round in range(ROUNDS)])
    broken = env["collection.promise"].search_count([("state", "=", "broken")])
    yield row(
        "judge them on the days on which promises break",
        milliseconds(seconds),
        "ms",
        note=f"{broken / ROUNDS:,.0f} a day: levels, log and an activity for the collector each",
    )


def _chosen(number, after):
    """Return the SQL of `chosen`: the first item of so many open cases, after as many as were chosen before."""
    return SQL(
        """
        WITH chosen AS (
            SELECT DISTINCT ON (c.id) c.id AS case_id, c.company_id, item.id AS item_id, item.amount_currency AS amount,
                   item.currency_id, row_number() OVER (ORDER BY c.id, item.id) AS rank
              FROM (SELECT id, company_id FROM collection_case WHERE state = 'open'
                  ORDER BY id OFFSET %s LIMIT %s) c
              JOIN collection_item item ON item.case_id = c.id AND item.is_open AND item.amount_currency > 0
          ORDER BY c.id, item.id
        )
        """,
        after,
        number,
    )


def _promise(env, number, today):
    env.cr.execute(
        SQL(
            """
            %(chosen)s,
            promised AS (
                INSERT INTO collection_promise (case_id, company_id, kind, origin, amount, currency_id, date_made, date,
                                                date_judged, state, amount_paid, amount_reduced)
                SELECT case_id, company_id, 'promise', 'case', amount, currency_id, %(made)s,
                       %(today)s + (rank %% 20)::int - 3, %(today)s + (rank %% 20)::int, 'open', 0, 0
                  FROM chosen
             RETURNING id, case_id
            )
            INSERT INTO collection_promise_line (promise_id, item_id, amount, amount_open, amount_paid_before, live)
            SELECT promised.id, chosen.item_id, chosen.amount, chosen.amount, 0, true
              FROM promised
              JOIN chosen ON chosen.case_id = promised.case_id
            """,
            chosen=_chosen(number, 0),
            made=today - timedelta(days=10),
            today=today,
        )
    )


def _plan(env, number, today):
    env.cr.execute(
        SQL(
            """
            %(chosen)s,
            planned AS (
                INSERT INTO collection_plan (name, case_id, company_id, currency_id, state, frequency, date_start,
                                             grace_days, missed_limit, amount_total, amount_interest, amount_paid,
                                             amount_credited, next_date, judge_on)
                SELECT 'PLAN' || rank, case_id, company_id, currency_id, 'active', 'monthly', %(made)s, 5, 2, amount, 0,
                       0, 0, %(today)s + (rank %% 20)::int, %(today)s + (rank %% 20)::int + 6
                  FROM chosen
             RETURNING id, case_id, next_date
            ),
            instalment AS (
                INSERT INTO collection_plan_line (plan_id, date, amount, amount_paid, amount_credited, state)
                SELECT planned.id, planned.next_date + 30 * number,
                       CASE WHEN number = 5 THEN chosen.amount - 5 * round(chosen.amount / 6, 2)
                            ELSE round(chosen.amount / 6, 2) END, 0, 0, 'open'
                  FROM planned
                  JOIN chosen ON chosen.case_id = planned.case_id
            CROSS JOIN generate_series(0, 5) number
            )
            INSERT INTO collection_plan_item (plan_id, item_id, amount, live)
            SELECT planned.id, chosen.item_id, chosen.amount, true
              FROM planned
              JOIN chosen ON chosen.case_id = planned.case_id
            """,
            chosen=_chosen(number, number),
            made=today - timedelta(days=10),
            today=today,
        )
    )
