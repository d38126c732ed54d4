"""`make demo`: a day of collections at the demo company, then the weeks that follow; what it claims is checked.

The day is played in the database debt_collection_demo, which `make serve` shows afterwards. The weeks are played on a
copy of it with simulated dates. Results lie in .dev/out: mail/ and letters.pdf of the day, later/ of the weeks.
"""

import logging
import time
from collections import Counter
from datetime import timedelta

import databases
from demo_office import BROWSER, Office, fresh_folder, load_odoo
from demo_tell import LANGUAGES, claim, heading, receivers, step, table, words
from project import DEV, ROOT, Stop, main

from odoo import Command

DATABASE = "debt_collection_demo"
LATER = f"{DATABASE}_later"
OUT = DEV / "out"
COVERED, EXCLUDED = "C006", "C015"  # see debt_collection/demo/demo_data.py
# invoices entered late, so that something is left to do: customer number, days late, amount
LATE_ENTRIES = [("C009", 26, 1890), ("C018", 14, 2420), ("C024", 9, 760), ("C028", 17, 3150), ("C029", 5, 1275)]


def demo():
    """The whole story."""
    started = time.monotonic()
    fresh_folder(OUT)
    with step("demo company") as said:
        databases.copy(databases.template("demo"), DATABASE)
        said.append(DATABASE)
    with step("Odoo, mail server"):
        load_odoo(DATABASE)
        office = Office(DATABASE, OUT / "mail")
    try:
        payer = first_day(office)
        office.close_servers()
        with office.away():
            databases.copy(DATABASE, LATER)
        leave_something_to_do(office)
    finally:
        office.close()
    heading("The weeks that follow, on a copy")
    with step("Odoo, mail server"):
        office = Office(LATER, OUT / "later" / "mail")
    try:
        following_weeks(office, payer)
    finally:
        office.close()
        databases.drop(LATER)
    print(f"\nDone in {time.monotonic() - started:.0f} s. The letters and mails are in {OUT.relative_to(ROOT)}.")
    print(f"`make serve` shows the company in a browser, at {BROWSER}: admin, amira, paul or claire; password = name.")


# ---- the first day ----------------------------------------------------------------------------------------------------


def first_day(office):
    """Assess, propose, approve, send, take a payment, run again. Returns the customer number of who paid."""
    heading(f"Today, {office.on(0)['collection.case']._today()}")
    with step("print invoices") as said:
        # as the company did when it issued them; the reminders carry these PDFs
        invoices = office.env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("payment_state", "in", ("not_paid", "partial"))]
        )
        office.env["account.move.send"]._generate_and_send_invoices(invoices, sending_methods=[])
        office.cr.commit()
        said.append(f"{len(invoices.filtered('invoice_pdf_report_id'))} PDFs")
    with step("assess") as said:
        found = office.env["collection.case"].sudo()._assess(office.company)
        office.cr.commit()
        said.append(f"{found['opened']} cases opened")
    tell_cases(office)
    run = propose(office, 0)
    tell_proposals(run)
    looked_at = run.action_ids.filtered("needs_look")
    with step("approve") as said:
        approved = run.action_ids - looked_at
        approved.action_approve()
        office.cr.commit()
        said.append(f"{len(approved)} approved, {len(looked_at)} left: a credit in another currency wants a look")
    dispatch(office, 0, run)
    save_letters(run, OUT / "letters.pdf")
    check_first_batch(office, approved)

    payer = max(approved.filtered(lambda a: a.channel == "email" and a.state == "sent"), key=lambda a: a.amount).partner_id
    with step("payment") as said:
        amount = pay_everything(office, payer)
        said.append(f"{payer.ref} pays {office.company.currency_id.name} {amount:,.2f}")
    with step("the same day again") as said:
        office.env["collection.case"].sudo()._cron_assess_changed()
        again = office.env["collection.run"].create({})
        again.action_propose()
        handled = office.env["collection.action"].sudo()._dispatch(office.company)
        said += [f"{len(again.action_ids)} proposals", f"{office.mailbox.count - len(emails(approved))} messages"]
    claim("run again the same day, nobody is proposed or reminded twice", again.action_ids.mapped("partner_id.ref"))
    claim("nothing more was sent", handled == 0 and office.mailbox.count == len(emails(approved)))
    case = case_of(office.env, payer.ref)
    claim("the case of the debtor who paid is closed", case.state == "closed" and case.close_reason == "paid")
    again.unlink()
    check_for_ever(office)
    return payer.ref


