"""What a torture test needs: a scene, an accountant at work, an office to kill, and what must hold in the end."""

import email
import json
import subprocess
import threading
import time
from collections import Counter
from mailbox import Mailbox
from pathlib import Path

import psycopg2

import odoo_process
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

# Notes every state that a committed transaction gave to an action, whatever became of the action since.
HISTORY = """
CREATE TABLE torture_history (action_id int, state varchar);
CREATE FUNCTION torture_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO torture_history VALUES (NEW.id, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER torture_note AFTER INSERT OR UPDATE OF state ON collection_action
FOR EACH ROW EXECUTE FUNCTION torture_note();
"""

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

# The log's chains verify, and what the kills left of the assessment was made good.
LAST_LOOK = """
from odoo import fields
company = env.ref("base.main_company")
result = {
    "broken chain": env["collection.contact"].search([])._verify_chain().ids,
    "still to assess": env["collection.case"]._assess(company, today=fields.Date.to_date(today)),
}
"""
NOTHING_TO_SAY = {"broken chain": [], "still to assess": {"opened": 0, "closed": 0, "updated": 0}}


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


def broken_promises(database, deliveries, payments, kills):
    """Return in sentences what should not be so after the kills, the restart and a run to the end.

    :param deliveries: [(moment announced, address, subject)], what the mail server has
    :param payments: the accountant's diary, [dict]
    :param kills: int, how many workers were killed
    """
    taken = Counter((address, step) for _moment, address, step in deliveries)
    actions = _actions(database)
    broken = [f"{address} got {step} {times} times" for (address, step), times in taken.items() if times > 1]
    for notice in set(taken) | set(actions):
        states, times = actions.get(notice, Counter()), taken[notice]
        if states["sent"] != times and not (times == 1 and states["unknown"] == 1 and not states["sent"]):
            broken.append(f"{notice} was taken {times} times, its actions are {dict(states)}")
    unknown = sum(states["unknown"] for states in actions.values())
    if unknown > kills:
        broken.append(f"{unknown} unknown after {kills} kills")
    broken += [f"{what}: {row}" for what, query in NEVER.items() for row in odoo_process.sql(database, query)]
    settled = {page["address"]: page["ended"] for page in payments if page.get("settled") and not page["failed"]}
    # the mail is announced well within a second of the last look at the ledger
    broken += [
        f"{address} paid {moment - settled[address]:.1f} s before {step} was announced"
        for moment, address, step in deliveries
        if moment - settled.get(address, moment) > 1
    ]
    return broken


def _actions(database):
    """Return {(address, level): Counter of the states of its actions}."""
    query = """
        SELECT partner.email, level.name->>'en_US', action.state
          FROM collection_action action
          JOIN res_partner partner ON partner.id = action.partner_id
          JOIN collection_level level ON level.id = action.level_id
    """
    states = {}
    for address, step, state in odoo_process.sql(database, query):
        states.setdefault((address, step), Counter())[state] += 1
    return states


# what must give no row when everything has come to its end
NEVER = {
    "an action approved is left, or has no reason": """
        SELECT id, state, outcome FROM collection_action
         WHERE state IN ('proposed', 'approved', 'queued', 'sending')
            OR (state IN ('deferred', 'skipped', 'failed', 'unknown', 'cancelled') AND coalesce(outcome, '') = '')
    """,
    "an action once approved is gone": """
        SELECT DISTINCT action_id FROM torture_history history
         WHERE state != 'proposed'
           AND NOT EXISTS (SELECT FROM collection_action action WHERE action.id = history.action_id)
    """,
    "an action that was sent or unknown went on": """
        SELECT DISTINCT action.id, action.state FROM collection_action action
          JOIN torture_history history ON history.action_id = action.id
         WHERE history.state IN ('sent', 'unknown') AND action.state != history.state
    """,
    "the log does not say what became of an action": """
        SELECT action.id, action.state, array_agg(contact.outcome) FROM collection_action action
     LEFT JOIN collection_contact contact ON contact.action_id = action.id
         WHERE action.state IN ('sent', 'unknown', 'failed', 'skipped')
      GROUP BY action.id
        HAVING array_agg(contact.outcome::text) IS DISTINCT FROM ARRAY[action.state::text]
    """,
    "a debtor has two open cases": """
        SELECT debtor_id FROM collection_case WHERE state = 'open' GROUP BY debtor_id HAVING count(*) > 1
    """,
    "an item received a level twice": """
        SELECT line.item_id, line.level_id FROM collection_action_line line
          JOIN collection_action action ON action.id = line.action_id
         WHERE action.state IN ('sent', 'unknown') AND line.level_id IS NOT NULL
      GROUP BY line.item_id, line.level_id, line.channel, line.round HAVING count(*) > 1
    """,
    "an item's level is not the last one sent": """
        SELECT item.id, item.level_id, sent.level_id FROM collection_item item
     LEFT JOIN (SELECT DISTINCT ON (line.item_id) line.item_id, line.level_id FROM collection_action_line line
                  JOIN collection_action action ON action.id = line.action_id AND action.state = 'sent'
                  JOIN collection_level level ON level.id = line.level_id
              ORDER BY line.item_id, level.delay_days DESC) sent ON sent.item_id = item.id
         WHERE item.level_id IS DISTINCT FROM sent.level_id
    """,
    "a mail of ours waits": """
        SELECT mail.id, mail.state FROM mail_mail mail
         WHERE mail.collection_action_id IS NOT NULL AND mail.state = 'outgoing'
    """,
    "a change in the ledger was not assessed": "SELECT id FROM collection_change",
}
