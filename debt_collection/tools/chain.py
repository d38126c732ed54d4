"""The hash chain of the contact log: what makes a changed, missing or inserted entry show.

An entry is a dict of plain values (str, int, float, bool, None, date, datetime). Its digest covers every value under
a fixed serialisation; its hash covers the hash before it and its digest. Nothing here reads a clock or a database.

This file needs nothing but Python. Beside an export of the log it is a command that verifies it:

    python3 -m chain log.json

It prints what it found and ends with status 0 when every entry verifies, 1 when one does not, 2 when the file cannot
be read. `log.json` is a list of one object a line: {"entry": the values and both hashes, "words": the words kept
beside it and the salt of their digest, or null, "documents": what is kept of each document}.
"""

import hashlib
import json
import sys
from datetime import date, datetime
from pathlib import Path

VERSION = 2
GENESIS = "0" * 64

# what may be wrong with an entry
CHANGED = "changed"
MISSING = "missing before"
STRAY = "does not follow"
WORDS_CHANGED = "words changed"
WORDS_MISSING = "words missing"
DOCUMENT_CHANGED = "document changed"
DOCUMENT_MISSING = "document missing"
# what the words or a document are said to be that were erased: no fault
ERASED = "erased"

SENTENCES = {
    CHANGED: "it has been changed since it was written",
    MISSING: "entries are missing before it",
    STRAY: "it does not follow the entry before it",
    WORDS_CHANGED: "its words are not those that were written",
    WORDS_MISSING: "its words are missing",
    DOCUMENT_CHANGED: "a document is not the one that was kept",
    DOCUMENT_MISSING: "a document is missing",
}


def digest(entry):
    """Return the SHA-256 of an entry's values, as 64 hexadecimal digits.

    :param entry: dict with string keys; keys "hash" and "prev_hash" are left out, the order of keys does not matter
    :raises TypeError: for a value that has no fixed serialisation
    """
    values = dict(entry)
    values.pop("hash", None)
    values.pop("prev_hash", None)
    return _sha256(_serialise(values))


def _plain(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"a log entry cannot hold {type(value).__name__}")


_serialise = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _sha256(text):
    # a lone half of a surrogate pair has no UTF-8: it is refused by the database, and may stand in a forged export
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def link(previous_hash, entry_digest):
    """Return the hash of an entry, from the hash before it (GENESIS, 64 zeros, for the first) and its digest."""
    return _sha256(f"{previous_hash}{entry_digest}")


def words_digest(salt, body):
    """Return the digest of the words of an entry: of the salt, and the words right after it."""
    return _sha256(f"{salt}{body}")


def document_digest(salt, checksum, size, mimetype, name):
    """Return the digest of a document.

    :param checksum: SHA-256 of its content, as 64 hexadecimal digits
    :param size: int, of its content, in bytes
    """
    return _sha256(f"{salt}{checksum}{size} {mimetype} {name}")


def documents_digest(digests):
    """Return the digest of an entry's documents, from the digest of each in their order; of none, an empty string."""
    return _sha256("".join(digests)) if digests else ""


class Chain:
    """One chain, walked through entry by entry."""

    def __init__(self):
        self._previous, self._expected = GENESIS, 1

    def faults(self, entry):
        """Return the list of what is wrong with the next entry of the chain.

        :param entry: dict with "seq", "hash", "prev_hash" and its values
        """
        faults = []
        if entry["hash"] != link(entry["prev_hash"], digest(entry)):
            faults.append(CHANGED)
        if entry["seq"] > self._expected:
            faults.append(MISSING)
        elif entry["seq"] < self._expected or entry["prev_hash"] != self._previous:
            faults.append(STRAY)
        self._previous, self._expected = entry["hash"], entry["seq"] + 1
        return faults


def verify(entries):
    """Return the positions (from 0) of the entries that do not verify.

    :param entries: the entries of one chain in their order, each a dict with "seq", "hash", "prev_hash" and its
        values. An entry fails when its own hash is not that of its values, when it does not follow the entry before
        it, or when a number is missing before it.
    """
    chain = Chain()
    return [position for position, entry in enumerate(entries) if chain.faults(entry)]


