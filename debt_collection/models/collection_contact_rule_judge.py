"""Asking the contact rules: for many cases at once, in a handful of statements whatever their number.

How it works. `_judge` reads the rules in force, the history of all the cases in one statement and their time zones, and
asks tools/contact_rules.py for each request. A contact it allows counts for the requests behind it, so that two
channels of one batch do not both leave within a pause.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import contact_rules
from ..tools.contact_rules import Contact, Payday, Rule
from .collection_contact_rule import WEEKDAYS

# what the log calls an attempt of ours, and what it calls a conversation
ATTEMPTS = (
    "sent", "printed", "unknown", "reached", "third_party", "no_answer", "wrong_number", "promise", "dispute",
    "refuses", "call_back", "visited",
)  # fmt: skip
CONVERSATIONS = ("reached", "third_party", "promise", "dispute", "refuses", "call_back", "visited")
SILENT = ("auto_reply", "bounced", "delivered", "failed", "skipped", "scheduled", "override", "note")
# a payday that is farther away than this is not waited for
PAYDAY_LIMIT = timedelta(days=31)


class Request(NamedTuple):
    """A contact about to be made: with a case's debtor, by a channel, perhaps some days around a payday."""

    case: models.BaseModel
    channel: str
    payday: Payday | None = None
    payday_days: int = 0
    action_id: int = 0


class Answer(NamedTuple):
    """When it may be made (UTC; None: never), why not before in words and as a code, whether a person may all the
    same."""

    moment: datetime | None
    reason: str | None = None
    may_override: bool = True
    code: str | None = None


