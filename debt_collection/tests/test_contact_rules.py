"""When a debtor may be contacted: by hand across the changes of the clocks, and over random histories."""

from datetime import UTC, date, datetime, timedelta

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import contact_rules
from ..tools.contact_rules import Contact, Payday, Rule, daily

NEW_YORK, PARIS, RIYADH = "America/New_York", "Europe/Paris", "Asia/Riyadh"
REGULATION_F = [
    Rule(channels=frozenset(["call"]), cap=7, cap_days=7, conversation_days=7),
    Rule(hours=daily(8, 21)),
]
STEP = timedelta(minutes=5)


def utc(*values):
    """Return a moment as the rules take it: naive, in UTC."""
    return datetime(*values)  # noqa: DTZ001


def local(zone, *values):
    """Return the moment, in UTC and naive, of a time on the clocks of a zone."""
    return pytz.timezone(zone).localize(utc(*values)).astimezone(UTC).replace(tzinfo=None)


def call(at, **values):
    return Contact(at, "call", **values)


def next_by_law(history, at, zone=NEW_YORK):
    return contact_rules.strictest(history, REGULATION_F, at, zone)


# ---- the same rules, read aloud: slow, and written without the code they check --------------------------------------


def broken(rules, history, moment, zone):
    """Tell whether a contact at a moment breaks one of some rules."""
    return any(_broken(rule, history, moment, pytz.timezone(rule.zone or zone)) for rule in rules)


def _broken(rule, history, moment, zone):
    clock = pytz.utc.localize(moment).astimezone(zone)
    counted = [entry for entry in history if rule.channels is None or entry.channel in rule.channels]
    attempts = [entry.at for entry in counted if entry.attempt and entry.direction == "out"]
    if rule.cap is not None and sum(moment < _over(at, rule.cap_days, zone) for at in attempts) >= rule.cap:
        return True
    gap = timedelta(hours=rule.gap_hours)
    if (gap or rule.gap_days) and any(moment < _over(at, rule.gap_days, zone) + gap for at in attempts):
        return True
    spoken = [entry.at for entry in counted if entry.conversation and rule.conversation_days]
    if any(moment < _over(at, rule.conversation_days, zone) for at in spoken):
        return True
    if rule.hours is not None:
        minutes = clock.hour * 60 + clock.minute
        if not any(start <= minutes < end for start, end in rule.hours[clock.weekday()]):
            return True
    if clock.date() in rule.holidays:
        return True
    if any(start <= moment < end for start, end in rule.closed):
        return True
    if rule.payday:
        near = [clock.date() + timedelta(days=n) for n in range(-rule.payday_days, rule.payday_days + 1)]
        return not any(_paid_on(day, rule.payday) for day in near)
    return False


def _over(at, days, zone):
    clock = pytz.utc.localize(at).astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    by_clock = zone.localize(clock, is_dst=True)
    if zone.normalize(by_clock).replace(tzinfo=None) != clock:
        # there is no such hour on that day: as late as if the clocks had not been changed
        by_clock = zone.localize(clock, is_dst=False)
    by_clock = by_clock.astimezone(UTC).replace(tzinfo=None)
    return max(by_clock, at + timedelta(days=days))


def _paid_on(day, payday):
    if payday.kind == "week":
        return day.weekday() == payday.day
    days = [date(day.year, day.month, n) for n in range(1, 29)]
    days += [days[-1] + timedelta(days=n) for n in (1, 2, 3) if (days[-1] + timedelta(days=n)).month == day.month]
    if payday.kind == "month":
        return day == days[min(payday.day, len(days)) - 1]
    return day == [one for one in days if one.weekday() < 5][-1]


# ---- anything that may happen ---------------------------------------------------------------------------------------

