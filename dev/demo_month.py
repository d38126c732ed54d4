"""A month of contacts with one debtor of the demo company: each day as it was, through what a person or a mail uses.

Days are simulated: the flow is told which day it is, and the contact log's clock is set back to it.
"""

from contextlib import contextmanager
from datetime import datetime, time
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form

from delivery_report import returned
from demo_claims import claim
from demo_tell import heading, step, table

# customer number, see debt_collection/demo/demo_data.py; its older invoice is 42 days late today
REF = "C031"
DAYS_LATE = 42


def month_before(office):
    """Play the month that one case has behind it."""
    heading("A month with one debtor")
    month = Month(office)
    with step("e-mails, answers") as said:
        said.append(month.friendly_reminder_and_answers())
    with step("an e-mail comes back") as said:
        said.append(month.reminder_that_comes_back())
    with step("letter and calls") as said:
        said.append(month.firm_letter_and_calls())
    with step("a promise, half kept") as said:
        said.append(month.promise())
    month.case.invalidate_recordset()
    entries = month.case.contact_ids.sorted("seq")
    table(
        ["no.", "day", "channel", "outcome", "what"],
        [[e.seq, str(e.date.date()), e.channel, e.outcome, e.summary[:64]] for e in entries],
    )
    claim("the month can be followed in the log, by six ways of contact and both directions", [
        missing
        for missing in (("email", "sent"), ("email", "auto_reply"), ("email", "received"), ("email", "bounced"),
                        ("letter", "printed"), ("call", "no_answer"), ("call", "promise"))
        if missing not in {(e.channel, e.outcome) for e in entries}
    ])  # fmt: skip
    claim("its entries follow each other in time", entries.mapped("date") == sorted(entries.mapped("date")))


def seal_and_evidence(office, folder):
    """Verify and seal the log of today, and make the evidence file of the month's case in two languages.

    :param folder: where the PDFs and the mailed seal go
    """
    env = office.env
    heading("A log that stands in court")
    company = office.company._collection_settings()
    company.collection_seal_email = "notary@archive.example"
    before = office.mailbox.count
    with step("seal") as said:
        env["collection.seal"].sudo()._cron_seal()
        env["mail.mail"].sudo().process_email_queue()
        env.cr.commit()
        seal = env["collection.seal"].search([], limit=1)
        said.append(f"{seal.case_count} cases, {seal.hash[:16]}…, {seal.mail_state}")
    [message] = office.mailbox.messages()[before:]
    [attachment] = message.iter_attachments()
    (folder / attachment.get_filename()).write_bytes(attachment.get_content())
    claim("the seal has left the house", "notary@archive.example" in message["X-Rcpt-To"])
    case = _case(env)
    with step("evidence file") as said:
        for language, name in (("en_US", "evidence.pdf"), ("ar_001", "evidence_ar.pdf")):
            pdf = case._make_evidence(language).raw
            (folder / name).write_bytes(pdf)
            said.append(f"{name} {len(pdf) // 1024} kB")
        env.cr.commit()
    claim("the evidence file says that all entries verify", not case.contact_ids._verify_chain())


def _case(env):
    return env["collection.case"].search([("partner_id.ref", "=", REF), ("state", "=", "open")])