class CollectionContactRule(models.Model):
    _inherit = "collection.contact.rule"

    @api.model
    def _next_allowed(self, cases, channel, at=None):
        """Return when debtors may next be contacted by a channel, by the strictest rule that applies.

        :param cases: collection.case
        :param channel: code of a channel
        :param at: datetime (UTC) from which; default now
        :return: {case: (datetime in UTC, or None for never; reason in words, None when allowed at once; bool, whether
            a person may go on all the same with a reason)}
        """
        at = at or cases._moment()
        answers = self._judge([Request(case, channel) for case in cases], at)
        return {case: answer[:3] for case, answer in zip(cases, answers, strict=True)}

    @api.model
    def _judge(self, requests, at, taking=False):
        """Answer some requests to contact debtors, in their order.

        :param requests: [Request]
        :param at: datetime (UTC) from which
        :param taking: bool, whether what is allowed is done: it counts for the requests behind it
        :return: [Answer]
        """
        # sudo: rules, history and the debtor's contact are read for an answer whoever asks
        cases = self.env["collection.case"].sudo().union(*(request.case for request in requests))
        rules = self._in_force(cases.company_id, at.date()).filtered(lambda rule: rule.kind != "phrases")
        if not rules and not any(request.payday for request in requests):
            return [Answer(at)] * len(requests)
        cases.partner_id.fetch(["country_id", "state_id", "is_company", "category_id"])
        history = rules._history(cases, at)
        zones = cases.debtor_id._zones()
        objected = cases.browse()
        if "objection" in rules.mapped("kind"):
            objected = cases.filtered(lambda case: "open" in case.dispute_ids.mapped("state"))
        by_hand = self.env["collection.channel"]._by_hand()
        demanded, answers = {}, []
        for request in requests:
            case = cases.browse(request.case.id)
            key = (case.company_id, zones[case.debtor_id])
            if key not in demanded:
                demanded[key] = [(rule, one) for rule in rules for one in rule._demands(*key, at)]
            demands = [
                (rule, one)
                for rule, one in demanded[key]
                if rule._applies(case, request.channel) and (rule.kind != "objection" or case in objected)
            ]
            known = [
                entry for action_id, entry in history.get(case.id, ()) if not action_id or action_id < request.action_id
            ]
            answer = self._answer(request, demands, known, at, zones[case.debtor_id][0])
            if taking and answer.moment == at and request.channel not in by_hand:
                history.setdefault(case.id, []).append((0, Contact(at, request.channel)))
            answers.append(answer)
        return answers

    @api.model
    def _answer(self, request, demands, history, at, zone):
        """Return the Answer to one request.

        :param demands: [(collection.contact.rule, Rule)] that apply
        :param history: [Contact]
        :param zone: name of the debtor's time zone
        """
        rules = [one for _rule, one in demands]
        moment, reason = contact_rules.strictest(history, rules, at, zone)
        if request.payday and moment is not None:
            around = Rule(
                payday=request.payday,
                payday_days=request.payday_days,
                working_days=request.case.company_id.sudo().resource_calendar_id._collection_working_days(),
                zone=zone,
            )
            later, later_reason = contact_rules.strictest(history, [*rules, around], at, zone)
            if later is not None and later <= moment + PAYDAY_LIMIT:
                moment, reason = later, later_reason
        if reason is None:
            return Answer(at)
        source = next((rule for rule, one in demands if one is reason.rule), self.browse())
        # the seconds that the log has no notion of are waited for
        moment = moment and moment + timedelta(microseconds=-moment.microsecond % 1_000_000)
        stops = [one for rule, one in demands if rule.manual == "block"]
        stopped = bool(stops) and contact_rules.strictest(history, stops, at, zone)[1] is not None
        words = source._words(reason, moment, zone, request.channel)
        code = "objection" if source.kind == "objection" else reason.code
        return Answer(moment, words, not stopped, code)

    def _demands(self, company, zones, at):
        """Return what this rule demands, as the Rules of tools/contact_rules.py.

        :param company: res.company of the case
        :param zones: names of the time zones the debtor may live in
        :param at: datetime (UTC) from which
        """
        self.ensure_one()
        channels = frozenset(self.channel_ids.mapped("code")) or None
        match self.kind:
            case "cap":
                return [Rule(channels, cap=self.number, cap_days=self.days, zone=zones[0])]
            case "gap" if self.gap_unit == "hours":
                return [Rule(channels, gap_hours=self.gap, zone=zones[0])]
            case "gap":
                return [Rule(channels, gap_days=self.gap, zone=zones[0])]
            case "conversation":
                return [Rule(channels, conversation_days=self.days, zone=zones[0])]
            case "hours":
                weekdays = [number for number, weekday in enumerate(WEEKDAYS) if self[weekday]]
                hours = contact_rules.daily(self.hour_from, self.hour_to, weekdays)
                return [Rule(hours=hours, zone=zone) for zone in zones]
            case "working_time" | "holidays":
                calendar = self.calendar_id or company.resource_calendar_id
                hours = calendar._collection_hours() if self.kind == "working_time" else None
                closed = calendar._collection_closed(company, at)
                return [Rule(hours=hours, closed=closed, zone=calendar.tz or zones[0])]
            case "response":
                return [Rule(channels, response_needed=True)]
            case _:
                return [Rule(banned=True)]

    def _look_back(self):
        """Return how many days of history these rules ask for; None for all of it."""
        if "response" in self.mapped("kind"):
            return None
        gaps = [rule.gap if rule.gap_unit == "days" else rule.gap // 24 + 1 for rule in self if rule.kind == "gap"]
        return max([*gaps, *(rule.days for rule in self if rule.kind in ("cap", "conversation"))], default=0)

    def _history(self, cases, at):
        """Return {case id: [(action id or 0, Contact)]}: what the log has that these rules ask for, and what is about
        to leave (with the id of its action). One statement.
        """
        days = self._look_back()
        log, actions = self.env["collection.contact"], self.env["collection.action"]
        log.flush_model()
        actions.flush_model(["case_id", "channel", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.case_id, 0, entry.date, entry.channel, entry.direction, entry.outcome, entry.address
                  FROM collection_contact entry
                 WHERE entry.case_id = ANY(%(cases)s)
                   AND %(since)s
                   AND entry.outcome != ALL(%(silent)s)
                   AND (entry.channel != 'note' OR entry.direction = 'in')
                   -- what was corrected was not so; a note beside it takes nothing back
                   AND NOT EXISTS (SELECT FROM collection_contact correction
                                    WHERE correction.case_id = entry.case_id AND correction.corrects_id = entry.id
                                      AND correction.outcome != 'note')
             UNION ALL
                SELECT action.case_id, action.id, %(at)s, action.channel, 'out', 'sent', NULL
                  FROM collection_action action
                 WHERE action.case_id = ANY(%(cases)s)
                   AND action.state IN ('queued', 'sending')
                   AND action.channel != ALL(%(by_hand)s)
                """,
                cases=cases.ids,
                since=SQL("entry.date > %s", at - timedelta(days=days + 2)) if days is not None else SQL("true"),
                silent=list(SILENT),
                at=at,
                by_hand=self.env["collection.channel"]._by_hand(),
            )
        )
        history = {}
        for case_id, action_id, date, channel, direction, outcome, address in rows:
            spoken = outcome in CONVERSATIONS and channel in ("call", "visit")
            contact = Contact(
                date,
                channel,
                direction,
                attempt=direction == "out" and outcome in ATTEMPTS,
                conversation=spoken,
                response=direction == "in" or spoken,
                address=address,
            )
            history.setdefault(case_id, []).append((action_id, contact))
        return history
