"""The points of the worklist: what a case gets them for, that they add up, and that SQL counts as plain Python does."""

import random
from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools import worklist
from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestWorklistPoints(CollectionCommon):
    def _points(self, partner=None):
        case = self._case(partner)
        return case.worklist_points, self._on(case, self.today).worklist_parts

    def _assessed(self, on, partners=None):
        self.today = on
        self._assess(on, partners=partners)

    def _rule(self, kind, threshold, points, strategy=None):
        return self.env["collection.worklist.rule"].create(
            {"kind": kind, "threshold": threshold, "points": points, "strategy_id": strategy and strategy.id}
        )

    # ---- a story --------------------------------------------------------------------------------------------------

    def test_the_points_of_a_case_follow_its_story_and_say_what_they_are_for(self):
        self._invoice(12000, day(-10))
        self._assessed(day(0))
        # 12,000 to collect, 10 days late, opened today
        self.assertEqual(self._points(), (25, "25 from $\xa010,000.00"))
        # 31 days late, nobody in contact for 21 days
        self._assessed(day(21))
        self.assertEqual(
            self._points(), (50, "25 from $\xa010,000.00 · 15 no contact for 14 days · 10 from 31 days late")
        )
        self._on(self._case(), day(21))._log_contact(
            channel="call", direction="out", outcome="reached", summary="Pays soon", date=day(21)
        )
        self.assertEqual(self._points(), (35, "25 from $\xa010,000.00 · 10 from 31 days late"))
        self.env["collection.promise"]._make(
            self._on(self._case(), day(21)), self._case().open_item_ids, 12000, day(24)
        )
        # promised for day 24: that day it is asked whether the payment left
        self._assessed(day(24))
        self.assertEqual(self._points(), (65, "30 promise due today · 25 from $\xa010,000.00 · 10 from 31 days late"))
        # broken: 40, and not due any more
        self._assessed(day(30))
        self.assertEqual(self._case().promise_broken, True)
        self.assertEqual(self._points(), (75, "40 promise broken · 25 from $\xa010,000.00 · 10 from 31 days late"))

    def test_important_customers_come_before_others_and_vips_before_both(self):
        self._invoice(100, day(-10))
        self._assessed(day(0))
        self.assertEqual(self._points(), (0, ""))
        self._on(self._case(), self.today).action_set_importance("important")
        self.assertEqual(self._points(), (10, "10 important"))
        self._on(self._case(), self.today).action_set_importance("vip")
        self.assertEqual(self._points(), (20, "20 VIP"))
        self._on(self._case(), self.today).action_set_importance("normal")
        self.assertEqual(self._points(), (0, ""))

    def test_a_new_debtor_is_a_normal_customer(self):
        self._invoice(100, day(-10))
        self._assessed(day(0))
        self._case().debtor_id.invalidate_recordset()
        self.assertEqual(self._case().importance, "normal")

    def test_who_has_broken_two_promises_gets_points_for_it(self):
        self._invoice(100, day(-10))
        self._assessed(day(0))
        self._case().debtor_id.sudo().broken_promise_count = 2
        self._assessed(day(0), self.debtor)
        self.assertEqual(self._points(), (10, "10 from 2 broken promises"))

    def test_points_change_with_the_days_although_nothing_else_did(self):
        self._invoice(100, day(-1))
        self._assessed(day(0))
        self.assertEqual(self._points()[0], 0)
        # neither a bucket nor a step falls on this day: only the points know it
        self._rule("age", 18, 7)
        self._assessed(day(17))
        self.assertEqual(self._points(), (22, "15 no contact for 14 days · 7 from 18 days late"))

    # ---- what a manager sets --------------------------------------------------------------------------------------

    def test_a_strategy_with_points_of_its_own_leaves_the_others_aside(self):
        own = self.strategy.copy({"name": "Own"})
        self._rule("age", 5, 3, own)
        other = self._partner("Other Debtor")
        for partner in (self.debtor, other):
            self._invoice(20000, day(-40), partner)
        self._assessed(day(0))
        self.env["collection.debtor"]._get(self.company, other).strategy_id = own
        self._assessed(day(0))
        self.assertEqual(self._points(), (35, "25 from $\xa010,000.00 · 10 from 31 days late"))
        self.assertEqual(self._points(other), (3, "3 from 5 days late"))

    def test_a_strategy_begins_with_a_copy_of_the_points_that_hold_for_all(self):
        self.strategy.action_own_points()
        of_all = self.env["collection.worklist.rule"].search([("strategy_id", "=", False)])
        self.assertEqual(
            sorted(self.strategy.worklist_rule_ids.mapped(lambda rule: (rule.kind, rule.threshold, rule.points))),
            sorted(of_all.mapped(lambda rule: (rule.kind, rule.threshold, rule.points))),
        )
        self.strategy.action_own_points()
        self.assertEqual(len(self.strategy.worklist_rule_ids), len(of_all), "twice changes nothing")

    def test_what_a_manager_changes_counts_at_once(self):
        self._invoice(2000, day(-10))
        self._assessed(day(0))
        rule = self._on(self.env.ref("debt_collection.worklist_rule_amount_1000").with_user(self.env.user), day(0))
        rule.points = 11
        self.assertEqual(self._points()[0], 11)
        rule.unlink()
        self.assertEqual(self._points()[0], 0)

    def test_points_that_make_no_sense_are_refused(self):
        for kind, threshold in (("amount", -1), ("promise_broken", 2), ("importance", 3), ("importance", 0)):
            with self.assertRaises(ValidationError, msg=kind), self.cr.savepoint():
                self._rule(kind, threshold, 5)
        with self.assertRaisesRegex(Exception, "worklist_rule_threshold_uniq"), self.cr.savepoint():
            self._rule("amount", 1000, 5)

    def test_only_managers_set_points_and_collectors_may_read_them(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        rules = self.env["collection.worklist.rule"].with_user(carla)
        self.assertTrue(rules.search([]))
        with self.assertRaises(AccessError):
            rules.search([], limit=1).points = 1000
        with self.assertRaises(AccessError):
            self.strategy.with_user(carla).action_own_points()

    def test_a_collector_sets_the_importance_of_own_debtors_alone(self):
        carla, dan = (self._user(name, "debt_collection.group_collection_collector") for name in ("carla", "dan"))
        self._invoice(100, day(-10))
        self._assessed(day(0))
        self._case().user_id = carla
        self._on(self._case().with_user(carla), day(0)).action_set_importance("vip")
        self.assertEqual(self._case().importance, "vip")
        with self.assertRaises(AccessError):
            self._case().with_user(dan).action_set_importance("normal")

    # ---- the last contact -----------------------------------------------------------------------------------------

    def test_only_a_contact_that_came_about_is_the_last_contact(self):
        self._invoice(100, day(-10))
        self._assessed(day(0))
        case = self._case()
        for channel, direction, outcome in (
            ("call", "out", "no_answer"),
            ("email", "out", "failed"),
            ("email", "in", "auto_reply"),
            ("note", "internal", "note"),
        ):
            case._log_contact(channel=channel, direction=direction, outcome=outcome, summary="-", date=day(1))
            self.assertFalse(case.last_contact_date, outcome)
        case._log_contact(channel="email", direction="in", outcome="received", summary="-", date=day(3))
        self.assertEqual(case.last_contact_date, day(3))
        case._log_contact(channel="call", direction="out", outcome="reached", summary="-", date=day(2))
        self.assertEqual(case.last_contact_date, day(3), "logged later, it was before")

    def test_a_notice_that_left_is_a_contact_and_ends_the_silence(self):
        self._invoice(100, day(-10))
        self._follow_up(day(0))
        self.assertEqual(self._case().last_contact_date, self.env["collection.contact"].search([])[0].date.date())

    def test_the_days_of_last_contacts_are_taken_from_the_log_when_the_column_comes(self):
        self._invoice(100, day(-10))
        self._assessed(day(0))
        case = self._case()
        case._log_contact(channel="call", direction="out", outcome="reached", summary="-", date=day(2))
        case._log_contact(channel="call", direction="out", outcome="no_answer", summary="-", date=day(5))
        self.env.flush_all()
        self.cr.execute("UPDATE collection_case SET last_contact_date = NULL")
        self.env["collection.case"]._take_last_contacts()
        case.invalidate_recordset()
        self.assertEqual(case.last_contact_date, day(2))

    # ---- proof ----------------------------------------------------------------------------------------------------

    def test_rules_add_up_and_the_highest_threshold_of_a_kind_counts(self):
        """Against counting by hand: for each kind, every step is looked at, and the highest met is taken."""
        chance = random.Random(7)
        for _round in range(300):
            scale = {
                kind: sorted(
                    (number, chance.randint(-5, 50)) for number in chance.sample(range(100), chance.randint(1, 4))
                )
                for kind in chance.sample("abcdef", chance.randint(0, 6))
            }
            values = {kind: chance.choice([None, chance.randint(0, 110)]) for kind in "abcdef"}
            expected = 0
            for kind, steps in scale.items():
                counted = None
                for threshold, points in steps:
                    if values[kind] is not None and values[kind] >= threshold:
                        counted = points
                expected += counted or 0
            parts = worklist.parts(scale, values)
            self.assertEqual(sum(points for _kind, _threshold, points in parts), expected)
            self.assertEqual(len({kind for kind, _threshold, _points in parts}), len(parts))

    def test_the_database_counts_as_plain_python_does(self):
        """Random cases, and the points of each from its fields, by ifs."""
        chance = random.Random(11)
        partners = [self._partner(f"Debtor {number}") for number in range(12)]
        for partner in partners:
            self._invoice(
                chance.choice([50, 999.99, 1000, 9999.99, 10000, 30000]), day(-chance.randint(1, 100)), partner
            )
        self._assessed(day(0))
        cases = self.env["collection.case"].search([("partner_id", "in", [partner.id for partner in partners])])
        for case in cases:
            case.debtor_id.sudo().write(
                {
                    "broken_promise_count": chance.randint(0, 3),
                    "importance": chance.choice(["normal", "important", "vip"]),
                }
            )
            case.sudo().write(
                {
                    "last_contact_date": chance.choice([False, day(-chance.randint(0, 20))]),
                    "promise_broken": chance.choice([True, False]),
                    "date_open": day(-chance.randint(0, 20)),
                }
            )
        for case in cases[:4]:
            self.env["collection.promise"]._make(
                self._on(case, day(0)), case.open_item_ids, 10, day(chance.choice([0, 1]))
            )
        self.env["collection.case"]._score(day(0), self.company)
        seen = set()
        for case in self._on(cases, day(0)):
            due = [promise for promise in case.promise_ids if promise.state == "open" and promise.date == day(0)]
            expected = self._by_ifs(case, due)
            self.assertEqual(case.worklist_points, expected, case.worklist_parts)
            told = sum(int(part.split(" ")[0]) for part in case.worklist_parts.split(" · ") if part)
            self.assertEqual(told, expected, case.worklist_parts)
            seen.add(expected)
        self.assertGreater(len(seen), 5, "the cases are too much alike to prove anything")

    def _by_ifs(self, case, due):
        late = (day(0) - case.oldest_due_date).days
        silent = (day(0) - (case.last_contact_date or case.date_open)).days
        points = 0
        if case.amount_claim >= 10000:
            points += 25
        elif case.amount_claim >= 1000:
            points += 10
        if case.promise_broken:
            points += 40
        if due:
            points += 30
        if late > 90:
            points += 30
        elif late > 60:
            points += 20
        elif late > 30:
            points += 10
        if case.debtor_id.broken_promise_count >= 2:
            points += 10
        if silent >= timedelta(days=14).days:
            points += 15
        points += {"vip": 20, "important": 10, "normal": 0}[case.importance]
        return points
