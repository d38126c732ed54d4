"""What the demo claims, checked in the database and in every message that arrived."""

from collections import Counter

from demo_mails import language_of, receivers, words
from demo_tell import LANGUAGES
from project import Stop

COVERED, EXCLUDED = "C006", "C015"  # see debt_collection/demo/demo_data.py


def claim(sentence, holds):
    """Check something that is promised.

    :param sentence: what is claimed
    :param holds: whether it is so; or the cases against it, of which there should be none
    :raises Stop: when it does not hold
    """
    against = [] if isinstance(holds, bool) else list(holds)
    if holds is False or against:
        cases = f" ({', '.join(map(str, against[:5]))})" if against else ""
        raise Stop(f"this should hold and does not: {sentence}{cases}; look into .dev/log/demo.log and .dev/out")
    print(f"    checked: {sentence}", flush=True)


def check_nothing_failed(run):
    """Everything approved in a batch left, save the calls that somebody has to make."""
    left = run.action_ids.filtered(lambda a: a.state in ("failed", "unknown", "queued", "deferred"))
    left = left.filtered(lambda a: a.channel != "call" or a.state != "queued")
    claim("nothing of what was approved failed", [f"{a.partner_id.ref}: {a.state}, {a.outcome}" for a in left])


def check_first_batch(env, approved, messages):
    """Each debtor got one message, at the right address and in its language."""
    claim("as many messages arrived as e-mails count as sent", len(messages) == len(sent_emails(approved)))
    languages = languages_of_addresses(env)
    received = Counter(address for message in messages for address in receivers(message))
    claim("nobody received two messages", [address for address, count in received.items() if count > 1])
    wrong = [
        message["subject"]
        for message in messages
        for address in receivers(message)
        if language_of(message) != languages[address]
        or ('dir="rtl"' in words(message)) != (languages[address] == "ar_001")
    ]
    claim("every message is in its debtor's language, the Arabic ones from right to left", wrong)
    collections = env["res.partner"].search([("type", "=", "collections")])
    own, parents = set(collections.mapped("email")), set(collections.parent_id.mapped("email"))
    claim(
        "where there is an address for collections, it alone was used",
        (own - set(received)) | (parents & set(received)),
    )


def check_for_ever(env, messages, payers=()):
    """Check what must hold at any moment.

    :param messages: every message that arrived so far
    :param payers: customer numbers of the debtors who paid on the first day
    """
    sent = env["collection.action"].search([("state", "=", "sent")])
    steps = Counter((line.item_id, line.level_id, line.channel, line.round) for line in sent.line_ids if line.level_id)
    claim("no item got a level twice by one channel", [row[0].name for row, n in steps.items() if n > 1])
    days = Counter((action.partner_id.ref, action.channel, action.sent_on) for action in sent)
    claim("no debtor got two notices by one channel on one day", [row for row, n in days.items() if n > 1])
    invoices = env["account.move"].search([("partner_id.ref", "=", EXCLUDED), ("move_type", "=", "out_invoice")])
    [excluded] = invoices.filtered("no_followup").mapped("name")
    named = [message["subject"] for message in messages if excluded in words(message)]
    named += sent.line_ids.filtered(lambda line: line.name == excluded).action_id.mapped("display_name")
    claim(f"{excluded}, left out of follow-up, is named in no message and no notice", named)
    covered = env["collection.action"].search([("partner_id.ref", "=", COVERED)])
    claim("the debtor whose payment is not matched yet was never in a batch", covered.mapped("reason"))
    if payers:
        first_day = env["collection.case"]._today()
        again = sent.filtered(lambda a: a.partner_id.ref in payers and a.sent_on > first_day)
        claim("who paid was never reminded again", again.mapped("reason"))
    entries = env["collection.contact"].search([])
    claim(
        f"the chain of all {len(entries)} entries of the contact log verifies",
        entries._verify_chain().mapped("summary"),
    )


def sent_emails(actions):
    """Return the e-mails among some actions that count as sent."""
    return actions.filtered(lambda a: a.channel == "email" and a.state == "sent")


def languages_of_addresses(env):
    """Return {e-mail address: language of the contact}."""
    partners = env["res.partner"].search([("email", "!=", False), ("lang", "in", list(LANGUAGES))])
    return {partner.email: partner.lang for partner in partners}
