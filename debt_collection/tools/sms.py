"""SMS: how many segments a text takes (GSM 03.38). No ORM, no clock."""

# GSM 03.38, the basic set; form feed and the characters behind it take an escape more
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
# units in a text of one segment, and in each segment of a longer one, which begins with a header
GSM = (160, 153)
UCS2 = (70, 67)

# what word processors and formats of amounts put where a plain character does, and would cost half the space
_PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\ufeff": None,
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
    }
)


def segments(text):
    """Count a text as operators do.

    Nothing is split in two across segments, neither an escape with its character nor a pair of UTF-16.
    :param text: str
    :return: (encoding, characters, segments): "GSM-7" with characters of the extension counted as 2, or "UCS-2" in
        units of UTF-16, so that an emoji counts 2; no segment for no text
    """
    if all(character in BASIC or character in EXTENDED for character in text):
        encoding, (alone, part) = "GSM-7", GSM
        sizes = [2 if character in EXTENDED else 1 for character in text]
    else:
        encoding, (alone, part) = "UCS-2", UCS2
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    total = sum(sizes)
    if total <= alone:
        return encoding, total, int(bool(total))
    number, used = 1, 0
    for size in sizes:
        if used + size > part:
            number, used = number + 1, 0
        used += size
    return encoding, total, number


def plain(text):
    """Return a text with plain spaces, quotes and dashes, which every telephone shows and GSM-7 has."""
    return text.translate(_PLAIN).strip()
