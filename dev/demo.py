"""`make demo`: a day of collections at the demo company, then the weeks that follow; what it claims is checked.

The day is played in the database debt_collection_demo, which `make serve` shows afterwards; the weeks on a copy of it,
with simulated dates. Results lie in .dev/out: mail/ and letters.pdf of the day,
evidence, statements, ageing and the weekly report beside them, later/ of the weeks.
"""

import logging
import time
from datetime import timedelta

from odoo.fields import Command

import databases
from demo_agreed import answers_of_today, weeks_before
from demo_claims import (
    check_first_batch,
    check_for_ever,
    check_nothing_failed,
    claim,
    sent_emails,
)
from demo_figures import collectors_morning, managers_month, who_had_whom
from demo_month import REF as MONTH
from demo_month import month_before, seal_and_evidence
from demo_office import BROWSER, Office, fresh_folder, load_odoo
from demo_page import debtor_pays_online, links_to_open
from demo_tell import heading, step, tell_cases, tell_proposals, tell_sent
from project import DEV, ROOT, Stop, main

DATABASE = "debt_collection_demo"
LATER = f"{DATABASE}_later"
OUT = DEV / "out"
# invoices entered late, so that something is left to do: customer number, days late, amount
LATE_ENTRIES = [("C009", 26, 1890), ("C018", 14, 2420), ("C024", 9, 760), ("C028", 17, 3150), ("C029", 5, 1275)]
# what follows for those reminded on the first day: days from now, level, name of the file of letters
FOLLOWING = [(8, "level_reminder", "reminder"), (19, "level_firm", "firm"), (35, "level_final", "final")]


def demo():
    """Play the whole story."""
    started = time.monotonic()
    fresh_folder(OUT)
    with step("demo company") as said:
        databases.copy(databases.template("demo"), DATABASE)
        said.append(DATABASE)
    with step("Odoo, mail server"):
        load_odoo(DATABASE)
        office = Office(DATABASE, OUT / "mail")
    try:
        month_before(office)
        weeks_before(office)
        payer, approved = first_day(office)
        online = debtor_pays_online(office, approved)
        seal_and_evidence(office, OUT)
        managers_month(office, OUT)
        office.close_servers()
        with office.away():
            databases.copy(DATABASE, LATER)
        answers_of_today(office)
        leave_something_to_do(office)
        collectors_morning(office)
        messages = office.mailbox.messages()
        links = links_to_open(office.env)
    finally:
        office.close()
    heading("The weeks that follow, on a copy")
    with step("Odoo, mail server"):
        office = Office(LATER, OUT / "later" / "mail")
    try:
        following_weeks(office, {payer, online}, messages)
    finally:
        office.close()
        databases.drop(LATER)
    print(f"\nDone in {time.monotonic() - started:.0f} s. The letters and mails are in {OUT.relative_to(ROOT)}.")
    for language, link in links:
        print(f"A debtor's page, {language}, while `make serve` runs: {link}")
    print(f"`make serve` shows the company in a browser, at {BROWSER}: admin, amira, paul or claire; password = name.")


def first_day(office):
    """Assess, propose, approve, send, take a payment, run again.

    :return: customer number of who paid, and what was approved
    """
    env, before = office.env, office.mailbox.count
    heading(f"Today, {office.today(0)}")
    with step("print invoices") as said:
        # as the company did when it issued them: the reminders carry these PDFs
        invoices = env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("payment_state", "in", ("not_paid", "partial"))]
        )
        env["account.move.send"]._generate_and_send_invoices(invoices, sending_methods=[])
        env.cr.commit()
        said.append(f"{len(invoices.filtered('invoice_pdf_report_id'))} PDFs")
    assess(office, 0)
    who_had_whom(office)
    tell_cases(env)
    run = propose(office, 0)
    tell_proposals(run)
    with step("approve") as said:
        approved = run.action_ids.filtered(lambda action: not action.needs_look)
        approved.action_approve()
        env.cr.commit()
        said.append(f"{len(approved)} of {len(run.action_ids)}; a credit in another currency wants a look first")
    send(office, 0, run)
    save_letters(run, OUT / "letters.pdf")
    check_first_batch(env, approved, office.mailbox.messages()[before:])

    payer = max(sent_emails(approved), key=lambda action: action.amount).partner_id
    with step("payment") as said:
        amount = pay_everything(office, payer)
        said.append(f"{payer.ref} pays {office.company.currency_id.name} {amount:,.2f}")
    count = office.mailbox.count
    with step("the same day again") as said:
        env["collection.case"].sudo()._cron_assess_changed()
        again = env["collection.run"].create({})
        again.action_propose()
        handled = env["collection.action"].sudo()._dispatch(office.company)
        said += [f"{len(again.action_ids)} proposals", f"{office.mailbox.count - count} messages"]
    claim("run again on the same day, nobody is proposed or reminded", again.action_ids.mapped("partner_id.ref"))
    claim("nothing more was sent", handled == 0 and office.mailbox.count == count)
    again.unlink()
    case = env["collection.case"].search([("partner_id", "=", payer.id)])
    claim("the case of the debtor who paid is closed as paid", (case.state, case.close_reason) == ("closed", "paid"))
    check_for_ever(env, office.mailbox.messages())
    return payer.ref, approved


