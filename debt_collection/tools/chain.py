"""The hash chain of the contact log: what makes a changed, missing or inserted entry show.

An entry is a dict of plain values (str, int, float, bool, None, date, datetime). Its digest covers every value under
a fixed serialisation; its hash covers the hash before it and its digest. Nothing here reads a clock or a database.
"""

import hashlib
import json
from datetime import date, datetime

VERSION = 1
GENESIS = "0" * 64


def digest(entry):
    """Return the SHA-256 of an entry's values, as 64 hexadecimal digits.

    :param entry: dict with string keys; keys "hash" and "prev_hash" are left out, the order of keys does not matter
    :raises TypeError: for a value that has no fixed serialisation
    """
    values = {key: value for key, value in entry.items() if key not in ("hash", "prev_hash")}
    text = json.dumps(values, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"a log entry cannot hold {type(value).__name__}")


def link(previous_hash, entry_digest):
    """Return the hash of an entry, from the hash before it (GENESIS, 64 zeros, for the first) and its digest."""
    return hashlib.sha256(f"{previous_hash}{entry_digest}".encode()).hexdigest()


def verify(entries):
    """Return the positions (from 0) of the entries that do not verify.

    :param entries: the entries of one chain in their order, each a dict with "seq", "hash", "prev_hash" and its
        values. An entry fails when its own hash is not that of its values, when it does not follow the entry before
        it, or when a number is missing before it.
    """
    broken = []
    previous, expected = GENESIS, 1
    for position, entry in enumerate(entries):
        right = entry["hash"] == link(entry["prev_hash"], digest(entry))
        if not right or entry["prev_hash"] != previous or entry["seq"] != expected:
            broken.append(position)
        previous, expected = entry["hash"], entry["seq"] + 1
    return broken