class Month:
    """The case of one debtor on one simulated day after another, counted from the due date of its older invoice."""

    def __init__(self, office):
        self.office = office
        self.case = None

    @contextmanager
    def on_day(self, late, clock="10:00"):
        """Set the day, so many days after the due date, and the log's clock; yields the case as it is on that day."""
        env = self.office.on(late - DAYS_LATE)
        moment = datetime.combine(self.office.today(late - DAYS_LATE), time.fromisoformat(clock))
        partner = env["res.partner"].search([("ref", "=", REF), ("parent_id", "=", False)])
        with patch.object(fields.Datetime, "now", staticmethod(lambda *_args: moment)):
            env["collection.case"].sudo()._assess(
                env.company, partners=partner, today=self.office.today(late - DAYS_LATE)
            )
            self.case = _case(env)
            yield self.case
            self.office.env.cr.commit()

    def _follow_up(self, late, clock="10:00"):
        """Propose, approve and send what is due on a day for this debtor; returns the actions."""
        with self.on_day(late, clock) as case:
            run = case.env["collection.run"].create({"date": self.office.today(late - DAYS_LATE)})
            run.action_propose()
            # the others have their story today
            run.action_ids.filtered(lambda action: action.case_id != case).sudo().unlink()
            run.action_approve()
            run.action_send()
        return run.action_ids

    def _receive(self, mail):
        self.case.env["mail.thread"].sudo().message_process(False, mail)

    def _log_call(self, late, clock, outcome, notes, **values):
        with self.on_day(late, clock) as case:
            wizard = Form(case.env["collection.log.call"].with_context(default_case_id=case.id))
            wizard.date, wizard.outcome = fields.Datetime.now(), outcome
            wizard.notes, wizard.duration = notes, values.pop("minutes", 1)
            for name, value in values.items():
                wizard[name] = value
            wizard.save().action_confirm()

    def friendly_reminder_and_answers(self):
        """A reminder, an automatic reply, a question about it."""
        [reminder] = self._follow_up(3)
        mail = reminder.mail_id
        with self.on_day(3, "10:02"):
            self._receive(_answer(mail, "Automatic reply: your reminder", "I am out of the office until Monday.",
                                  "Auto-Submitted: auto-replied"))  # fmt: skip
        with self.on_day(7, "09:12"):
            self._receive(_answer(mail, f"Re: {mail.subject}", "Please send us a copy of the invoice."))
        return f"{reminder.level_id.name} sent, two answers"

    def reminder_that_comes_back(self):
        """The address does not exist any more; the letter takes over."""
        [reminder] = self._follow_up(10)
        with self.on_day(10, "10:20") as case:
            self._receive(_returned(reminder.mail_id))
            case.env["collection.action"].sudo()._dispatch(case.company_id, today=case._today())
        reminder.invalidate_recordset()
        [letter] = self.case.action_ids.filtered(lambda a: a.channel == "letter" and a.level_id == reminder.level_id)
        claim("the e-mail that came back does not count, the letter in its place does",
              (reminder.state, letter.state) == ("failed", "sent"))  # fmt: skip
        return f"{reminder.level_id.name}: {letter.reason}"

    def firm_letter_and_calls(self):
        """A firm letter, and three calls until somebody decides."""
        actions = self._follow_up(20)
        self._log_call(20, "14:05", "no_answer", "Rang out.")
        self._log_call(21, "09:40", "third_party", "Reception: Ms Reid is back tomorrow.", minutes=3)
        return ", ".join(sorted(set(actions.mapped("channel"))))

    def promise(self):
        """A promise in a call, of which half is paid."""
        self._log_call(22, "11:15", "promise", "Ms Reid pays the older invoice in a week.", minutes=8,
                       promise_date=self.office.today(29 - DAYS_LATE))  # fmt: skip
        with self.on_day(29) as case:
            line = case.open_item_ids.sorted("date_due")[0].move_line_id
            payment = case.env["account.payment.register"].with_context(
                active_model="account.move.line", active_ids=line.ids
            )
            payment.create({"payment_date": case._today(), "amount": line.amount_residual / 2})._create_payments()
        with self.on_day(34) as case:
            return f"{case.promise_ids.state}: {case.promise_ids.amount_paid:,.2f} of {case.promise_ids.amount:,.2f}"


def _answer(mail, subject, body, *headers):
    recipient = mail.recipient_ids[:1].email
    lines = [
        f"From: {recipient}",
        f"To: {mail.reply_to}",
        f"Subject: {subject}",
        f"Message-ID: <answer-{mail.id}-{abs(hash(body))}@debtor.example>",
        f"In-Reply-To: {mail.message_id}",
        "Content-Type: text/plain; charset=utf-8",
        *headers,
    ]
    return "\r\n".join(lines) + f"\r\n\r\n{body}\r\n"


def _returned(mail):
    head = f"Message-ID: {mail.message_id}\nSubject: {mail.subject}\n"
    return returned(mail.recipient_ids[:1].email, mail.email_from, head)
