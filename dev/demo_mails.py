"""The mails of the demo: reading them, and keeping those that are sent from the browser.

    python dev/demo_mails.py DATABASE FOLDER

is started by `make serve` and ends with the process that started it.
"""

import os
import sys
import time
from email.utils import getaddresses
from pathlib import Path

from project import ROOT, main

# the mail server is that of the tests of the whole system
sys.path.insert(0, str(ROOT / "tests"))
from mailbox import Mailbox

# more than names and addresses have
ARABIC_LETTERS = 200


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


def language_of(message):
    """Return the code of the language a message is written in, judged by its words alone."""
    text = words(message)
    if sum("\u0600" <= letter <= "\u06ff" for letter in text) > ARABIC_LETTERS:
        return "ar_001"
    return "fr_FR" if text.count(" vous ") > text.count(" you ") else "en_US"


def keep():
    """Take the mails of a database until the parent process is gone."""
    database, folder = sys.argv[1:]
    parent = os.getppid()
    Path(folder).mkdir(parents=True, exist_ok=True)
    box = Mailbox(Path(folder))
    box.count = len(box.messages())
    box.use_in(database)
    while os.getppid() == parent:
        time.sleep(1)
    box.close()


if __name__ == "__main__":
    main(keep)
