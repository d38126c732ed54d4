"""What the topics measure with: time, memory, and the rows they return.

A row is a dict; `row` makes one. Its `ratio` is value / floor, whatever the unit: of times a small one is good, of
things per second a large one.
"""

import statistics
import time
from pathlib import Path

MEBIBYTE = 2**20


def row(name, value, unit, floor=None, reach=None, *, at_least=False, slack=None, note=None):
    """Return a row of the table.

    :param name: what was measured, in words
    :param value: what was measured; None where it could not be, and `note` says why
    :param unit: unit of value, floor and slack
    :param floor: what it is measured beside, in the same unit
    :param reach: the ratio to reach, or the value where there is no floor; None where nothing is to be reached
    :param at_least: whether `reach` is the least that will do; otherwise it is the most
    :param slack: a difference from the floor that counts as reached whatever the ratio
    :param note: words that belong to the figure
    """
    ratio = value / floor if value is not None and floor else None
    measured = value if floor is None else ratio
    reached = None
    if reach is not None and measured is not None:
        reached = measured >= reach if at_least else measured <= reach
        if not reached and slack is not None:
            reached = abs(value - floor) <= slack
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "floor": floor,
        "ratio": ratio,
        "reach": reach,
        "at_least": at_least,
        "reached": reached,
        "note": note,
    }


def timed(function):
    """Call a function without arguments; return (seconds, what it returned)."""
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def median(numbers):
    """The median of numbers; None of none."""
    return statistics.median(numbers) if numbers else None


def interleaved(first, second, rounds):
    """Call two functions in turn, so that what else the machine does falls on both; return their median seconds."""
    times = [(timed(first)[0], timed(second)[0]) for _round in range(rounds)]
    return median([a for a, _b in times]), median([b for _a, b in times])


def milliseconds(seconds):
    """Seconds as milliseconds."""
    return seconds * 1000


def peak_memory():
    """The most memory this process has had, in MiB (since `forget_peak`, if that was called)."""
    return _status("VmHWM") / 1024


def forget_peak():
    """Let `peak_memory` begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(name):
    """A figure of /proc/self/status, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)
