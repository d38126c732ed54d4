"""How the demo speaks: steps with their seconds, tables, claims that are checked, and letters opened."""

import time
from contextlib import contextmanager
from email.utils import getaddresses

from project import Stop

LANGUAGES = {"ar_001": "Arabic", "en_US": "English", "fr_FR": "French"}


@contextmanager
def step(name):
    """Tell a step and the seconds it took; the block may append words to what it gets."""
    started, words = time.monotonic(), []
    yield words
    print(f"{name:<22}{time.monotonic() - started:7.2f} s  {', '.join(map(str, words))}", flush=True)


def heading(text):
    """Tell that something new begins."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


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


def claim(sentence, holds):
    """Check something that is promised.

    :param sentence: what is claimed
    :param holds: whether it is so; or the cases against it, none of which there should be
    :raises Stop: when it does not hold
    """
    against = [] if isinstance(holds, bool) else list(holds)
    if holds is False or against:
        cases = f": {', '.join(map(str, against[:5]))}" if against else ""
        raise Stop(f"the demo found this not to hold: {sentence}{cases}; see .dev/log/demo.log and .dev/out")
    print(f"    checked: {sentence}", flush=True)


def receivers(message):
    """Return the addresses to which the mail server was told to deliver a message."""
    return {address for _name, address in getaddresses([message["X-Rcpt-To"]])}


def words(message):
    """Return everything a person can read in a message: subject, texts, names of what is attached."""
    parts = [message["subject"] or ""]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            parts.append(part.get_content())
        parts.append(part.get_filename() or "")
    return "\n".join(parts)
