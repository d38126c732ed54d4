"""An amount of money as people write it, in whatever country: 1,234.50, 1.234,50, 1 234,50, ١٬٢٣٤٫٥٠."""

import re
import unicodedata
from decimal import Decimal

LONGEST = 40  # characters: no amount is longer
# digits without groups; groups of three, all set off by the same mark; as in India, groups of two before the last
_WHOLE = re.compile(r"[0-9]*|[1-9][0-9]{0,2}([ .,])[0-9]{3}(\1[0-9]{3})*|[1-9][0-9]?(,[0-9]{2})+,[0-9]{3}")
_APOSTROPHES = "'’٬"


def parse_amount(text, decimal_places):
    """Return the amount somebody has written, exactly.

    Where one mark alone, once, could be either, what can be decimals is decimals, the rest thousands: with two decimal
    places 1.5 is one and a half and 1.500 is fifteen hundred. With three or more, 1.500 is one and a half, as the forms
    write it themselves, and 1,500 is refused: it might be either.

    :param text: str, digits of any script; no sign, exponent, currency or words
    :param decimal_places: int, of the currency
    :return: Decimal, zero or more
    :raises ValueError: when it is no amount, has more decimals than the currency, or could be read in two ways

    >>> parse_amount("1.234,50", 2)
    Decimal('1234.50')
    >>> parse_amount("١٬٢٣٤٫٥", 2)
    Decimal('1234.5')
    """
    text = (text or "").strip()
    if len(text) > LONGEST:
        raise ValueError("too long")
    plain = "".join(map(_plain, text)).strip()
    mark = _decimal_mark(plain, decimal_places)
    whole, _mark, fraction = plain.partition(mark) if mark else (plain, "", "")
    if not (whole or fraction) or not _WHOLE.fullmatch(whole):
        raise ValueError("no amount")
    if not re.fullmatch(f"[0-9]{{0,{decimal_places}}}", fraction):
        raise ValueError("more decimals than the currency has")
    digits = "".join(filter(str.isdigit, whole)) or "0"
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _plain(character):
    """Return a digit of any script as 0 to 9, what sets groups off as a space, and nothing for what cannot be seen."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character in _APOSTROPHES or unicodedata.category(character) == "Zs":
        return " "
    return "" if unicodedata.category(character) == "Cf" else character


def _decimal_mark(plain, decimal_places):
    """Return the character before the decimals, or none when there are no decimals."""
    if "٫" in plain:
        return "٫"
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        return max(".,", key=plain.rfind)
    if points + commas != 1:
        return None
    mark = "." if points else ","
    whole, _mark, after = plain.partition(mark)
    if len(after) > decimal_places:
        return None
    if mark == "," and len(after) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        raise ValueError("thousands, or decimals")
    return mark