def words_faults(entry, found):
    """Return the list of what is wrong with the words kept beside an entry.

    :param found: the digest of what is there; None: nothing is; ERASED: their row is there, empty
    """
    if found == ERASED or found == (entry["text_digest"] or None):
        return []
    return [WORDS_CHANGED if found else WORDS_MISSING]


def document_faults(entry, documents):
    """Return the list of what is wrong with the documents kept beside an entry.

    :param documents: in their order, (digest noted when it was kept, digest of what is there, or ERASED) of each
    """
    faults = []
    if documents_digest([noted for noted, _found in documents]) != entry.get("documents_digest", ""):
        faults.append(DOCUMENT_MISSING)
    if any(found not in (noted, ERASED) for noted, found in documents):
        faults.append(DOCUMENT_CHANGED)
    return faults


# ---- an export, without Odoo ----------------------------------------------------------------------------------------


def examine(lines, folder):
    """Yield (entry, faults, number erased) for each line of an export.

    :param lines: dicts with "entry", "words" and "documents", the entries of a case together and in their order
    :param folder: Path where the documents lie that the export brings along
    """
    case = chain = None
    seen = set()
    for line in lines:
        entry, documents = line["entry"], line["documents"]
        if chain is None or entry["case"] != case:
            # a case that comes a second time begins nothing: its entries go on where they do not belong
            case, chain = entry["case"], Chain()
            again = case in seen
            seen.add(case)
        faults = chain.faults(entry)
        if again and STRAY not in faults:
            faults.append(STRAY)
        words = _words_found(line["words"])
        found = [(document["digest"], _document_found(document)) for document in documents]
        faults += words_faults(entry, words) + document_faults(entry, found) + _file_faults(documents, folder)
        yield entry, faults, [words, *(digest for _noted, digest in found)].count(ERASED)


def _words_found(words):
    if words is None:
        return None
    if words["body"] is None and words["salt"] is None:
        return ERASED
    return words_digest(words["salt"], words["body"])


def _document_found(document):
    if document["salt"] is None and document["checksum"] is None:
        return ERASED
    return document_digest(*(document[key] for key in ("salt", "checksum", "size", "mimetype", "name")))


def _file_faults(documents, folder):
    """Return the list of what is wrong with the documents that an export brings along."""
    faults = []
    for document in documents:
        if document.get("file"):
            file = folder / document["file"]
            if not file.is_file():
                faults.append(DOCUMENT_MISSING)
            elif hashlib.sha256(file.read_bytes()).hexdigest() != document["checksum"]:
                faults.append(DOCUMENT_CHANGED)
    return faults


def read(file):
    """Yield the objects of an export, one a line between the line "[" and the line "]"."""
    for line in file:
        text = line.strip().removesuffix(",")
        if text not in ("", "[", "]"):
            yield json.loads(text)


def main(argv):
    """Verify the export named in the arguments; return the exit status: 0 it verifies, 1 it does not, 2 unreadable."""
    if len(argv) != 1:
        _say("Say which file: python3 -m chain log.json")
        return 2
    path = Path(argv[0])
    entries = erased = broken = 0
    cases = set()
    try:
        with path.open(encoding="utf-8") as file:
            for entry, faults, gone in examine(read(file), path.parent):
                entries, erased, broken = entries + 1, erased + gone, broken + bool(faults)
                cases.add(entry["case"])
                if faults:
                    said = ", and ".join(SENTENCES[fault] for fault in dict.fromkeys(faults))
                    _say(f"Entry no. {entry['seq']} of case {entry['case']} ({entry.get('date')}): {said}.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        _say(f"{path} cannot be read as an export of the log: {error!r}")
        return 2
    kept = f" Erased since, which is no fault: the words or documents of {erased}." if erased else ""
    if broken:
        _say(f"{broken} of {entries} entries in {len(cases)} cases do not verify.{kept}")
        return 1
    _say(f"All {entries} entries in {len(cases)} cases verify.{kept}")
    return 0


def _say(sentence):
    sys.stdout.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
