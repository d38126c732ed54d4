"""How the demo speaks: steps with their seconds, and tables of cases, proposals and what left."""

import time
from collections import Counter
from contextlib import contextmanager

from demo_mails import language_of

LANGUAGES = {"ar_001": "Arabic", "en_US": "English", "fr_FR": "French"}
CHANNELS = {"email": "e-mails", "letter": "letters", "call": "calls"}


def heading(text):
    """Tell that something new begins."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


@contextmanager
def step(name):
    """Tell a step and the seconds it took; the block may append words to what it gets."""
    started, said = time.monotonic(), []
    yield said
    print(f"{name:<22}{time.monotonic() - started:7.2f} s  {', '.join(map(str, said))}".rstrip(), flush=True)


def table(header, rows):
    """Print rows under a header, numbers to the right."""
    cells = [[_text(value) for value in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(header))]
    for row in cells:
        line = [f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(row, widths, right, strict=True)]
        print("    " + "  ".join(line).rstrip(), flush=True)


def _text(value):
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def tell_cases(env):
    """Print the open cases per age, and what they owe."""
    cases = env["collection.case"].search([("state", "=", "open")])
    rows = []
    for key, label in cases._fields["bucket"]._description_selection(env):
        rows.append([label, *_sums(cases.filtered(lambda case, key=key: case.bucket == key))])
    header = ["oldest item", "cases", "owed", "overdue", "credits", f"to collect ({cases.currency_id.name})"]
    table(header, [*rows, ["together", *_sums(cases)]])


def _sums(cases):
    names = ("amount_due", "amount_overdue", "amount_credit", "amount_claim")
    return [len(cases), *(sum(cases.mapped(name)) for name in names)]


def tell_proposals(run):
    """Print a batch's proposals per level and channel, and why for one by each channel."""
    count = Counter((action.level_id, action.channel) for action in run.action_ids)
    levels = run.action_ids.level_id.sorted("delay_days")
    table(
        ["level", *CHANNELS.values()],
        [[level.name, *(count[level, channel] for channel in CHANNELS)] for level in levels],
    )
    print("  why, for example:")
    for channel in CHANNELS:
        action = run.action_ids.filtered(lambda a, channel=channel: a.channel == channel)[-1:]
        if action:
            print(f"    {action.partner_id.ref}, {channel}: {action.reason}")


def tell_sent(run, messages):
    """Print what left by each channel.

    :param run: collection.run
    :param messages: the messages that arrived
    """
    arrived = Counter(map(language_of, messages))
    letters = run.action_ids.filtered(lambda a: a.channel == "letter" and a.state == "sent")
    written = Counter(letter._language() for letter in letters)
    table(
        ["", *LANGUAGES.values()],
        [
            ["messages arrived", *(arrived[code] for code in LANGUAGES)],
            ["letters in the PDF", *(written[code] for code in LANGUAGES)],
        ],
    )
    calls = run.action_ids.filtered(lambda a: a.channel == "call" and a.state == "queued")
    callers = Counter(call.activity_id.user_id.name for call in calls)
    print(f"    calls scheduled: {', '.join(f'{name} {n}' for name, n in callers.items()) or 'none'}", flush=True)
