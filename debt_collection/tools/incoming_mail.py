"""What a mail that comes in is, told from its headers and words: an automatic reply, a clear “stop”, a bounce.

Pure: `email.message.Message` in, plain values out.
"""

import email.parser
import email.policy
import re
import unicodedata
from dataclasses import dataclass

# how the subjects of automatic replies begin, in Arabic, English and French
_AUTOMATIC_SUBJECTS = (
    "automatic reply",
    "automatic response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "out of office",
    "out of the office",
    "out-of-office",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "رد تلقائي",
    "الرد التلقائي",
    "رد آلي",
    "الرد الآلي",
    "خارج المكتب",
)
_STOP_WORDS = {"stop", "unsubscribe", "désabonner", "desabonner", "إلغاء", "الغاء"}
# where the message that is answered begins, below the answer
_QUOTED = re.compile(
    r"^(>|-{2,}\s*(original message|message d.origine|الرسالة الأصلية)|_{10,}|-- ?$"
    r"|(from|de|من)\s*:|(on|le|في|بتاريخ)\b.{0,200}(wrote|a écrit|كتب).{0,80}:\s*$)",
    re.IGNORECASE,
)
_ENHANCED_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_BASIC_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-:])")
_STILL_TRYING = re.compile(r"delayed|will (keep trying|be retried|retry)|not yet been delivered|still trying", re.I)
# permanent, and yet nothing is wrong with the address: the mailbox is full, the message too large, the sender unwanted
_NOT_THE_ADDRESS = re.compile(r"5\.2\.[23]$|5\.[367]\.")


@dataclass(frozen=True)
class Returned:
    """What a report on a message says.

    kind     "failed", "delayed", "delivered" or "read"
    code     the enhanced status code ("5.1.1"), "" when the report names none
    address  the recipient it is about as the report writes it, or ""
    reason   what the mail server said, in one line
    """

    kind: str
    code: str = ""
    address: str = ""
    reason: str = ""

    @property
    def address_is_wrong(self):
        """Whether writing to the same address again can only fail again, because of the address."""
        return self.kind == "failed" and self.code.startswith("5.") and not _NOT_THE_ADDRESS.match(self.code)


def headers(raw):
    """Return the headers of a mail, however broken, as a Message.

    :param raw: bytes of the mail
    """
    return email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)


def is_automatic(head, subject):
    """Tell whether a program has answered, not a person.

    :param head: Message with the headers
    :param subject: str, decoded
    """

    def value(name):
        return str(head.get(name) or "").strip().lower()

    submitted = value("Auto-Submitted")
    suppress = value("X-Auto-Response-Suppress")
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(head.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or value("Precedence") in ("auto_reply", "auto-reply", "bulk", "junk")
        # “OOF” alone is said by programs that carry what people write
        or any(word in suppress for word in ("all", "autoreply"))
        or _plain(subject).startswith(_AUTOMATIC_SUBJECTS)
    )


def answer(text):
    """Return what was written in reply, without the message that it quotes and without the signature."""
    lines = [line.strip() for line in (text or "").splitlines()]
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if _QUOTED.match(line) or (line and _QUOTED.match(f"{line} {following}") and following):
            return "\n".join(lines[:number]).strip()
    return "\n".join(lines).strip()


def asks_to_stop(subject, text):
    """Tell whether a mail says nothing but that no more is wanted: one clear word as its subject or as its text."""
    return _plain(subject) in _STOP_WORDS or _plain(answer(text)) in _STOP_WORDS


def returned(message):
    """Return what a report on a message that was sent says; None when the mail is no such report.

    :param message: email.message.Message
    """
    report = str(message.get_param("report-type") or "").lower()
    recipients = [
        block
        for part in message.walk()
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")
        and isinstance(part.get_payload(), list)
        for block in part.get_payload()
        if block.get("Action") or block.get("Final-Recipient")
    ]
    if recipients:
        failed = [block for block in recipients if _field(block, "Action").lower() == "failed"]
        return _of_recipient((failed or recipients)[0])
    if report == "disposition-notification":
        return Returned("read")
    sender = str(message.get("From") or "").lower()
    if report == "delivery-status" or re.search(r"\b(mailer-daemon|postmaster)@", sender):
        return _of_words(message)
    return None


def strip_nul(values):
    """Take out of the texts of a mail, in place, the one character that PostgreSQL cannot store.

    :param values: dict
    """
    for name, value in values.items():
        if isinstance(value, str) and "\x00" in value:
            values[name] = value.replace("\x00", "")


def message_ids(raw):
    """Return the Message-IDs that stand in a mail, in quoted and forwarded messages too, fifty at most.

    :param raw: bytes of the mail
    """
    found = re.findall(rb"(?im)^[> \t]*(?:X-Microsoft-Original-)?Message-ID:\s*(<[^<>\s]{3,250}>)", raw)
    return [value.decode("ascii", "replace") for value in dict.fromkeys(found)][:50]


def _of_recipient(block):
    diagnostic = re.sub(r"^\s*[\w.-]+\s*;\s*", "", _field(block, "Diagnostic-Code"))
    action = _field(block, "Action").lower() or "failed"
    kind = {"failed": "failed", "delayed": "delayed"}.get(action, "delivered")
    return Returned(
        kind,
        _code(_field(block, "Status")) or _code(diagnostic),
        _field(block, "Final-Recipient").partition(";")[2].strip().strip("<>"),
        _one_line(diagnostic or _field(block, "Status")),
    )


def _of_words(message):
    """Return what a bounce in plain words says."""
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    payload = part.get_payload(decode=True) if part else b""
    words = (payload or b"").decode("utf-8", "replace")
    code = _code(words)
    line = next((line for line in words.splitlines() if code and _code(line) == code), "")
    trying = code.startswith("4.") or not code
    still = trying and _STILL_TRYING.search(f"{message.get('Subject') or ''}\n{words}")
    return Returned("delayed" if still else "failed", code, "", _one_line(line or words.strip()))


def _code(text):
    enhanced = _ENHANCED_CODE.search(text or "")
    if enhanced:
        return enhanced.group()
    basic = _BASIC_CODE.search(f"{text or ''} ")
    return f"{basic.group(1)}.0.0" if basic else ""


def _field(block, name):
    return _one_line(str(block.get(name) or ""))


def _one_line(text):
    return " ".join(text.split())[:500]


def _plain(text):
    """Return a word or phrase as it is compared: one form of its letters, no case, no punctuation around it."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(text.split()).strip(" \t.!,;:\"'«»“”()[]*\u200e\u200f\u202a\u202b\u202c")
