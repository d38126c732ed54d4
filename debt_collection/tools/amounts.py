"""An amount as people write it: with their own digits, points, commas and spaces."""

import re
import unicodedata
from decimal import Decimal

_MARKS = str.maketrans({"٫": ".", "،": ",", "٬": "'", "’": "'"})  # Arabic decimal, comma and thousands; apostrophe
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[\s'](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]+))?")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*)(?:(?!(?P=mark))[.,](?P<decimals>[0-9]+))?"
)


def parse(text, decimals):
    """Return the amount that a text says.

    A single mark with three digits after it stands between thousands, unless the currency has three decimals:
    `1.234` and `1,234` are the same 1234 of a currency with two.

    :param text: str; any decimal digits (Arabic ones, too), a point or a comma before the decimals, points, commas,
        spaces or apostrophes between thousands
    :param decimals: int, how many the currency has
    :return: Decimal, zero or above
    :raises ValueError: when it says no amount, or has more decimals than the currency
    """
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text.strip()).translate(_MARKS)
    text = _BETWEEN_THOUSANDS.sub("", text)
    readings = (_PLAIN, _GROUPED) if decimals > 2 else (_GROUPED, _PLAIN)
    found = next(filter(None, (reading.fullmatch(text) for reading in readings)), None)
    if not found or len(found["decimals"] or "") > decimals:
        raise ValueError(text)
    return Decimal(f"{re.sub('[.,]', '', found['whole'])}.{found['decimals'] or 0}")
