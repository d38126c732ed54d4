"""What the add-on costs an accountant: the same work, in turns, in two databases of the same ledger, one without it.

Both registries live in this one process and every piece of work is a transaction of its own, read from nothing and
committed, as a click is. A pair is the work in one database and right after it in the other, the order changing from
pair to pair; what counts is the median of the differences within the pairs.
"""

import statistics
import time

from odoo import SUPERUSER_ID, Command, fields
from odoo.api import Environment
from odoo.modules.registry import Registry

import sources
from measure import row

DATABASE = "proposed"
PAIRS = 200
PATIENCE = 55  # seconds a row, after which there are no more pairs
WARM_UP = 3
ADMIN = 2


def measure(env):
    """Yield a row per piece of work, in milliseconds; what is posted and paid stays in both databases.

    :param env: the environment of a database of the ledger with the add-on, assessed
    """
    # what is measured has cursors of its own
    env.cr.commit()
    with sources.copy("base", env.context["bench_size"]) as bare:
        yield from _rows({"bare": Registry(bare), "addon": env.registry})


def _rows(registries):
    for registry in registries.values():
        with registry.cursor() as cr:
            root = Environment(cr, SUPERUSER_ID, {})
            # who keeps the bank's books in Community
            root["res.users"].browse(ADMIN).group_ids += root.ref("account.group_account_basic")
    yield _row("post an invoice", registries, _draft_invoice, _post)
    yield _row("register a payment", registries, _posted_invoice, _pay)
    yield _row("import a bank statement line", registries, _customer, _import)
    yield _row("match a bank statement line", registries, _imported_with_invoice, _match)


def _row(name, registries, prepare, work):
    times = {side: [] for side in registries}
    started = time.monotonic()
    for number in range(PAIRS + WARM_UP):
        if time.monotonic() - started > PATIENCE:
            break
        for side in sorted(registries, reverse=number % 2 == 0):
            with registries[side].cursor() as cr:
                prepared = prepare(_env(cr), number)
            with registries[side].cursor() as cr:
                start = time.perf_counter()
                work(_env(cr), *prepared)
                cr.commit()
                elapsed = 1000 * (time.perf_counter() - start)
            # the first ones fill the server's own caches
            if number >= WARM_UP:
                times[side].append(elapsed)
    floor = statistics.median(times["bare"])
    added = statistics.median(addon - bare for addon, bare in zip(times["addon"], times["bare"], strict=True))
    return row(name, floor + added, "ms", floor, 1.03, slack=1, note=f"{len(times['bare'])} pairs")


def _env(cr):
    return Environment(cr, ADMIN, {"lang": "en_US"})


def _customer(env, number):
    return (env["res.partner"].search([("customer_rank", ">", 0)], order="id", offset=number, limit=1).id,)


def _draft_invoice(env, number):
    [partner] = _customer(env, number)
    line = Command.create({"name": "Goods", "quantity": 1, "price_unit": 100 + number})
    today = fields.Date.context_today(env.user)
    values = {"move_type": "out_invoice", "partner_id": partner, "invoice_date": today, "invoice_line_ids": [line]}
    return (env["account.move"].create(values).id,)


def _post(env, invoice):
    env["account.move"].browse(invoice).action_post()


def _posted_invoice(env, number):
    [invoice] = _draft_invoice(env, number)
    _post(env, invoice)
    return (invoice,)


def _pay(env, invoice):
    wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=[invoice])
    wizard.create({}).action_create_payments()


def _import(env, partner, **values):
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1)
    values.update(journal_id=journal.id, partner_id=partner, payment_ref="Paid, with thanks", amount=100)
    return env["account.bank.statement.line"].create(values)


def _imported_with_invoice(env, number):
    [invoice] = _posted_invoice(env, number)
    invoice = env["account.move"].browse(invoice)
    line = _receivable(invoice)
    imported = _import(env, invoice.partner_id.id, counterpart_account_id=line.account_id.id)
    return line.id, _receivable(imported.move_id).id


def _match(env, *lines):
    env["account.move.line"].browse(lines).reconcile()


def _receivable(move):
    return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