# around the changes of the clocks of New York (9 March, 2 November 2025) and Paris (30 March, 26 October)
moments = st.sampled_from([utc(2025, 3, 5), utc(2025, 3, 26), utc(2025, 10, 22), utc(2025, 10, 29)]).flatmap(
    lambda begin: st.integers(0, 10 * 24 * 12).map(lambda steps: begin + steps * STEP)
)
zones = st.sampled_from([RIYADH, NEW_YORK, PARIS])
channels = st.sampled_from(["call", "email", "sms"])
contacts = st.builds(
    Contact, moments, channels, st.sampled_from(["out", "in"]), attempt=st.booleans(), conversation=st.booleans()
)
histories = st.lists(contacts, max_size=8)
day_hours = st.tuples(st.integers(0, 20), st.integers(1, 4)).map(lambda pair: (pair[0] * 60, sum(pair) * 60))
counted_channels = st.none() | st.frozensets(channels, min_size=1)
limits = st.one_of(
    st.builds(Rule, counted_channels, cap=st.integers(1, 3), cap_days=st.integers(1, 4)),
    st.builds(Rule, counted_channels, conversation_days=st.integers(1, 4)),
    st.builds(Rule, counted_channels, gap_hours=st.integers(0, 30), gap_days=st.integers(0, 2)),
)
clocks = st.one_of(
    st.builds(
        Rule,
        hours=st.lists(st.lists(day_hours, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple),
        zone=st.none() | zones,
    ),
    st.just(Rule(hours=daily(8, 21))),
    st.just(Rule(hours=daily(9, 17, [6, 0, 1, 2, 3]))),
    st.builds(Rule, holidays=st.frozensets(moments.map(lambda moment: moment.date()), max_size=3)),
    st.builds(
        Rule,
        closed=st.lists(moments.map(lambda moment: (moment, moment + 97 * STEP)), max_size=2).map(tuple),
    ),
    st.builds(
        Rule,
        payday=st.builds(Payday, st.just("month"), st.integers(1, 31))
        | st.builds(Payday, st.just("week"), st.integers(0, 6))
        | st.just(Payday("last")),
        payday_days=st.integers(0, 3),
    ),
)
rule_sets = st.lists(limits | clocks, max_size=4)


@tagged("post_install", "-at_install")
class TestContactRules(BaseCase):
    # ---- properties -------------------------------------------------------------------------------------------------

    @settings(max_examples=150, deadline=None)
    @given(histories, rule_sets, moments, zones)
    def test_a_contact_is_allowed_as_soon_as_no_rule_is_broken_and_never_before(self, history, rules, at, zone):
        moment, reason = contact_rules.strictest(history, rules, at, zone)
        limit = at + timedelta(days=6)
        if moment is not None:
            self.assertFalse(broken(rules, history, moment, zone))
            self.assertEqual(moment == at, reason is None)
            limit = min(limit, moment)
        while at < limit:
            self.assertTrue(broken(rules, history, at, zone), f"{at} is allowed, {moment} is not the earliest")
            at += STEP

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 400), channels, st.booleans()), max_size=15), rule_sets, moments, zones)
    def test_no_dispatched_contact_breaks_a_rule(self, approved, rules, at, zone):
        history = []
        for steps, channel, conversation in approved:
            moment, _reason = contact_rules.strictest(history, rules, at + steps * STEP, zone)
            if moment is None:
                return
            self.assertFalse(broken(rules, history, moment, zone))
            history.append(Contact(moment, channel, conversation=conversation))
            at = moment

    @given(histories, rule_sets, moments, zones)
    def test_the_answer_is_of_the_kind_of_the_moment_asked_for(self, history, rules, at, zone):
        naive, reason = contact_rules.strictest(history, rules, at, zone)
        aware, same = contact_rules.strictest(history, rules, at.replace(tzinfo=UTC), zone)
        self.assertEqual(naive, aware and aware.replace(tzinfo=None))
        self.assertEqual(reason and reason.code, same and same.code)

    # ---- Regulation F -----------------------------------------------------------------------------------------------

    def test_the_eighth_call_waits_until_the_first_of_seven_is_seven_days_ago(self):
        calls = [call(local(NEW_YORK, 2025, 6, 2 + number, 10)) for number in range(7)]
        for number in range(7):
            at = local(NEW_YORK, 2025, 6, 2 + number, 10)
            self.assertEqual(next_by_law(calls[:number], at), (at, None))
        moment, reason = next_by_law(calls, local(NEW_YORK, 2025, 6, 8, 11))
        self.assertEqual(moment, local(NEW_YORK, 2025, 6, 9, 10))
        self.assertEqual((reason.code, reason.rule.cap), ("cap", 7))

    def test_a_conversation_in_between_stops_calls_for_seven_days_whoever_called(self):
        calls = [call(local(NEW_YORK, 2025, 6, 2 + number, 10)) for number in range(4)]
        spoke = call(local(NEW_YORK, 2025, 6, 5, 15), direction="in", attempt=False, conversation=True)
        moment, reason = next_by_law([*calls, spoke], local(NEW_YORK, 2025, 6, 6, 9))
        self.assertEqual((moment, reason.code), (local(NEW_YORK, 2025, 6, 12, 15), "conversation"))
        # then the calls before it are over seven days ago: seven more may follow
        self.assertEqual(next_by_law([*calls, spoke], moment), (moment, None))

    def test_calls_are_counted_and_mails_are_not(self):
        mails = [Contact(local(NEW_YORK, 2025, 6, 2, 8 + number), "email") for number in range(9)]
        at = local(NEW_YORK, 2025, 6, 2, 19)
        self.assertEqual(next_by_law(mails, at), (at, None))

    def test_the_day_the_clocks_go_back_does_not_shorten_seven_days(self):
        # Sunday 2 November 2025 has 25 hours: seven times 24 hours would end at nine in the morning
        spoke = call(local(NEW_YORK, 2025, 10, 29, 10), conversation=True)
        moment, _reason = next_by_law([spoke], local(NEW_YORK, 2025, 11, 1, 10))
        self.assertEqual(moment, local(NEW_YORK, 2025, 11, 5, 10))
        # and the one of 23 hours does not, either
        spoke = call(local(NEW_YORK, 2025, 3, 7, 10), conversation=True)
        moment, _reason = next_by_law([spoke], local(NEW_YORK, 2025, 3, 8, 10))
        self.assertEqual(moment, local(NEW_YORK, 2025, 3, 14, 11))

    # ---- quiet hours ------------------------------------------------------------------------------------------------

    def test_eight_in_the_morning_is_another_moment_after_the_clocks_were_changed(self):
        hours = Rule(hours=daily(8, 21))
        for zone, evening, expected in (
            (NEW_YORK, utc(2025, 3, 8, 4), utc(2025, 3, 8, 13)),
            (NEW_YORK, utc(2025, 3, 9, 4), utc(2025, 3, 9, 12)),
            (PARIS, utc(2025, 3, 28, 21), utc(2025, 3, 29, 7)),
            (PARIS, utc(2025, 3, 29, 21), utc(2025, 3, 30, 6)),
            (RIYADH, utc(2025, 3, 29, 21), utc(2025, 3, 30, 5)),
        ):
            moment, reason = contact_rules.next_allowed([], hours, evening, zone)
            self.assertEqual((moment, reason.code), (expected, "hours"))
        # nine in the evening is quiet already, a minute earlier is not
        self.assertEqual(contact_rules.next_allowed([], hours, utc(2025, 3, 28, 17, 59), RIYADH)[1], None)
        self.assertEqual(contact_rules.next_allowed([], hours, utc(2025, 3, 28, 18), RIYADH)[0], utc(2025, 3, 29, 5))

    def test_an_hour_that_does_not_exist_is_not_waited_for(self):
        # Paris, 30 March 2025: after 1:59 comes 3:00
        rule = Rule(hours=daily(2, 3))
        self.assertEqual(contact_rules.next_allowed([], rule, utc(2025, 3, 29, 12), PARIS)[0], utc(2025, 3, 31, 0))
        rule = Rule(hours=daily(2.5, 4))
        self.assertEqual(contact_rules.next_allowed([], rule, utc(2025, 3, 29, 12), PARIS)[0], utc(2025, 3, 30, 1))

    def test_an_hour_that_exists_twice_is_there_twice(self):
        # Paris, 26 October 2025: 2:00 to 2:59 comes at midnight UTC and again at one
        rule = Rule(hours=daily(1, 2.5))
        self.assertEqual(contact_rules.next_allowed([], rule, utc(2025, 10, 26, 0, 40), PARIS)[0], utc(2025, 10, 26, 1))
        self.assertEqual(contact_rules.next_allowed([], rule, utc(2025, 10, 26, 1, 30), PARIS)[0], utc(2025, 10, 27, 0))

    # ---- days -------------------------------------------------------------------------------------------------------

    def test_friday_and_saturday_are_the_weekend_where_they_are(self):
        week = Rule(hours=daily(9, 17, [6, 0, 1, 2, 3]))
        thursday, friday = local(RIYADH, 2025, 3, 13, 16, 59), local(RIYADH, 2025, 3, 14, 10)
        self.assertEqual(contact_rules.next_allowed([], week, thursday, RIYADH), (thursday, None))
        moment, reason = contact_rules.next_allowed([], week, friday, RIYADH)
        self.assertEqual((moment, reason.code), (local(RIYADH, 2025, 3, 16, 9), "day"))

    def test_a_public_holiday_is_skipped_and_so_is_the_weekend_behind_it(self):
        rule = Rule(hours=daily(9, 17, range(5)), holidays=frozenset([date(2025, 12, 25), date(2025, 12, 26)]))
        moment, reason = contact_rules.next_allowed([], rule, local(PARIS, 2025, 12, 25, 10), PARIS)
        self.assertEqual((moment, reason.code), (local(PARIS, 2025, 12, 29, 9), "holiday"))

    def test_what_is_closed_for_some_hours_opens_again_then(self):
        rule = Rule(hours=daily(9, 17), closed=((utc(2025, 3, 10, 9), utc(2025, 3, 10, 12, 30)),))
        moment, reason = contact_rules.next_allowed([], rule, utc(2025, 3, 10, 10), "UTC")
        self.assertEqual((moment, reason.code), (utc(2025, 3, 10, 12, 30), "closed"))

    def test_a_calendar_of_two_weeks_has_its_second_week(self):
        # 13 January 2025 is a Monday; Odoo counts its week as a first one, since day 739263 is in an even week
        hours = (((540, 1020),), *[()] * 6, *[()] * 7)
        first = (date(2025, 1, 13).toordinal() - 1) % 14 == 0
        monday = utc(2025, 1, 13 if first else 20)
        moment, _reason = contact_rules.next_allowed([], Rule(hours=hours), monday + timedelta(days=1), "UTC")
        self.assertEqual(moment, monday + timedelta(days=14, hours=9))

    # ---- gaps, bans, answers ----------------------------------------------------------------------------------------

    def test_the_latest_of_several_rules_wins_and_gives_the_reason(self):
        history = [Contact(utc(2025, 3, 10, 10), "email")]
        rules = [Rule(gap_hours=24), Rule(gap_days=3), Rule(hours=daily(12, 13))]
        moment, reason = contact_rules.strictest(history, rules, utc(2025, 3, 10, 11), "UTC")
        self.assertEqual((moment, reason.code, reason.rule.gap_days), (utc(2025, 3, 13, 12), "gap", 3))

    def test_what_is_forbidden_stays_so(self):
        moment, reason = contact_rules.next_allowed([], Rule(banned=True), utc(2025, 3, 10), "UTC")
        self.assertEqual((moment, reason.code), (None, "banned"))

    def test_rules_that_leave_no_moment_are_told_and_not_looked_for_for_ever(self):
        rules = [Rule(hours=daily(8, 9)), Rule(hours=daily(10, 11))]
        moment, reason = contact_rules.strictest([], rules, utc(2025, 3, 10), "UTC")
        self.assertEqual((moment, reason.code), (None, "hours"))
        self.assertEqual(contact_rules.next_allowed([], Rule(hours=((),) * 7), utc(2025, 3, 10), "UTC")[0], None)

    def test_an_answer_is_needed_before_the_next(self):
        rule = {"response_needed": True}
        sent = {"at": utc(2025, 3, 10), "channel": "email"}
        answer = {"at": utc(2025, 3, 11), "channel": "email", "direction": "in", "attempt": False, "response": True}
        at = utc(2025, 3, 20)
        self.assertEqual(contact_rules.next_allowed([], rule, at, "UTC"), (at, None))
        self.assertEqual(contact_rules.next_allowed([sent], rule, at, "UTC")[1].code, "response")
        self.assertEqual(contact_rules.next_allowed([sent, answer], rule, at, "UTC"), (at, None))

    # ---- paydays ----------------------------------------------------------------------------------------------------

    def test_a_payday_on_the_31st_is_the_last_day_of_a_short_month(self):
        rule = Rule(payday=Payday("month", 31))
        found, at = [], utc(2025, 1, 1)
        for _month in range(4):
            at, _reason = contact_rules.next_allowed([], rule, at, "UTC")
            found.append(str(at.date()))
            at += timedelta(days=1)
        self.assertEqual(found, ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"])

    def test_days_around_a_payday_reach_into_the_month_before(self):
        rule = Rule(payday=Payday("month", 1), payday_days=2)
        moment, reason = contact_rules.next_allowed([], rule, utc(2025, 3, 10, 12), PARIS)
        self.assertEqual((moment, reason.code), (local(PARIS, 2025, 3, 30), "payday"))

    def test_the_last_working_day_comes_before_the_weekend(self):
        # 31 May 2025 is a Saturday; with the weekend on Friday and Saturday the last working day is Thursday the 29th
        self.assertTrue(contact_rules.is_payday(date(2025, 5, 30), Payday("last")))
        self.assertTrue(contact_rules.is_payday(date(2025, 5, 29), Payday("last"), frozenset([6, 0, 1, 2, 3])))
        self.assertFalse(contact_rules.is_payday(date(2025, 5, 30), Payday("last"), frozenset([6, 0, 1, 2, 3])))
