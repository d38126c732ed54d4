"""An office that assesses, proposes, approves and dispatches, and is killed with SIGKILL at the instant it is told.

    torture_office.py CONFIGURATION DATABASE [ODOO OPTION...] < orders > reports

An order is a line of JSON: {"today", "story", "phase", "after", "mail"}. The work of that day is done in a process of
its own, which is killed `after` seconds into the phase (never, where `phase` is null). The phase `deliver` begins when
the text of the `mail`th mail is handed to the mail server. The report, a line of JSON as well, says in which phase it
was killed (null: it came to its end first), its exit status and how long each finished phase took.

Odoo is loaded once and the workers are forked from it, so that a hundred kills do not cost a hundred starts.
"""

import itertools
import json
import os
import select
import signal
import smtplib
import sys
import threading
import time
import traceback

import psycopg2.extensions
from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

# a transaction that lost against another one: the work is left for the next run
LEFT_FOR_NEXT_RUN = 75


def scheduled(env, _today):
    """The day as the scheduled actions do it, Odoo's own for the mail queue among them."""
    yield "assess"
    env["collection.case"]._cron_assess()
    yield "dispatch"
    env["collection.action"]._cron_dispatch()
    env["mail.mail"].process_email_queue()


def by_hand(env, today):
    """The day as a person does it: a batch, looked at, approved and sent."""
    company = env.ref("base.main_company")
    yield "assess"
    env["collection.case"]._assess(company, today=today)
    yield "propose"
    # what an earlier worker left behind is taken up again
    run = env["collection.run"].search([("state", "in", ("draft", "proposed"))], limit=1)
    run = run or env["collection.run"].create({"date": today})
    run.action_propose()
    yield "approve"
    env["collection.run"].search([]).action_approve()
    yield "dispatch"
    run.action_send()
    env["collection.action"]._dispatch(company, today=today)


STORIES = {"scheduled": scheduled, "by hand": by_hand}


def tell_of_mail(number, phases):
    """Tell the parent when the mail of that number begins to leave. (In a worker, which ends with the day.)"""
    data, numbers = smtplib.SMTP.data, itertools.count(1)

    def telling(session, message):
        if next(numbers) == number:
            os.write(phases, b"deliver\n")
        return data(session, message)

    smtplib.SMTP.data = telling


def work(database, order, phases):
    """Do a day's work, telling the parent of each phase; return the exit status."""
    if order["phase"] == "deliver":
        tell_of_mail(order["mail"], phases)
    try:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"collection_today": order["today"]})
            for phase in STORIES[order["story"]](env, fields.Date.to_date(order["today"])):
                cr.commit()
                os.write(phases, f"{phase}\n".encode())
            cr.commit()
    except psycopg2.extensions.TransactionRollbackError:
        return LEFT_FOR_NEXT_RUN
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def attempt(database, order):
    """Fork a worker, kill it when the order says so, and return the report."""
    # a connection is one process's; there is none to inherit
    sql_db.close_all()
    listening, telling = os.pipe()
    worker = os.fork()
    if not worker:
        os.close(listening)
        os._exit(work(database, order, telling))
    os.close(telling)
    begun, seconds, killed, deadline = None, {}, None, None
    while True:
        patience = None if deadline is None else max(deadline - time.monotonic(), 0)
        if not select.select([listening], [], [], patience)[0]:
            os.kill(worker, signal.SIGKILL)
            killed = begun[0]
            break
        told = os.read(listening, 4096).decode()
        now = time.monotonic()
        if begun:
            seconds[begun[0]] = now - begun[1]
        if not told:
            break
        begun = (told.split()[-1], now)
        if deadline is None and begun[0] == order["phase"]:
            deadline = now + order["after"]
    os.close(listening)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    return {"killed": killed, "status": status, "seconds": seconds}


def main(configuration, database, *options):
    """Carry out the orders of standard input until it ends."""
    arguments = ["-c", configuration, "-d", database, "--no-http", "--log-level=warn", *options]
    config.parse_config(arguments, setup_logging=True)
    server.load_server_wide_modules()
    threading.current_thread().dbname = database
    Registry(database)
    for line in sys.stdin:
        print(json.dumps(attempt(database, json.loads(line))), flush=True)


main(*sys.argv[1:])
