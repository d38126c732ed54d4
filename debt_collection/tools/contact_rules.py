"""When a debtor may be contacted: rules over a history of contacts, quiet hours, working days, paydays.

No ORM, no clock. A moment is a datetime, aware or naive; a naive one is UTC, and the answer is of the same kind as the
moment asked for. Days and hours are those of the debtor's clock: an hour that does not exist on a day is not there, one
that exists twice is there twice. Days counted from a contact end at the same hour that many days later, by the
debtor's clock or by elapsed time, whichever is later.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytz

# nothing that is allowed again later than this is worth waiting for
HORIZON = timedelta(days=800)
DAY = 24 * 60


class Contact(NamedTuple):
    """What happened: when, by which channel, "out" or "in"; whether it was an attempt of ours to reach the debtor,
    whether somebody was reached and spoke, and whether it answers what was sent."""

    at: datetime
    channel: str
    direction: str = "out"
    attempt: bool = True
    conversation: bool = False
    response: bool = False
    address: str | None = None


class Payday(NamedTuple):
    """When somebody gets paid: on a "month" day (1 to 31, the last day of a shorter month), on a "week" day (0 is
    Monday), or on the "last" working day of the month."""

    kind: str
    day: int = 0


class Reason(NamedTuple):
    """What defers a contact: a code, the moment it lasts until by itself (None: for good), and the rule.

    Codes: "banned", "response", "cap", "conversation", "gap", "hours", "day", "holiday", "closed", "payday".
    """

    code: str
    until: datetime | None
    rule: "Rule"


@dataclass(frozen=True)
class Rule:
    """What is demanded of a contact; what is left out is not demanded.

    `channels`: those whose contacts count, None for all. At most `cap` attempts in any `cap_days` rolling days; none
    within `conversation_days` of a conversation, whoever called; none within `gap_hours` and `gap_days` of an attempt;
    none while an attempt waits for an answer (`response_needed`); none ever (`banned`).

    `hours`: [(from, to)] in minutes for each day of a cycle that begins with a Monday, of seven days or of fourteen
    (the first week is the one of 1 January of the year 1, as in Odoo's calendars); `holidays`: dates; `closed`:
    [(from, to)] moments; `payday` and `payday_days`: only that many days around it. `zone`: whose clock, None for the
    debtor's.
    """

    channels: frozenset | None = None
    cap: int | None = None
    cap_days: int = 0
    conversation_days: int = 0
    gap_hours: float = 0
    gap_days: int = 0
    response_needed: bool = False
    banned: bool = False
    hours: tuple | None = None
    holidays: frozenset = frozenset()
    closed: tuple = ()
    payday: Payday | None = None
    payday_days: int = 0
    working_days: frozenset = frozenset(range(5))
    zone: str | None = None

    @classmethod
    def of(cls, rule):
        """Return a Rule from itself, or from a mapping of its fields."""
        if isinstance(rule, cls):
            return rule
        values = dict(rule)
        for name, kind in (("channels", frozenset), ("holidays", frozenset), ("working_days", frozenset)):
            if values.get(name) is not None:
                values[name] = kind(values[name])
        for name in ("hours", "closed"):
            if values.get(name) is not None:
                values[name] = tuple(map(tuple, values[name]))
        return cls(**values)


def daily(start, end, weekdays=range(7)):
    """Return `hours` of a Rule: from `start` to `end`, in hours, on some days of the week (0 is Monday).

    >>> daily(8, 21.5, [4])[3:5]
    ((), ((480, 1290),))
    """
    interval = ((round(start * 60), round(end * 60)),)
    return tuple(interval if weekday in weekdays else () for weekday in range(7))


def next_allowed(history, rule, at, tz):
    """Return the earliest moment, not before `at`, at which a contact breaks no part of a rule, and what defers it.

    :param history: [Contact or mapping of its fields]: what happened already, in any order
    :param rule: Rule, or a mapping of its fields
    :param at: datetime
    :param tz: name of the debtor's time zone, or a tzinfo
    :return: (datetime, or None for never; Reason, or None when `at` itself is allowed)

    >>> next_allowed([], Rule(hours=daily(8, 21)), datetime(2025, 3, 10, 3), "America/New_York")[0]
    datetime.datetime(2025, 3, 10, 12, 0)
    """
    return strictest(history, [rule], at, tz)


def strictest(history, rules, at, tz):
    """Return the earliest moment, not before `at`, that breaks none of several rules, and what defers it most.

    :param rules: [Rule or mapping]; the latest wins, until all of them agree
    :return: (datetime, or None for never; Reason, or None when `at` itself is allowed)
    """
    rules = [Rule.of(rule) for rule in rules]
    history = [entry if isinstance(entry, Contact) else Contact(**entry) for entry in history]
    begin = moment = _aware(at)
    longest, why = timedelta(0), None
    for rule in rules:
        released, code = _released(history, rule, begin, _zone(rule.zone or tz))
        if released is None:
            return None, Reason(code, None, rule)
        if released - begin > longest:
            longest, why = released - begin, Reason(code, _like(released, at), rule)
        moment = max(moment, released)
    # what is over is over: from here on only days and hours are looked for, forward until all rules agree
    agreed, last = 0, moment + HORIZON
    while agreed < len(rules):
        agreed = 0
        for rule in rules:
            opened, code = _opened(rule, moment, last, _zone(rule.zone or tz))
            if opened is None:
                return None, Reason(code, None, rule)
            if opened == moment:
                agreed += 1
                continue
            if opened - moment > longest:
                longest, why = opened - moment, Reason(code, _like(opened, at), rule)
            moment = opened
    return (at, None) if moment == begin else (_like(moment, at), why)


# ---- what happened already ----------------------------------------------------------------------------------------


def _released(history, rule, begin, zone):
    """Return (the moment from which what happened allows a contact, the code of what defers it most)."""
    if rule.banned:
        return None, "banned"
    counted = [entry for entry in history if rule.channels is None or entry.channel in rule.channels]
    attempts = sorted(_aware(entry.at) for entry in counted if entry.attempt and entry.direction == "out")
    if rule.response_needed and attempts:
        # an answer answers by whatever channel it comes
        answers = [_aware(entry.at) for entry in history if entry.response or entry.conversation]
        if not answers or max(answers) < attempts[-1]:
            return None, "response"
    bounds = [(begin, None)]
    if rule.cap is not None and rule.cap_days:
        if rule.cap <= 0:
            return None, "banned"
        if len(attempts) >= rule.cap:
            bounds.append((_days_later(attempts[-rule.cap], rule.cap_days, zone), "cap"))
    if attempts and (rule.gap_hours or rule.gap_days):
        later = _days_later(attempts[-1], rule.gap_days, zone) + timedelta(hours=rule.gap_hours)
        bounds.append((later, "gap"))
    spoken = [_aware(entry.at) for entry in counted if entry.conversation]
    if spoken and rule.conversation_days:
        bounds.append((_days_later(max(spoken), rule.conversation_days, zone), "conversation"))
    return max(bounds, key=lambda bound: bound[0])


def _days_later(moment, days, zone):
    """Return the same hour that many days later, by the clock of a zone or by elapsed time, whichever is later."""
    local = moment.astimezone(zone)
    by_clock = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
    return max(moment + timedelta(days=days), by_clock.astimezone(UTC))


# ---- days and hours -----------------------------------------------------------------------------------------------


def _opened(rule, moment, last, zone):
    """Return (the earliest moment from one on that is within the days and hours of a rule, the code of what defers).

    None for the moment where there is none before `last`.
    """
    if rule.hours is None and not rule.holidays and not rule.closed and rule.payday is None:
        return moment, None
    code = _shut(rule, moment, zone)
    if not code:
        return moment, None
    first = moment.astimezone(zone).date()
    for number in range((last - moment).days + 2):
        day = first + timedelta(days=number)
        if _day_shut(rule, day):
            continue
        for candidate in _openings(rule, day, zone):
            if candidate > moment and not _shut(rule, candidate, zone):
                return candidate, code
    return None, code


def _shut(rule, moment, zone):
    """Return the code of what shuts a moment out, or None."""
    local = moment.astimezone(zone)
    if code := _day_shut(rule, local.date()):
        return code
    minutes = local.hour * 60 + local.minute
    if rule.hours is not None and not any(start <= minutes < end for start, end in _hours(rule, local.date())):
        return "hours"
    if any(_aware(start) <= moment < _aware(end) for start, end in rule.closed):
        return "closed"
    return None


def _day_shut(rule, day):
    """Return the code of what shuts a whole day out, or None."""
    if rule.hours is not None and not _hours(rule, day):
        return "day"
    if day in rule.holidays:
        return "holiday"
    if rule.payday is not None and not near_payday(day, rule.payday, rule.payday_days, rule.working_days):
        return "payday"
    return None


def _hours(rule, day):
    """Return the (from, to) of a day in minutes."""
    return rule.hours[(day.toordinal() - 1) % len(rule.hours)]


def _openings(rule, day, zone):
    """Return, in order, the moments of a day at which something may open: the beginnings of its hours, both where an
    hour comes twice, the end of what is closed, and the moment the clock is changed."""
    midnight = datetime.combine(day, datetime.min.time())
    starts = [start for start, _end in _hours(rule, day)] if rule.hours is not None else [0]
    moments = {
        (midnight + timedelta(minutes=start)).replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for start in starts
        for fold in (0, 1)
    }
    begin, end = (
        (midnight + timedelta(hours=hours)).replace(tzinfo=UTC) - _offset(midnight, zone) for hours in (-4, 28)
    )
    moments |= {_aware(until) for _start, until in rule.closed if begin <= _aware(until) <= end}
    if begin.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
        moments.add(_changed(begin, end, zone))
    return sorted(moments)


def _offset(local, zone):
    return local.replace(tzinfo=zone).utcoffset()


def _changed(begin, end, zone):
    """Return the moment, between two, at which the clocks of a zone are changed."""
    before = begin.astimezone(zone).utcoffset()
    while end - begin > timedelta(seconds=1):
        middle = (begin + (end - begin) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            begin = middle
        else:
            end = middle
    return end


# ---- paydays ------------------------------------------------------------------------------------------------------


def near_payday(day, payday, days, working_days=frozenset(range(5))):
    """Tell whether a day is at most that many days before or after a payday.

    >>> near_payday(date(2025, 3, 1), Payday("month", 31), 1)
    True
    """
    around = (day + timedelta(days=number) for number in range(-days, days + 1))
    return any(is_payday(one, payday, working_days) for one in around)


def is_payday(day, payday, working_days=frozenset(range(5))):
    """Tell whether a day is a payday.

    >>> is_payday(date(2025, 2, 28), Payday("month", 30)), is_payday(date(2025, 8, 29), Payday("last"))
    (True, True)
    """
    if payday.kind == "week":
        return day.weekday() == payday.day
    last = monthrange(day.year, day.month)[1]
    if payday.kind == "month":
        return day.day == min(payday.day, last)
    later = (date(day.year, day.month, number) for number in range(day.day + 1, last + 1))
    return day.weekday() in working_days and not any(one.weekday() in working_days for one in later)


# ---- moments ------------------------------------------------------------------------------------------------------


def _zone(tz):
    return zone_of(tz) if isinstance(tz, str) else tz


@cache
def zone_of(name):
    """Return the tzinfo of a zone's name, by the same zone data as Odoo's; UTC for a name there is not.

    >>> zone_of("Asia/Riyadh").utcoffset(datetime(2025, 1, 1)).seconds // 3600
    3
    """
    try:
        with pytz.open_resource(name) as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError):
        return ZoneInfo.from_file(pytz.open_resource("UTC"), key="UTC")


def _aware(moment):
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _like(moment, at):
    """Return a moment as the one asked for was given: naive, or in its zone."""
    return moment.replace(tzinfo=None) if at.tzinfo is None else moment.astimezone(at.tzinfo)
