"""The seal over the contact log: what makes a whole log that was written anew show, hashes and all.

A seal is a dict: "version", "company" (id), "date" ("YYYY-MM-DD"), "previous" (the hash of the seal before it, 64 zeros
for the first), "heads" ([[case, number of its last entry, hash of that entry], ...]) and "hash". Its hash is the
SHA-256 of its canonical form; see docs/seal.md. Nothing here reads a clock or a database, and nothing but Python's
own library is needed:

    python -m seal seal-2025-03-10.json [seal-2025-03-11.json ...] log.json [log.json ...]
"""

import hashlib
import json
import sys
from pathlib import Path

VERSION = 1
GENESIS = "0" * 64


def canonical(seal):
    """Return the text that a seal's hash is made of: JSON, keys in order, heads by case, no spaces, not escaped."""
    values = {
        "company": seal["company"],
        "date": seal["date"],
        "heads": sorted([list(head) for head in seal["heads"]]),
        "previous": seal["previous"],
        "version": seal["version"],
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(seal):
    """Return the hash a seal must have, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(seal).encode()).hexdigest()


def is_seal(value):
    """Tell whether a value read from JSON has the shape of a seal."""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in ("date", "previous", "hash"))
        and all(type(value.get(key)) is int for key in ("company", "version"))
        and isinstance(value.get("heads"), list)
        and all(isinstance(head, list) and [type(part) for part in head] == [int, int, str] for head in value["heads"])
    )


def unlinked(seals):
    """Return the positions (from 0) of the seals, in the order of one company, that do not verify.

    A seal fails when its hash is not that of its content, or when it does not follow the one before it in the list.
    """
    broken = []
    for position, seal in enumerate(seals):
        follows = not position or seal["previous"] == seals[position - 1]["hash"]
        if seal["hash"] != digest(seal) or not follows:
            broken.append(position)
    return broken


def disagreements(heads, entries):
    """Return [(case, number, "missing" or "changed")] of the heads that are not in a log as they were sealed.

    :param heads: [[case, number, hash], ...] of one seal or of many
    :param entries: {(case, number): hash} of the log as it is now
    """
    found = []
    for case, number, sealed in sorted(map(tuple, heads)):
        now = entries.get((case, number))
        if now != sealed:
            found.append((case, number, "changed" if now else "missing"))
    return found


def main(paths):
    """Check seals with exports of the log; print what is found, return the exit status.

    :return: 0 all agrees, 1 something does not, 2 the files cannot be read as seals and exports
    """
    try:
        files = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths]
        seals = sorted(filter(is_seal, files), key=lambda seal: (seal["company"], seal["date"]))
        lines = [line["entry"] for log in files if not is_seal(log) for line in log]
        entries = {(entry["case"], entry["seq"]): entry["hash"] for entry in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        _say(f"The files cannot be read as seals and exports of the log: {error!r}")
        return 2
    if not seals or not entries:
        _say("Name at least one seal (seal-YYYY-MM-DD.json) and one export of the log (log.json).")
        return 2
    cases = {case for case, _number in entries}
    checked = bad = 0
    for seal in seals:
        heads = [head for head in seal["heads"] if head[0] in cases]
        checked += len(heads)
        if seal["hash"] != digest(seal):
            bad += 1
            _say(f"Seal of {seal['date']}: it has been changed, its hash is not that of its content.")
        for case, number, what in disagreements(heads, entries):
            bad += 1
            _say(f"Case {case}: entry no. {number}, sealed on {seal['date']}, is {what}.")
    _say(f"{checked} sealed entries of {len(cases)} cases compared with {len(seals)} seals: {bad} do not agree.")
    return 1 if bad else 0


def _say(sentence):
    sys.stdout.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