def leave_something_to_do(office):
    """Enter some invoices late and propose: a batch that waits for whoever opens the browser."""
    heading("Left for you")
    env, today = office.env, office.today(0)
    with step("invoices entered late") as said:
        refs = [ref for ref, _days, _amount in LATE_ENTRIES]
        partners = env["res.partner"].search([("ref", "in", refs)]).grouped("ref")
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
        env.cr.commit()
        said.append(f"{len(invoices)} invoices")
    run = propose(office, 0)
    claim("the new batch names these debtors and no others", set(refs) ^ set(run.action_ids.mapped("partner_id.ref")))


def following_weeks(office, payers, messages):
    """Run on simulated days: who has not paid moves up a level at a time, who paid is left alone.

    :param payers: customer numbers of the debtors who paid
    :param messages: those that arrived on the first day
    """
    env = office.env
    first = env["collection.run"].search([("date", "=", office.today(0))], order="id", limit=1)
    friendly = env.ref("debt_collection.level_friendly")
    reminded = first.action_ids.filtered(lambda a: a.state == "sent" and a.level_id == friendly)
    expected = set(reminded.mapped("partner_id.ref")) - payers

    print(f"  1 day later, {office.today(1)}", flush=True)
    assess(office, 1)
    run = propose(office, 1)
    claim("on the next day nobody is proposed", run.action_ids.mapped("partner_id.ref"))

    # somebody had a look at the credit in another currency: the next batch has it again
    first.action_exclude_all()
    for days, level, name in FOLLOWING:
        print(f"  {days} days later, {office.today(days)}", flush=True)
        assess(office, days)
        run = propose(office, days)
        tell_proposals(run)
        level = env.ref(f"debt_collection.{level}")
        moved_up = run.action_ids.filtered(lambda action, level=level: action.level_id == level)
        # whose month is told apart is ahead of the others
        moved_up = moved_up.filtered(lambda action: action.partner_id.ref != MONTH)
        claim(
            f"those reminded on the first day who still owe, and nobody else, come to “{level.name}”",
            expected ^ set(moved_up.mapped("partner_id.ref")),
        )
        run.action_approve()
        send(office, days, run)
        save_letters(run, OUT / "later" / f"letters_{name}.pdf")
    check_for_ever(env, messages + office.mailbox.messages(), payers)


# ---- the steps of a day ----------------------------------------------------------------------------------------------


def assess(office, days):
    """Assess the company on a day so many days from now, as the scheduled action does."""
    with step("assess") as said:
        found = office.env["collection.case"].sudo()._assess(office.company, today=office.today(days))
        office.env.cr.commit()
        said.append(f"{found['opened']} cases opened, {found['closed']} closed")


def propose(office, days):
    """Make a batch for a day and propose; returns it."""
    with step("propose") as said:
        run = office.on(days)["collection.run"].create({"date": office.today(days)})
        run.action_propose()
        office.env.cr.commit()
        said.append(f"{run.name}: {run.action_count} proposals, {run.debtor_count} debtors")
    return run


def send(office, days, run):
    """Send what is approved, and tell what left."""
    before = office.mailbox.count
    with step("send") as said:
        if run.state == "approved":
            run.action_send()
        else:
            # of a batch approved in part: as the scheduled action does
            office.env["collection.action"].sudo()._dispatch(office.company, today=office.today(days))
        office.env.invalidate_all()
        said.append(f"{office.mailbox.count - before} messages")
    tell_sent(run, office.mailbox.messages()[before:])
    check_nothing_failed(run)


def save_letters(run, file):
    """Copy the PDF of a batch's letters."""
    claim("the letters of the batch are one PDF", len(run.letter_ids) == 1 and run.letter_ids.raw.startswith(b"%PDF"))
    file.write_bytes(run.letter_ids.raw)


def pay_everything(office, partner):
    """Register payment of all that a debtor owes, as the accountant does; returns the amount."""
    env = office.env(user=office.env["res.users"].search([("login", "=", "claire")]))
    items = office.env["collection.case"].search([("partner_id", "=", partner.id)]).open_item_ids
    amount = sum(items.mapped("amount_residual"))
    wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=items.move_id.ids)
    wizard.create({"group_payment": False}).action_create_payments()
    office.env.cr.commit()
    return amount


def guarded():
    """Play the story; an exception nobody thought of is told in one sentence, too."""
    try:
        demo()
    except Stop:
        raise
    except Exception as error:
        logging.getLogger("demo").exception("the demo broke off")
        reason = next(iter(str(error).strip().splitlines()), "")
        raise Stop(
            f"the demo broke off: read the end of .dev/log/demo.log ({type(error).__name__}: {reason})"
        ) from None


if __name__ == "__main__":
    main(guarded)