def tell_cases(office):
    """Print the open cases per age, and what they owe."""
    cases = office.env["collection.case"].search([("state", "=", "open")])
    rows = []
    for key, label in cases._fields["bucket"]._description_selection(office.env):
        group = cases.filtered(lambda case, key=key: case.bucket == key)
        rows.append([label, *_sums(group)])
    table(
        ["oldest item", "cases", "owed", "overdue", "credits", f"to collect ({office.company.currency_id.name})"],
        [*rows, ["together", *_sums(cases)]],
    )


def _sums(cases):
    names = ("amount_due", "amount_overdue", "amount_credit", "amount_claim")
    return [len(cases), *(sum(cases.mapped(name)) for name in names)]


def propose(office, days):
    """Make a batch for a day and propose; returns it."""
    with step("propose") as said:
        env = office.on(days)
        run = env["collection.run"].create({"date": env["collection.case"]._today()})
        run.action_propose()
        office.cr.commit()
        said.append(f"{run.name}: {run.action_count} proposals, {run.debtor_count} debtors")
    return run


def tell_proposals(run):
    """Print the proposals per level and channel, and why for three of them."""
    channels = ("email", "letter", "call")
    count = Counter((action.level_id, action.channel) for action in run.action_ids)
    levels = run.action_ids.level_id.sorted("delay_days")
    table(
        ["level", "e-mails", "letters", "calls"],
        [[level.name, *(count[level, channel] for channel in channels)] for level in levels],
    )
    print("  why, for example:")
    for channel in channels:
        action = run.action_ids.filtered(lambda a, channel=channel: a.channel == channel)[-1:]
        if action:
            print(f"    {action.partner_id.ref}, {channel}: {action.reason}")


def dispatch(office, days, run):
    """Send what is approved, as the scheduled action would, and tell what left."""
    env, before = office.on(days), office.mailbox.count
    with step("send") as said:
        # what is approved of a batch partly approved is the scheduled action's to send
        if run.state == "approved":
            run.with_env(env).action_send()
        else:
            env["collection.action"].sudo()._dispatch(office.company, today=env["collection.case"]._today())
        office.env.invalidate_all()
        said.append(f"{office.mailbox.count - before} messages")
    tell_sent(office, run, before)


def tell_sent(office, run, before):
    """Print what left by each channel."""
    language = language_of_addresses(office.env)
    arrived = Counter(
        LANGUAGES[language[address]] for message in office.mailbox.messages()[before:] for address in receivers(message)
    )
    letters = run.action_ids.filtered(lambda a: a.channel == "letter" and a.state == "sent")
    written = Counter(LANGUAGES[letter._language()] for letter in letters)
    calls = run.action_ids.filtered(lambda a: a.channel == "call" and a.state == "queued")
    table(
        ["", *LANGUAGES.values()],
        [
            ["messages arrived", *(arrived[name] for name in LANGUAGES.values())],
            ["letters in the PDF", *(written[name] for name in LANGUAGES.values())],
        ],
    )
    callers = ", ".join(f"{user.name} {count}" for user, count in Counter(call.activity_id.user_id for call in calls).items())
    print(f"    calls scheduled: {callers or 'none'}")
    failed = run.action_ids.filtered(lambda a: a.state in ("failed", "unknown", "queued") and a not in calls)
    claim("nothing of what was approved failed", [f"{a.partner_id.ref}: {a.outcome}" for a in failed])


