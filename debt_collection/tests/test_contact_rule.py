"""Contact rules in the flow: what waits and until when, what never leaves, what a person is told."""

import psycopg2
from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, day
from .common_contact_rule import NIGHT, NOON, ContactRuleCommon, utc


@tagged("post_install", "-at_install")
class TestContactRule(ContactRuleCommon):
    # ---- what leaves by itself --------------------------------------------------------------------------------------

    def test_without_rules_a_reminder_leaves_at_any_hour(self):
        self._invoice(100, day(-10))
        action = self._approved(NIGHT)
        self._dispatched(NIGHT)
        self.assertEqual(action.state, "queued")

    def test_a_mail_of_the_night_waits_for_the_debtors_morning_and_says_why(self):
        self._quiet_hours()
        self._invoice(100, day(-10))
        action = self._approved(NIGHT)
        self._dispatched(NIGHT)
        # eight in the morning in New York
        self.assertRecordValues(action, [{"state": "deferred", "scheduled_at": utc(2025, 3, 10, 12)}])
        self.assertIn("Regulation F: not at this hour.", action.outcome)
        self.assertIn("8:00", action.outcome)
        self.assertIn("New York", action.outcome)
        self._dispatched("2025-03-10 11:59:00")
        self.assertEqual(action.state, "deferred")
        self._dispatched("2025-03-10 12:00:00")
        self.assertEqual(action.state, "queued")

    def test_dispatch_is_woken_at_the_moment_once_for_all_that_wait_for_it(self):
        self._quiet_hours()
        twin = self._partner("Twin", country_id=self.us.id, state_id=self.debtor.state_id.id)
        self._invoice(100, day(-10))
        self._invoice(100, day(-10), twin)
        self._approved(NIGHT)
        self._dispatched(NIGHT)
        cron = self.env.ref("debt_collection.ir_cron_dispatch")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(triggers.mapped("call_at"), [utc(2025, 3, 10, 12)])

    def test_a_mail_queued_in_the_evening_leaves_the_next_morning(self):
        self._quiet_hours()
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self._dispatched("2025-03-11 00:59:00")
        self.assertEqual(action.state, "queued", "a minute before nine in the evening")
        mail, left = action.mail_id, []
        self.env.flush_all()
        with freeze_time("2025-03-11 01:00:00"):
            mail.with_context(collection_today="2025-03-11").sudo()._send_notice(None, left.append)
        self.assertFalse(left)
        self.assertRecordValues(action, [{"state": "deferred", "scheduled_at": utc(2025, 3, 11, 12)}])
        self.assertEqual(mail.state, "cancel")
        self._dispatched("2025-03-11 12:00:00")
        self.assertEqual(action.state, "queued")
        self.assertNotEqual(action.mail_id, mail)

    def test_a_moment_at_midnight_sharp_is_waited_for_too(self):
        # midnight in UTC is eight in the evening in New York
        self._quiet_hours(hour_from=20, hour_to=22)
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self._dispatched(NOON)
        self.assertRecordValues(action, [{"state": "deferred", "scheduled_at": utc(2025, 3, 11, 0, 0, 1)}])
        self._dispatched("2025-03-10 23:59:00")
        self.assertEqual(action.state, "deferred")
        self._dispatched("2025-03-11 00:01:00")
        self.assertEqual(action.state, "queued")

    def test_what_is_forbidden_fails_and_another_channel_takes_over(self):
        self._rule("ban", law="SAMA", channel_ids=[Command.set(self._channels("email").ids)])
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self._dispatched(NOON)
        self.assertEqual(action.state, "failed")
        entry = action.case_id.contact_ids.filtered(lambda entry: entry.action_id == action)
        self.assertEqual(entry.outcome, "failed")
        self.assertEqual(entry.summary, "SAMA: no contact by this channel (E-mail).")

    def test_two_channels_of_a_level_do_not_both_leave_within_the_pause(self):
        self._rule("gap", gap=2, gap_unit="days")
        self.friendly.channels = self._channels("email", "call")
        self._invoice(100, day(-10))
        actions = self._approved(NOON)
        self._dispatched(NOON)
        states = {action.channel: action.state for action in actions}
        self.assertEqual(states, {"email": "queued", "call": "deferred"})
        call = actions.filtered(lambda action: action.channel == "call")
        self.assertEqual(call.scheduled_at, utc(2025, 3, 12, 16))
        self.assertIn("Our gap: 2 days between two contacts are not over.", call.outcome)

    def test_a_refused_channel_is_not_used(self):
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self.env["collection.channel.preference"]._note(
            action.case_id.debtor_id, "forbidden", "Said so", address="DECO.addict@example.com", origin="link"
        )
        self._dispatched(NOON)
        self.assertRecordValues(
            action, [{"state": "skipped", "outcome": "E-mail is not to be used for this debtor: Said so"}]
        )

    def test_nothing_leaves_while_an_answer_is_waited_for(self):
        self._rule("response")
        case = self._open_case()
        self._call(case, "2025-03-07 16:00:00")
        action = self._approved(NOON)
        self._dispatched(NOON)
        self.assertEqual(action.state, "deferred")
        self.assertIn("the debtor's answer to the last message is waited for", action.outcome)
        self.assertFalse(case.contact_ids.filtered(lambda entry: entry.action_id == action), "asked again each day")
        self._call(case, "2025-03-11 10:00:00", "received", channel="email", direction="in")
        self._dispatched("2025-03-11 16:00:00")
        self.assertEqual(action.state, "queued")

    def test_nothing_leaves_while_an_objection_is_open(self):
        self._rule("objection", law="SAMA")
        disputed = self._invoice(100, day(-10))
        self._invoice(100, day(-12))
        action = self._approved(NOON)
        case = self._on(action.case_id, DAY)
        reason = self.env.ref("debt_collection.dispute_reason_damaged")
        disputes = self.env["collection.dispute"].with_env(case.env)
        disputes._raise(case, {self._item(disputed).with_env(case.env): 100}, reason)
        self.assertEqual(action.state, "approved")
        self._dispatched(NOON)
        self.assertEqual(action.state, "deferred")
        self.assertIn("SAMA: an objection of the debtor is open.", action.outcome)

    # ---- what a person is told --------------------------------------------------------------------------------------

    def test_the_eighth_call_in_seven_days_waits_and_the_rule_is_named(self):
        self._rule("cap", law="Regulation F", number=7, days=7, manual="block", **self._calls_only())
        case = self._open_case()
        for number in range(6):
            self._call(case, f"2025-03-1{number} 16:00:00")
        self.assertEqual(self._allowed(case, "2025-03-16 15:00:00")[1], None)
        self._call(case, "2025-03-16 16:00:00")
        moment, reason, may = self._allowed(case, "2025-03-16 17:00:00")
        self.assertEqual((moment, may), (utc(2025, 3, 17, 16), False))
        self.assertIn("Regulation F: 7 contacts in 7 days were made (Phone call).", reason)
        self.assertEqual(self._allowed(case, "2025-03-16 17:00:00", "email")[1], None)

    def test_after_a_conversation_nobody_calls_for_seven_days_whoever_called(self):
        self._rule("conversation", law="Regulation F", days=7, **self._calls_only())
        case = self._open_case()
        self._call(case, "2025-03-10 16:00:00", "third_party", direction="in")
        moment, reason, may = self._allowed(case, "2025-03-11 16:00:00")
        self.assertEqual((moment, may), (utc(2025, 3, 17, 16), True))
        self.assertIn("there was a conversation less than 7 days ago", reason)

    def test_a_conversation_that_was_logged_by_mistake_and_corrected_does_not_count(self):
        self._rule("conversation", days=7, **self._calls_only())
        case = self._open_case()
        entry = self._call(case, "2025-03-10 16:00:00", "reached")
        note = {"channel": "note", "direction": "internal", "corrects_id": entry.id}
        self._call(case, "2025-03-10 17:00:00", "note", **note)
        self.assertTrue(self._allowed(case, "2025-03-11 16:00:00")[1], "a note takes nothing back")
        self._call(case, "2025-03-10 16:00:00", "no_answer", corrects_id=entry.id)
        self.assertFalse(self._allowed(case, "2025-03-11 16:00:00")[1])

    def test_who_calls_all_the_same_says_why_and_the_log_keeps_it(self):
        self._quiet_hours()
        case = self._open_case()
        _moment, words, may = self._allowed(case, NIGHT)
        self.assertTrue(may)
        with freeze_time(NIGHT):
            entry = case._override_contact_rule("call", "She asked to be called now", words)
        self.assertEqual((entry.channel, entry.outcome, entry.direction), ("call", "override", "internal"))
        self.assertIn("She asked to be called now", entry.summary)
        self.assertIn("Regulation F", entry.summary)
        self.assertFalse(case.contact_ids._verify_chain())

    def test_an_override_needs_a_reason_and_a_rule_that_allows_it(self):
        rule = self._quiet_hours()
        case = self._open_case()
        before = len(case.contact_ids)
        with self.assertRaisesRegex(UserError, "Say why"):
            case._override_contact_rule("call", "  ", "Regulation F")
        rule.manual = "block"
        with freeze_time(NIGHT), self.assertRaisesRegex(UserError, "cannot be set aside: Regulation F"):
            case._override_contact_rule("call", "I want to", "Regulation F")
        self.assertEqual(len(case.contact_ids), before)

    def test_a_stop_is_not_softened_by_a_later_warning(self):
        self._quiet_hours(manual="block")
        self._rule("gap", gap=5, manual="warn")
        case = self._open_case()
        self._call(case, "2025-03-09 16:00:00")
        moment, reason, may = self._allowed(case, NIGHT)
        self.assertEqual((moment, may), (utc(2025, 3, 14, 16), False))
        self.assertIn("Our gap", reason)
        self.assertTrue(self._allowed(case, NOON)[2], "by day there is but the warning")

    def test_the_case_says_when_to_contact_by_which_channel(self):
        self._quiet_hours(**self._calls_only())
        case = self._open_case()
        with freeze_time(NIGHT):
            case.invalidate_recordset()
            self.assertIn("Regulation F", case.call_waits)
            self.assertIn("22:00 in New York", case.debtor_time)
            self.assertEqual(str(case.contact_times).count("Regulation F"), 1)
            self.assertIn("Now", case.contact_times)

    # ---- what a message has to say ----------------------------------------------------------------------------------

    def test_what_cannot_be_said_yet_is_shown_to_a_person_with_what_to_fill_in(self):
        self._rule("phrases", law="SAMA", says_callback=True, says_employee=True)
        self.company.phone = False
        self._invoice(100, day(-10))
        action = self._approved(NOON)
        self._dispatched(NOON)
        self.assertRecordValues(action, [{"state": "proposed", "needs_look": True}])
        self.assertIn("SAMA: The message has to name an employee: give the case a collector.", action.outcome)
        self.assertIn("fill in the phone of", action.outcome)

    def test_the_mail_and_the_letter_say_what_they_have_to(self):
        self._rule(
            "phrases", law="SAMA", says_creditor=True, says_callback=True, says_hours=True, says_text="Own words."
        )
        self.company.phone = "+966 11 555 0100"
        self.company.resource_calendar_id = self._calendar([6, 0, 1, 2, 3], "Asia/Riyadh")
        self.friendly.channels = self._channels("email", "letter")
        self._invoice(100, day(-10))
        actions = self._approved(NOON)
        mail = actions.filtered(lambda action: action.channel == "email")._render_notice()
        letter, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "debt_collection.report_notice_letter", actions.filtered(lambda action: action.channel == "letter").ids
        )
        for html in (str(mail), letter.decode()):
            self.assertIn(f"Creditor: {self.company.name}", html)
            self.assertIn("Call us back on +966 11 555 0100.", html)
            self.assertIn("You reach us: Monday – Thursday 09:00–17:00; Sunday 09:00–17:00.", html)
            self.assertIn("Own words.", html)

    def test_the_opt_out_is_asked_for_by_a_rule_in_electronic_messages_alone(self):
        self._rule("phrases", says_opt_out=True)
        self.friendly.channels = self._channels("email", "letter")
        self._invoice(100, day(-10))
        actions = self._approved(NOON)
        wanting = self.env["collection.contact.rule"]._wants_opt_out(actions)
        self.assertEqual(wanting.mapped("channel"), ["email"])

    # ---- presets, rights, mistakes ----------------------------------------------------------------------------------

    def test_no_preset_is_in_force_until_it_is_used_and_using_it_twice_changes_nothing(self):
        rules = self.env["collection.contact.rule"]
        self.assertFalse(rules.search([]))
        for preset, number in (("us", 4), ("sa", 4), ("eg", 1), ("general", 2)):
            rules.with_context(preset=preset).action_use_preset()
            mine = rules.search([("preset", "=", preset)])
            self.assertEqual((len(mine), mine.company_id), (number, self.company))
        cap = rules.search([("preset", "=", "us"), ("kind", "=", "cap")])
        self.assertEqual((cap.number, cap.days, cap.channel_ids.code, cap.country_ids), (7, 7, "call", self.us))
        cap.number = 5
        rules.with_context(preset="us").action_use_preset()
        self.assertEqual(rules.search_count([("preset", "=", "us")]), 4)
        self.assertEqual(cap.number, 5)

    def test_the_preset_of_regulation_f_works_as_a_whole(self):
        self.env["collection.contact.rule"].with_context(preset="us").action_use_preset()
        case = self._open_case()
        self.assertEqual(self._allowed(case, NIGHT)[0], utc(2025, 3, 10, 12))
        self.assertEqual(self._allowed(case, NIGHT, "letter")[1], None, "a letter is read when one likes")
        self._call(case, NOON, "reached")
        self.assertEqual(self._allowed(case, "2025-03-11 16:00:00")[0], utc(2025, 3, 17, 16))
        self.debtor.is_company = True
        self.assertEqual(self._allowed(case, "2025-03-11 16:00:00")[1], None, "a company is no consumer")

    def test_collectors_see_the_rules_and_managers_change_them(self):
        rule = self._quiet_hours()
        collector = self._user("collector", "debt_collection.group_collection_collector")
        self.assertEqual(rule.with_user(collector).name, "Our hours")
        with self.assertRaises(AccessError):
            rule.with_user(collector).name = "Mine"
        with self.assertRaises(AccessError):
            rule.with_user(collector).with_context(preset="us").action_use_preset()

    def test_a_rule_that_says_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "needs a day of the week"):
            self._rule("hours", **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), False),
                       saturday=False, sunday=False)  # fmt: skip
        with self.assertRaisesRegex(ValidationError, "What does a message have to say"):
            self._rule("phrases")
        for values in (
            {"kind": "cap", "number": 0},
            {"kind": "gap", "gap": 0},
            {"kind": "conversation", "days": 0},
            {"kind": "hours", "hour_from": 21, "hour_to": 8},
            {"kind": "ban", "date_from": "2025-03-11", "date_to": "2025-03-10"},
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
                self._rule(values.pop("kind"), **values)

    # ---- size -------------------------------------------------------------------------------------------------------

    def test_many_actions_take_as_many_queries_as_one(self):
        self._quiet_hours()
        self._rule("cap", number=7, days=7)
        self._rule("working_time")
        state = {"country_id": self.us.id, "state_id": self.debtor.state_id.id}
        partners = [self._partner(f"Debtor {n}", **state) for n in range(8)]
        for partner in [self.debtor, *partners]:
            self._invoice(100, day(-10), partner)
        actions = self.env["collection.action"].browse(self._approved(NOON).ids)
        self.assertEqual(len(actions), 9)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with freeze_time(NOON):
                self._on(some, DAY).sudo()._look_again()
            return self.cr.sql_log_count - before

        queries(actions)  # what is read once is read by both
        self.assertEqual(queries(actions), queries(actions[:1]))
