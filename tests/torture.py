"""What a torture test needs: a scene, an accountant at work, an office to kill."""

import email
import json
import subprocess
import threading
import time
from mailbox import Mailbox
from pathlib import Path

import psycopg2

import project
import stories

OFFICE = Path(__file__).with_name("torture_office.py")

# A step a week, each with its name as the mail's subject; all invoices of a debtor fall due on one day, so that a
# debtor gets each step once and the mails alone tell whether that is so.
SCENE = (
    stories.DEBTORS
    + """
template = env.ref("debt_collection.template_friendly").copy({"subject": "{{ object.level_id.name }}"})
email = env.ref("debt_collection.channel_email")
strategy = env["collection.strategy"].create({"name": "Weekly", "min_gap_days": 5, "automatic": True, "level_ids": [
    Command.create({"name": f"Step {week + 1:02}", "delay_days": 3 + 7 * week, "channels": [Command.set(email.ids)],
                    "mail_template_id": template.id})
    for week in range(weeks)]})
company.write({"collection_strategy_id": strategy.id, "email": "office@example.com", "collection_daily_cap": 0})
partners = env["res.partner"].create([
    {"name": f"Debtor {number:03}", "is_company": True, "email": f"debtor.{number:03}@example.com"}
    for number in range(count)])
env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": day(-30),
     "invoice_date_due": day(1 - number % 7), "invoice_payment_term_id": False,
     "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 1000 + number, "tax_ids": []})]}
    for number, partner in enumerate(partners) for _invoice in range(1 + number % 2)]).action_post()
env.cr.commit()
"""
)

# The scene, then one payment after the other, until the file `stop` exists. A line of JSON each in the file `diary`.
# Whoever makes the accountant wait long for a lock makes the payment fail: nobody retries it here.
ACCOUNTANT = (
    SCENE
    + """
import json, pathlib, random, time
from odoo import api

chance = random.Random(seed)
domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted"), ("amount_residual", ">", 0)]

def pay_something(env):
    moves = env["account.move"].search(domain)
    move = chance.choice(moves)
    # most pay a little of one invoice, some all they owe
    settled = chance.random() < 0.15
    if settled:
        move = moves.filtered(lambda other: other.partner_id == move.partner_id)
    values = {"group_payment": True} if settled else {"amount": round(move.amount_residual * 0.05, 2)}
    env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
        values)._create_payments()
    return {"address": move.partner_id.email, "settled": settled}

with pathlib.Path(diary).open("a", buffering=1) as pages:
    while not pathlib.Path(stop).exists():
        page = {"began": time.time(), "failed": None}
        try:
            with env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '200ms'")
                page |= pay_something(api.Environment(cr, env.uid, {}))
        except Exception as error:
            page["failed"] = repr(error)
        page["ended"] = time.time()
        pages.write(json.dumps(page) + "\\n")
        time.sleep(0.05)
"""
)


class PromptMailbox(Mailbox):
    """A mailbox that has a message once it has its text, even if the sender is gone before it says so.

    `deliveries` are what it has: the moment the message was announced, for whom, and its subject.
    """

    def __init__(self, folder):
        self.deliveries = []
        super().__init__(folder)

    async def handle_MAIL(self, server, session, envelope, address, options):
        """Called by aiosmtpd for each message that is announced."""
        envelope.announced = time.time()
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        """Called by aiosmtpd for each message."""
        subject = email.message_from_bytes(envelope.content)["Subject"]
        self.deliveries += [(envelope.announced, address, subject) for address in envelope.rcpt_tos]
        return await super().handle_DATA(server, session, envelope)


class Office:
    """The process torture_office.py; its log is the file `log`."""

    def __init__(self, database, log):
        exports = project.settings()["exports"]
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [exports["ODOO_PYTHON"], OFFICE, exports["ODOO_CONF"], database, "--db_app_name=office"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                env=project.environ(),
            )

    def attempt(self, today, story, phase=None, after=0.0, mail=1):
        """Do the work of a day, killed that many seconds into a phase; return the report."""
        order = {"today": str(today), "story": story, "phase": phase, "after": after, "mail": mail}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        report = json.loads(line) if line else {"status": self.process.wait()}
        if not report.get("killed") and report["status"] not in (0, 75):
            raise AssertionError(f"the office failed: {order}\n{self.log.read_text()[-5000:]}")
        return report

    def close(self):
        """End it."""
        self.process.stdin.close()
        self.process.wait(60)


class Accountant:
    """Sets the scene and registers payments in an Odoo process of its own."""

    def __init__(self, shell, folder):
        self.shell, self.diary, self.over = shell, folder / "diary", folder / "stop"

    def start(self, debtors, seed):
        """Begin."""
        variables = {"count": debtors, "weeks": 15, "seed": seed, "diary": str(self.diary), "stop": str(self.over)}
        self.work = self.shell.start(ACCOUNTANT, options=["--db_app_name=accountant"], **variables)

    def wait(self, count):
        """Wait until that many payments were tried."""
        while not self.diary.exists() or len(self.diary.read_text().splitlines()) < count:
            if self.work.process.poll() is not None:
                raise AssertionError(self.work.output.read_text())
            time.sleep(0.05)

    def stop(self):
        """End; return the diary."""
        self.over.touch()
        self.work.result()
        return [json.loads(line) for line in self.diary.read_text().splitlines()]


class LockWatch(threading.Thread):
    """Looks a hundred times a second whether the accountant waits for a lock; `seen` says for whose, and with what."""

    QUERY = """
        SELECT holder.application_name, waiting.query
          FROM pg_stat_activity waiting
    CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS holding(pid)
          JOIN pg_stat_activity holder ON holder.pid = holding.pid
         WHERE waiting.application_name = 'accountant'
    """

    def __init__(self, database):
        super().__init__(daemon=True)
        exports = project.settings()["exports"]
        self.connection = psycopg2.connect(dbname=database, host=exports.get("PGHOST"), port=exports.get("PGPORT"),
                                           user=exports.get("PGUSER"))  # fmt: skip
        self.connection.autocommit = True
        self.seen = []
        self.over = threading.Event()
        self.start()

    def run(self):
        """Look, until `close`."""
        with self.connection.cursor() as cr:
            while not self.over.wait(0.01):
                cr.execute(self.QUERY)
                self.seen += cr.fetchall()

    def close(self):
        """Look no more."""
        self.over.set()
        self.join()
        self.connection.close()