def save_letters(run, file):
    """Copy the PDF of a batch's letters."""
    claim("the letters of the batch are one PDF", len(run.letter_ids) == 1 and run.letter_ids.raw.startswith(b"%PDF"))
    file.write_bytes(run.letter_ids.raw)


def pay_everything(office, partner):
    """Register payment of all that a debtor owes through Odoo, as the accountant; returns the amount."""
    env = office.env(user=office.env["res.users"].search([("login", "=", "claire")]))
    items = case_of(office.env, partner.ref).open_item_ids
    amount = sum(items.mapped("amount_residual"))
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=items.move_id.ids, dont_redirect_to_payments=True
    )
    wizard.create({"group_payment": False}).action_create_payments()
    office.cr.commit()
    return amount


def leave_something_to_do(office):
    """Enter some invoices late and propose: a batch that waits for whoever opens the browser."""
    heading("Left for you")
    env, today = office.env, office.on(0)["collection.case"]._today()
    with step("invoices entered late") as said:
        partners = {partner.ref: partner for partner in env["res.partner"].search([("ref", "=like", "C0%")])}
        invoices = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partners[ref].id,
                    "invoice_date": today - timedelta(days=days + 30),
                    "invoice_date_due": today - timedelta(days=days),
                    "invoice_line_ids": [
                        Command.create({"name": "Office chairs", "price_unit": amount, "tax_ids": [Command.clear()]})
                    ],
                }
                for ref, days, amount in LATE_ENTRIES
            ]
        )
        invoices.action_post()
        env["collection.case"].sudo()._cron_assess_changed()
        office.cr.commit()
        said.append(f"{len(invoices)} invoices")
    run = propose(office, 0)
    expected = {ref for ref, _days, _amount in LATE_ENTRIES}
    claim("the new batch names exactly these debtors", expected ^ set(run.action_ids.mapped("partner_id.ref")))


# ---- the weeks that follow --------------------------------------------------------------------------------------------


def following_weeks(office, payer):
    """Run on simulated days: who has not paid moves up a level at a time, who paid is left alone."""
    first = office.env["collection.run"].search([], order="id", limit=1)
    first_sent = first.action_ids.filtered(lambda a: a.state == "sent" and a.level_id.delay_days >= 0)
    reminded = set(first_sent.mapped("partner_id.ref"))
    # the credit in another currency has been looked at
    first.action_ids.filtered(lambda a: a.state == "proposed").action_exclude()

    run = later_day(office, 1)
    known = set(first.action_ids.mapped("partner_id.ref"))
    claim("on the next day nobody is reminded again", known & set(run.action_ids.mapped("partner_id.ref")) - looked(first))

    for days, level, folder in ((8, "level_reminder", None), (19, "level_firm", "firm"), (35, "level_final", "final")):
        run = later_day(office, days)
        tell_proposals(run)
        level = office.env.ref(f"debt_collection.{level}")
        moved_up = run.action_ids.filtered(lambda a, level=level: a.level_id == level)
        claim(
            f"those reminded on the first day who still owe, and nobody else, come to “{level.name}”",
            (reminded - {payer}) ^ set(moved_up.mapped("partner_id.ref")),
        )
        run.action_approve()
        dispatch(office, days, run)
        if folder:
            save_letters(run, OUT / "later" / f"letters_{folder}.pdf")
    check_for_ever(office, payer)


def looked(run):
    """Return the customer numbers whom somebody took out of a batch to have a look."""
    return set(run.action_ids.filtered("needs_look").mapped("partner_id.ref"))


def later_day(office, days):
    """Assess and propose on a day so many days from now; returns the batch."""
    env = office.on(days)
    day = env["collection.case"]._today()
    print(f"  {days} day{'s' if days > 1 else ''} later, {day}", flush=True)
    with step("assess") as said:
        found = env["collection.case"].sudo()._assess(office.company, today=day)
        office.cr.commit()
        said.append(f"{found['opened']} cases opened, {found['closed']} closed")
    return propose(office, days)


# ---- what must hold ---------------------------------------------------------------------------------------------------


