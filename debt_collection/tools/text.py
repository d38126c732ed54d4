"""Small things about text."""


def first_line(error):
    """Return the first line of an error's message, or the name of its class when it has none."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def filled_lines(text):
    """Return the lines of a text that say something, without the commas and spaces around them."""
    return [line for line in (line.strip(" ,") for line in (text or "").splitlines()) if line]
