"""What the stories of contact rules share: a debtor in New York, rules, and moments."""

from datetime import datetime

from freezegun import freeze_time
from odoo import Command

from .common import DAY, CollectionCommon, day

# DAY is Monday, 10 March 2025; the clocks of New York went forward on the day before: four hours behind UTC
NIGHT = "2025-03-10 02:00:00"  # Sunday, ten in the evening
NOON = "2025-03-10 16:00:00"


def utc(*values):
    """Return a moment as Odoo has it: naive, in UTC."""
    return datetime(*values)  # noqa: DTZ001


class ContactRuleCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.env.ref("base.us")
        cls.debtor.write(
            {
                "country_id": cls.us.id,
                "state_id": cls.env.ref("base.state_us_27").id,
                "is_company": False,
                "phone": "+1 212 555 0100",
            }
        )

    def _rule(self, kind, **values):
        return self.env["collection.contact.rule"].create({"name": f"Our {kind}", "kind": kind, **values})

    def _quiet_hours(self, **values):
        return self._rule("hours", law="Regulation F", **values)

    def _calls_only(self):
        return {"channel_ids": [Command.set(self._channels("call").ids)]}

    def _approved(self, at, on=DAY):
        """Return the actions proposed and approved at a moment (UTC)."""
        with freeze_time(at):
            run = self._run(on)
            run.action_approve()
        return run.action_ids

    def _dispatched(self, at):
        """Do what the scheduled action does at a moment (UTC)."""
        with freeze_time(at):
            return self._dispatch(datetime.fromisoformat(at).date())

    def _open_case(self, partner=None):
        self._invoice(100, day(-10), partner)
        self._assess(DAY)
        return self._case(partner)

    def _call(self, case, at, outcome="no_answer", **values):
        return case._log_contact(
            **{"channel": "call", "direction": "out", "outcome": outcome, "date": at, "summary": "Call", **values}
        )

    def _allowed(self, case, at, channel="call"):
        return case._contact_allowed(channel, datetime.fromisoformat(at))

    def _calendar(self, weekdays, tz):
        return self.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(weekday),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for weekday in weekdays
                ],
            }
        )
