"""Fills a database with a receivables ledger of any size (see ledger.sql).

    python bench/ledger.py DATABASE [PARTNERS INVOICES [SEED]]

What is few is made by Odoo: a branch, a second currency and its rate, the terms of payment by instalments. What is
many is written by ledger.sql, as Odoo stores it.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

import databases
from project import Stop, environ, main

SEED = 7
SQL = Path(__file__).with_name("ledger.sql")
# A branch takes its parent's chart at the end of the transaction in which it is made.
PREPARE = """
company = env.ref('base.main_company')
second = env.ref('base.EUR') if company.currency_id != env.ref('base.EUR') else env.ref('base.USD')
second.active = True
env['res.currency.rate'].create({'name': '2000-01-01', 'currency_id': second.id, 'company_id': company.id, 'rate': 0.8})
branch = env['res.company'].create({'name': 'Branch', 'parent_id': company.id})
for user in (env.user, env.ref('base.user_admin')):
    user.company_ids |= branch
for parts in (2, 3):
    shares = [round(100 / parts, 2)] * (parts - 1)
    shares.append(100 - sum(shares))
    env['account.payment.term'].create({
        'name': f'{parts} instalments',
        'line_ids': [
            (0, 0, {'value': 'percent', 'value_amount': share, 'nb_days': 30 * part})
            for part, share in enumerate(shares, 1)
        ],
    })
env.cr.commit()
"""


def fill(database, partners, invoices, seed=SEED):
    """Fill a database that has a chart of accounts and no entries."""
    databases.run_in(database, PREPARE)
    variables = [
        f"--set={name}={value}" for name, value in (("partners", partners), ("invoices", invoices), ("seed", seed))
    ]
    command = ["psql", "-X", "-q", "-d", database, *variables, "-f", SQL]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environ())
    if done.returncode:
        raise Stop(f"the ledger could not be written: {done.stderr.strip().splitlines()[0]}")


def command():
    """The command line."""
    match sys.argv[1:]:
        case [database]:
            return fill(database, 2_000, 20_000)
        case [database, partners, invoices, *seed] if len(seed) < 2:
            return fill(database, int(partners), int(invoices), *map(int, seed))
    raise Stop("usage: ledger.py DATABASE [PARTNERS INVOICES [SEED]]")


if __name__ == "__main__":
    main(command)
