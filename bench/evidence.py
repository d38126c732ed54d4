"""The contact log as evidence: verifying a large log, and what hashing adds to writing an entry.

The log that is verified is written straight into the tables, with the hashes and words it would have; what is added to
it is rolled back.
"""

import io
from contextlib import contextmanager
from datetime import datetime, timedelta

import engine
from measure import interleaved, milliseconds, row, timed

DATABASE = "proposed"
ENTRIES = {"tiny": 2_000, "small": 20_000, "medium": 100_000, "large": 1_000_000}
# what may verifying a million entries take, in seconds
MILLION = 30
BATCH = 1_000
ALONE = 30
ROUNDS = 5
WORDS = "<p>Dear Sir or Madam, the invoices below are overdue. Please pay what is open within seven days.</p>" * 5
COLUMNS = (
    "id, case_id, company_id, seq, partner_ref, partner_name, channel, direction, outcome, date, user_ref, user_name, "
    "address, summary, amount, currency_name, cost, text_digest, documents_digest, hash, prev_hash, hash_version"
)


def measure(env):
    """Yield what verifying the log costs, and what adding to it costs beside a plain create of the same rows."""
    number = ENTRIES[env.context["bench_size"]]
    _fill(env, number)
    engine.settle(env, ("collection_contact", "collection_contact_text"))
    log, counted = env["collection.contact"], []
    seconds, findings = timed(lambda: list(log._verify(log._scope_of_company(engine.company(env)), counted)))
    if findings or counted != [number]:
        raise AssertionError(f"{len(findings)} of {counted} entries do not verify")
    yield row(
        "verify the log of a company",
        seconds,
        "s",
        reach=MILLION * number / 1_000_000,
        note=f"{number:,} entries with their words",
    )
    yield _adding(env, BATCH, ROUNDS, 1.3)
    yield _adding(env, 1, ALONE, 1.5)


def _fill(env, number):
    """Write so many entries, spread over all cases, each with words."""
    # there is no add-on to import before Odoo has loaded it
    from odoo.addons.debt_collection.models.collection_contact_verify import COVERED
    from odoo.addons.debt_collection.tools import chain

    company = engine.company(env)
    cases = env["collection.case"].search([("company_id", "=", company.id)]).ids
    heads, entries, texts = {}, io.StringIO(), io.StringIO()
    start = datetime.fromisoformat("2025-01-01 09:00:00")
    for entry_id in range(1, number + 1):
        case_id = cases[entry_id % len(cases)]
        seq, previous = heads.get(case_id, (0, chain.GENESIS))
        values = {
            "address": "debtor@example.com",
            "amount": "1500.5",
            "case": case_id,
            "channel": "email",
            "company": company.id,
            "corrects_seq": 0,
            "cost": "0",
            "currency": company.currency_id.name,
            "date": str(start + timedelta(seconds=entry_id)),
            "direction": "out",
            "documents_digest": "",
            "hash_version": chain.VERSION,
            "outcome": "sent",
            "partner_name": f"Debtor {case_id}",
            "partner_ref": case_id,
            "seq": seq + 1,
            "summary": "Sent to debtor@example.com.",
            "text_digest": chain.words_digest(f"{entry_id:032x}", WORDS),
            "user_name": "OdooBot",
            "user_ref": 1,
        }
        link = chain.link(previous, chain.digest(values))
        heads[case_id] = (seq + 1, link)
        assert values.keys() | {"hash", "prev_hash"} == COVERED.keys()
        columns = {"id": entry_id, "hash": link, "prev_hash": previous, **values}
        names = {"case_id": "case", "company_id": "company", "currency_name": "currency"}
        entries.write("\t".join(str(columns[names.get(name, name)]) for name in COLUMNS.split(", ")) + "\n")
        texts.write(f"{entry_id}\t{WORDS}\t{entry_id:032x}\n")
    _copy(env, f"collection_contact ({COLUMNS})", entries)
    _copy(env, "collection_contact_text (contact_id, body, salt)", texts)
    env.cr.execute("SELECT setval('collection_contact_id_seq', %s)", [number])


def _copy(env, into, file):
    file.seek(0)
    env.cr._obj.copy_expert(f"COPY {into} FROM STDIN", file)


def _adding(env, number, rounds, reach):
    """Return the row of adding so many entries at once, beside a plain create of the same rows."""
    log = env["collection.contact"]
    cases = env["collection.case"].search([], limit=number)
    entries = [
        {
            "case_id": case.id,
            "channel": "email",
            "direction": "out",
            "outcome": "sent",
            "summary": "Sent to debtor@example.com.",
            "address": "debtor@example.com",
            "amount": 1500.5,
            "text": WORDS,
        }
        for case in cases
    ]
    plain = _rows(env, entries)

    def append():
        with _undone(env):
            log._append(entries)
            env.flush_all()

    def create():
        with _undone(env):
            created = log.create([values for values, _text in plain])
            env["collection.contact.text"].create(
                [{**text, "contact_id": entry.id} for entry, (_values, text) in zip(created, plain, strict=True)]
            )
            env.flush_all()

    for warm in (append, create):
        warm()
    floor, seconds = interleaved(create, append, rounds)
    return row(
        f"add {number:,} entries at once" if number > 1 else "add one entry",
        milliseconds(seconds),
        "ms",
        milliseconds(floor),
        reach,
        note="beside a plain create of the same rows",
    )


def _rows(env, entries):
    """Return (values of the entry, of its words) as `_append` writes them."""
    with _undone(env):
        added = env["collection.contact"]._append(entries)
        names = [name for name, field in added._fields.items() if field.store and field.column_type and name != "id"]
        rows = [
            (values, {"body": text.body, "salt": text.salt})
            for values, text in zip(added.read(names, load=None), added.text_ids, strict=True)
        ]
        for values, _text in rows:
            del values["id"]
    return rows


@contextmanager
def _undone(env):
    """Take back what is written meanwhile; what a request has read before, case and user, stays read."""
    with env.cr.savepoint() as savepoint:
        yield
        savepoint.close(rollback=True)
    for model in ("collection.contact", "collection.contact.text"):
        env[model].invalidate_model()