def check_first_batch(office, approved):
    """Each debtor got one message, in its language, and each message belongs to an e-mail that counts as sent."""
    messages = office.mailbox.messages()
    claim("as many messages arrived as e-mails count as sent", len(messages) == len(emails(approved)))
    language = language_of_addresses(office.env)
    wrong = [
        message["subject"]
        for message in messages
        for address in receivers(message)
        if ('dir="rtl"' in words(message)) != (language[address] == "ar_001")
    ]
    claim("the Arabic messages, and no others, run from right to left", wrong)
    received = Counter(address for message in messages for address in receivers(message))
    claim("nobody received two messages", [address for address, count in received.items() if count > 1])
    collections = office.env["res.partner"].search([("type", "=", "collections")])
    claim(
        "where there is an address for collections, it was used, and no other",
        set(collections.mapped("email")) - set(received) | set(collections.parent_id.mapped("email")) & set(received),
    )


def check_for_ever(office, payer=None):
    """What must hold at any moment, in the database and in every message that arrived."""
    env = office.env
    sent = env["collection.action"].search([("state", "=", "sent")])
    lines = [(line.item_id, line.level_id, line.channel, line.round) for line in sent.line_ids if line.level_id]
    claim("no item got a level twice by one channel", [row[0].name for row, n in Counter(lines).items() if n > 1])
    days = Counter((action.partner_id.ref, action.channel, action.sent_on) for action in sent)
    claim("no debtor got two notices by one channel on one day", [row for row, n in days.items() if n > 1])
    everything = "\n".join(
        words(message) for folder in (OUT / "mail", office.mailbox.folder) for message in messages_in(office, folder)
    )
    excluded = env["account.move"].search([("partner_id.ref", "=", EXCLUDED), ("move_type", "=", "out_invoice")])
    excluded = excluded.filtered("no_followup")
    claim(
        f"{excluded.name}, left out of follow-up, is named in no message and no notice",
        len(excluded) == 1 and excluded.name not in everything and excluded.name not in sent.line_ids.mapped("name"),
    )
    covered = env["collection.action"].search([("partner_id.ref", "=", COVERED)])
    claim("the debtor whose payment is not matched yet was never in a batch", covered.mapped("reason"))
    if payer:
        again = sent.filtered(lambda a: a.partner_id.ref == payer and a.sent_on > min(sent.mapped("sent_on")))
        claim("the debtor who paid never heard from us again", again.mapped("reason"))
    entries = env["collection.contact"].search([])
    claim(f"the chain of all {len(entries)} entries of the contact log verifies", entries._verify_chain().mapped("summary"))


def messages_in(office, folder):
    """Return the messages of a folder, read as the mailbox reads its own."""
    own, office.mailbox.folder = office.mailbox.folder, folder
    try:
        return office.mailbox.messages()
    finally:
        office.mailbox.folder = own


def emails(actions):
    """Return the e-mails among some actions that count as sent."""
    return actions.filtered(lambda a: a.channel == "email" and a.state == "sent")


def language_of_addresses(env):
    """Return {e-mail address: language of the contact}."""
    partners = env["res.partner"].search([("email", "!=", False), ("lang", "in", list(LANGUAGES))])
    return {partner.email: partner.lang for partner in partners}


def case_of(env, ref):
    """Return the newest case of a debtor."""
    case = env["collection.case"].search([("partner_id.ref", "=", ref)], order="id desc", limit=1)
    if not case:
        raise Stop(f"the demo company has no case for {ref}: delete the database {DATABASE} and try again")
    return case


def guarded():
    """Play the story; an exception nobody thought of is told in one sentence, too."""
    try:
        demo()
    except Stop:
        raise
    except Exception as error:
        logging.getLogger("demo").exception("the demo broke off")
        reason = (str(error).strip().splitlines() or [""])[0]
        raise Stop(
            f"the demo broke off, see .dev/log/demo.log for where ({type(error).__name__}: {reason})"
        ) from None


if __name__ == "__main__":
    main(guarded)
