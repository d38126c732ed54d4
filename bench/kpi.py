"""The KPIs of a month, and the ageing at a past date, beside the bare SQL that joins the same tables.

The floor of a date is one aggregate over the receivables that were open then; that of a month is two of those, the
sales and the money of the months that counting back needs, what was matched in the month, and what became of the
invoices of 90 days before.
"""

from datetime import timedelta

from odoo.tools import SQL, date_utils

import engine
from measure import interleaved, milliseconds, row

DATABASE = "proposed"
ROUNDS = 3


def measure(env):
    """Yield the rows: last month's KPIs, and the ageing a month, a year ago."""
    today = env["collection.case"]._today()
    last = date_utils.start_of(today, "month") - timedelta(days=1)
    first = date_utils.start_of(last, "month")
    env.cr.execute("SET LOCAL jit = off")
    yield _month(env, first, last)
    for name, days in (("a month", 30), ("a year", 365)):
        yield _ageing(env, name, today - timedelta(days=days))


def _month(env, first, last):
    kpis, company = env["collection.kpi"], engine.company(env)
    found = kpis._compute(company, first, last)[None]
    if not found["receivables"] or not found["sales"] or found["days_to_pay"] is None:
        raise AssertionError(f"nothing to measure: {found}")
    # as far back as the receivables reach, so far the program has to read
    months = int((found["dso_count_back"] or 36 * 30) // 30) + 1
    floor, seconds = interleaved(
        lambda: _bare_month(env, first, last, date_utils.start_of(last - timedelta(days=30 * months), "month")),
        lambda: kpis._compute(company, first, last),
        ROUNDS,
    )
    note = f"{len(found)} KPIs, sales of {months} months counted back"
    return row("KPIs of a month", milliseconds(seconds), "ms", milliseconds(floor), 6, note=note)


def _ageing(env, name, at):
    ledger, company = env["collection.ledger"], engine.company(env)

    def aged():
        env.cr.execute(
            SQL(
                """
                WITH %s
                SELECT count(*), sum(residual)
                  FROM (SELECT partner_id, %s AS bucket, sum(residual) AS residual FROM past_line GROUP BY 1, 2) aged
                """,
                ledger._past_line_cte(company, at),
                ledger._bucket(company, SQL("(%s - date_due)", at)),
            )
        )
        return env.cr.fetchone()

    number, amount = aged()
    _rows, bare = _bare_date(env, at)
    if abs(amount - bare) > 0.01:
        raise AssertionError(f"{amount} is open, and {bare} by the bare SQL")
    floor, seconds = interleaved(lambda: _bare_date(env, at), aged, ROUNDS)
    return row(
        f"ageing {name} ago, by debtor and bucket",
        milliseconds(seconds),
        "ms",
        milliseconds(floor),
        4,
        note=f"{number:,} amounts",
    )


def _bare_date(env, at):
    """Sum what was open of each debtor at the end of a day, by due date; nothing is left out."""
    env.cr.execute(
        SQL(
            """
            WITH since AS (
                SELECT debit_move_id AS line_id, sum(amount) AS amount
                  FROM account_partial_reconcile WHERE max_date > %(at)s GROUP BY debit_move_id
             UNION ALL
                SELECT credit_move_id, -sum(amount)
                  FROM account_partial_reconcile WHERE max_date > %(at)s GROUP BY credit_move_id
            )
            SELECT count(*), sum(residual)
              FROM (SELECT p.commercial_partner_id, (%(at)s - coalesce(l.date_maturity, l.date)) / 30 AS bucket,
                           sum(l.amount_residual + coalesce(since.amount, 0)) AS residual
                      FROM account_move_line l
                      JOIN res_partner p ON p.id = l.partner_id
                 LEFT JOIN since ON since.line_id = l.id
                     WHERE l.account_id = ANY(%(accounts)s) AND l.date <= %(at)s AND l.parent_state = 'posted'
                       AND (l.reconciled IS NOT TRUE OR since.line_id IS NOT NULL)
                  GROUP BY 1, 2) debtor
            """,
            at=at,
            accounts=_accounts(env),
        )
    )
    return env.cr.fetchone()


def _bare_month(env, first, last, sales_from):
    """Read what the KPIs of a month are made of, and sum it."""
    _bare_date(env, first - timedelta(days=1))
    _bare_date(env, last)
    values = {"accounts": _accounts(env), "first": first, "last": last, "sales_from": sales_from}
    values |= {"issued": first - timedelta(days=90), "issued_last": last - timedelta(days=90)}
    for query in (
        """
        SELECT m.move_type, date_trunc('month', l.date), sum(l.balance)
          FROM account_move_line l
          JOIN account_move m ON m.id = l.move_id
          JOIN res_partner p ON p.id = l.partner_id
         WHERE l.account_id = ANY(%(accounts)s) AND l.date BETWEEN %(sales_from)s AND %(last)s
           AND l.parent_state = 'posted'
      GROUP BY 1, 2
        """,
        """
        SELECT count(*), sum(partial.amount), sum((partial.max_date - debit.date_maturity) * debit.balance)
          FROM account_partial_reconcile partial
          JOIN account_move_line credit ON credit.id = partial.credit_move_id
          JOIN account_move_line debit ON debit.id = partial.debit_move_id
          JOIN res_partner p ON p.id = debit.partner_id
         WHERE partial.max_date BETWEEN %(first)s AND %(last)s
        """,
        """
        SELECT sum(l.balance), sum(partial.amount)
          FROM account_move m
          JOIN account_move_line l ON l.move_id = m.id AND l.account_id = ANY(%(accounts)s)
          JOIN res_partner p ON p.id = l.partner_id
     LEFT JOIN account_partial_reconcile partial ON partial.debit_move_id = l.id
                                                AND partial.max_date > m.invoice_date + 90
         WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
           AND m.invoice_date BETWEEN %(issued)s AND %(issued_last)s
        """,
    ):
        env.cr.execute(SQL(query, **values))
        env.cr.fetchall()


def _accounts(env):
    return env["account.account"].search([("account_type", "=", "asset_receivable")]).ids
