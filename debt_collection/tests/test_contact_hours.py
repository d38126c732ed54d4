"""To whom contact rules apply, in which zone, on which days: working time, holidays, paydays."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DAY, day
from .common_contact_rule import NIGHT, NOON, ContactRuleCommon, utc


@tagged("post_install", "-at_install")
class TestContactHours(ContactRuleCommon):
    # ---- whom a rule is about ---------------------------------------------------------------------------------------

    def test_a_rule_of_another_company_does_not_apply(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        rule = self._quiet_hours(company_id=other.id)
        case = self._open_case()
        self.assertEqual(self._allowed(case, NIGHT)[1], None)
        rule.company_id = self.company
        self.assertTrue(self._allowed(case, NIGHT)[1])

    def test_a_rule_applies_to_whom_it_names(self):
        case = self._open_case()
        tag = self.env["res.partner.category"].create({"name": "Public servants"})
        for scope, applies in (
            ({"debtor_kind": "person"}, True),
            ({"debtor_kind": "company"}, False),
            ({"country_ids": [Command.set(self.us.ids)]}, True),
            ({"country_ids": [Command.set(self.env.ref("base.sa").ids)]}, False),
            ({"category_ids": [Command.set(tag.ids)]}, False),
            ({"strategy_ids": [Command.set(self.strategy.ids)]}, True),
            ({"date_from": "2025-03-11"}, False),
            ({"date_to": "2025-03-09"}, False),
            ({"date_from": "2025-03-10", "date_to": "2025-03-10"}, True),
            ({"active": False}, False),
        ):
            rule = self._quiet_hours(**scope)
            self.assertEqual(bool(self._allowed(case, NIGHT)[1]), applies, scope)
            rule.unlink()
        self._quiet_hours(category_ids=[Command.set(tag.ids)])
        self.debtor.category_id = tag
        self.assertTrue(self._allowed(case, NIGHT)[1])

    def test_in_a_state_of_two_zones_the_hours_hold_in_both(self):
        self._quiet_hours()
        self.debtor.state_id = self.env.ref("base.state_us_10")  # Florida
        case = self._open_case()
        # eight in New York is seven in Chicago; nine in the evening in New York is eight in Chicago
        self.assertEqual(self._allowed(case, NIGHT)[0], utc(2025, 3, 10, 13))
        self.assertEqual(self._allowed(case, "2025-03-11 00:59:00")[1], None)
        self.assertEqual(self._allowed(case, "2025-03-11 01:00:00")[0], utc(2025, 3, 11, 13))

    def test_a_debtors_zone_is_its_own_its_contacts_its_states_or_its_countrys(self):
        debtor = self._open_case().debtor_id
        self.assertEqual(debtor._zone(), "America/New_York")
        self.debtor.state_id = self.env.ref("base.state_us_5")
        self.assertEqual(debtor._zone(), "America/Los_Angeles")
        self.debtor.write({"country_id": self.env.ref("base.sa").id, "state_id": False})
        self.assertEqual(debtor._zone(), "Asia/Riyadh")
        self.debtor.tz = "Europe/Paris"
        self.assertEqual(debtor._zone(), "Europe/Paris")
        debtor.tz = "Asia/Dubai"
        self.assertEqual(debtor._zone(), "Asia/Dubai")

    # ---- working hours ----------------------------------------------------------------------------------------------

    def test_with_friday_and_saturday_off_a_thursday_evening_waits_for_sunday(self):
        calendar = self._calendar([6, 0, 1, 2, 3], "Asia/Riyadh")
        self._rule("working_time", calendar_id=calendar.id)
        case = self._open_case()
        # Thursday, 13 March: 17:00 in Riyadh is 14:00 UTC
        self.assertEqual(self._allowed(case, "2025-03-13 13:59:00")[1], None)
        moment, reason, _may = self._allowed(case, "2025-03-13 14:00:00")
        self.assertEqual(moment, utc(2025, 3, 16, 6))
        self.assertIn("Our working_time", reason)

    def test_a_public_holiday_of_the_company_is_kept(self):
        self._rule("working_time")
        self.company.resource_calendar_id = self._calendar(range(5), "UTC")
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves.create(
            {
                "name": "Bank holiday",
                "company_id": self.company.id,
                "date_from": "2025-03-10 00:00:00",
                "date_to": "2025-03-10 23:59:59",
            }
        )
        case = self._open_case()
        moment, reason, _may = self._allowed(case, "2025-03-10 10:00:00")
        self.assertEqual(moment, utc(2025, 3, 11, 9))
        self.assertIn("not on a public holiday", reason)

    def test_the_second_week_of_a_calendar_of_two_weeks_counts(self):
        calendar = self._calendar([0], "UTC")
        calendar.write({"two_weeks_calendar": True})
        calendar.attendance_ids = [Command.clear()]
        week = self.env["resource.calendar.attendance"].get_week_type(DAY)
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Work", "dayofweek": "0", "hour_from": 9, "hour_to": 17, "day_period": "morning",
                    "week_type": str(1 - week),
                }
            )
        ]  # fmt: skip
        self._rule("working_time", calendar_id=calendar.id)
        self.assertEqual(self._allowed(self._open_case(), NOON)[0], utc(2025, 3, 17, 9))

    # ---- paydays ----------------------------------------------------------------------------------------------------

    def test_a_level_waits_for_the_days_around_the_payday(self):
        self.friendly.write({"around_payday": True, "payday_days": 1})
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        action.case_id.debtor_id.payday = 25
        self._dispatched(NOON)
        # the 24th begins at four in the morning, UTC, in New York
        self.assertRecordValues(action, [{"state": "deferred", "scheduled_at": utc(2025, 3, 24, 4)}])
        self.assertIn("It waits for the debtor's payday", action.outcome)
        self._dispatched("2025-03-24 16:00:00")
        self.assertEqual(action.state, "queued")

    def test_a_payday_nobody_knows_is_not_waited_for(self):
        self.friendly.around_payday = True
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self._dispatched(NOON)
        self.assertEqual(action.state, "queued")

    def test_a_payday_may_be_a_weekday_or_the_last_working_day_or_that_of_a_tag(self):
        debtor = self._open_case().debtor_id
        tag = self.env["res.partner.category"].create(
            {"name": "Ministry", "collection_payday_kind": "month", "collection_payday": 27}
        )
        self.assertIsNone(debtor._paydays()[debtor])
        self.debtor.category_id = tag
        self.assertEqual(tuple(debtor._paydays()[debtor]), ("month", 27))
        debtor.write({"payday_kind": "week", "payday_weekday": "4"})
        self.assertEqual(tuple(debtor._paydays()[debtor]), ("week", 4))
        debtor.payday_kind = "last"
        self.assertEqual(tuple(debtor._paydays()[debtor]), ("last", 0))
        with self.assertRaisesRegex(ValidationError, "On which day of the week"):
            debtor.write({"payday_kind": "week", "payday_weekday": False})
