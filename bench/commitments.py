"""What judging promises and payment plans adds to the day's assessment, beside the bare SQL of the engine's floor.

Promises and plans are written straight into the tables, as the wizards would leave them: each of the first item of a
case of its own, made ten days ago, the promises falling due over the twenty days to come, the plans in six instalments.
"""

from datetime import timedelta

from odoo.tools import SQL

import engine
from measure import interleaved, median, milliseconds, row, timed

DATABASE = "addon"
MANY = 10_000
ROUNDS = 3
TABLES = tuple(f"collection_{name}" for name in ("promise", "promise_line", "plan", "plan_line", "plan_item"))


def measure(env):
    """What they add to assessing the next day, as nobody pays and promises break; and judging all of them at once."""
    bare = engine.bare_sql(env)
    engine.assess(env)
    engine.settle(env)
    today = env["collection.case"]._today()
    days = iter(today + timedelta(days=day) for day in range(1, 2 * ROUNDS + 3))

    def next_day():
        engine.assess(engine.on(env, next(days)))

    floor, without = interleaved(bare, next_day, ROUNDS)
    number = min(MANY, env["collection.case"].search_count([("state", "=", "open")]) // 2)
    today += timedelta(days=ROUNDS)
    _promise(env, number, today)
    _plan(env, number, today)
    engine.settle(env, TABLES)
    env.invalidate_all()
    next_day()
    broken = _broken(env)
    with_them = median([timed(next_day)[0] for _round in range(ROUNDS)])
    yield row(
        "what promises and payment plans add to assessing the next day",
        milliseconds(with_them - without),
        "ms",
        milliseconds(floor),
        1,
        note=f"{number:,} promises, {number:,} plans; {(_broken(env) - broken) / ROUNDS:,.0f} promises break a day: "
        "levels, log and an activity each",
    )
    partners = env["collection.case"].search([("state", "=", "open")]).partner_id.ids
    day = next(days)

    def judge():
        that_day = engine.on(env, day)
        that_day["collection.promise"]._judge(engine.company(env), partners, day)
        that_day["collection.plan"]._judge(engine.company(env), partners, day)
        env.cr.commit()

    judge()
    floor, seconds = interleaved(bare, judge, ROUNDS)
    yield row("judge all of them at once, where nothing turns", milliseconds(seconds), "ms", milliseconds(floor))


def _broken(env):
    return env["collection.promise"].search_count([("state", "=", "broken")])


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
