"""Who gets a new case: the debtor's own collector, else the first rule that matches, else the company's default."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CollectionCommon, day

COLLECTOR = "debt_collection.group_collection_collector"


class AssignCommon(CollectionCommon):
    """Three collectors, by name: Anna, Bert and Cleo; and verbs to hand out cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna, cls.bert, cls.cleo = (
            cls._user(name.lower(), COLLECTOR, name=name) for name in ("Anna", "Bert", "Cleo")
        )

    @classmethod
    def _rule(cls, name, users, **values):
        return cls.env["collection.assign.rule"].create(
            {"name": name, "company_id": cls.company.id, "user_ids": [Command.set(users.ids)], **values}
        )

    @classmethod
    def _owing(cls, name, amount, **values):
        """Return a new customer with an invoice ten days late."""
        partner = cls._partner(name, **values)
        cls._invoice(amount, day(-10), partner)
        return partner

    @classmethod
    def _collectors(cls, *partners):
        """Return the names of who has the cases of these customers."""
        return [cls._case(partner).user_id.name for partner in partners]


@tagged("post_install", "-at_install")
class TestAssign(AssignCommon):
    # ---- which rule -----------------------------------------------------------------------------------------------

    def test_the_first_rule_that_matches_takes_a_new_case(self):
        self._rule("Large", self.anna, amount_from=500, sequence=1)
        self._rule("Belgium", self.bert, country_ids=[Command.set(self.env.ref("base.be").ids)], sequence=2)
        self._rule("Others", self.cleo, sequence=3)
        belgium = {"country_id": self.env.ref("base.be").id}
        large, small = self._owing("Large in Belgium", 500, **belgium), self._owing("Small in Belgium", 499, **belgium)
        other = self._owing("Nowhere", 100, country_id=False)
        self._assess(day(0))
        self.assertEqual(self._collectors(large, small, other), ["Anna", "Bert", "Cleo"])

    def test_an_upper_amount_counts_itself(self):
        self._rule("Up to a hundred", self.anna, amount_to=100)
        at, above = self._owing("At", 100), self._owing("Above", 100.01)
        self._assess(day(0))
        self.assertEqual(self._collectors(at, above), ["Anna", False])

    def test_what_counts_is_what_there_is_to_collect(self):
        self._rule("Large", self.anna, amount_from=100)
        covered = self._owing("Paid in part", 150)
        self._payment(60, day(-1), covered)
        self._assess(day(0))
        self.assertEqual(self._collectors(covered), [False])

    def test_a_tag_counts_with_those_below_it(self):
        tags = self.env["res.partner.category"]
        vip = tags.create({"name": "VIP"})
        gold = tags.create({"name": "Gold", "parent_id": vip.id})
        self._rule("VIP", self.anna, category_ids=[Command.set(vip.ids)])
        golden = self._owing("Golden", 100, category_id=[Command.set(gold.ids)])
        common = self._owing("Common", 100)
        self._assess(day(0))
        self.assertEqual(self._collectors(golden, common), ["Anna", False])

    def test_a_rule_may_ask_for_a_strategy_or_a_language(self):
        other = self.env["collection.strategy"].create({"name": "Slow"})
        self._level("Slowly", 5, strategy=other)
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env["res.lang"]._lang_get("fr_FR")
        self._rule("Slow", self.anna, strategy_ids=[Command.set(other.ids)])
        self._rule("French", self.bert, lang_ids=[Command.set(french.ids)])
        slow, fr, none = self._owing("Slow", 10), self._owing("Fr", 10, lang="fr_FR"), self._owing("None", 10)
        self.env["collection.debtor"]._get(self.company, slow).strategy_id = other
        self._assess(day(0))
        self.assertEqual(self._collectors(slow, fr, none), ["Anna", "Bert", False])

    def test_the_debtors_own_collector_wins_and_the_companys_default_comes_last(self):
        self.company.collection_user_id = self.cleo
        self._rule("Large", self.anna, amount_from=500)
        own, large, small = self._owing("Own", 900), self._owing("Large", 900), self._owing("Small", 10)
        self.env["collection.debtor"]._get(self.company, own).user_id = self.bert
        self._assess(day(0))
        self.assertEqual(self._collectors(own, large, small), ["Bert", "Anna", "Cleo"])

    def test_a_case_that_is_open_stays_with_its_collector(self):
        first = self._owing("First", 100)
        self._rule("All", self.anna)
        self._assess(day(0))
        self._rule("Now before it", self.bert, sequence=1)
        self._invoice(1000, day(-5), first)
        self._assess(day(1))
        self.assertEqual(self._collectors(first), ["Anna"])

    def test_rules_of_another_company_do_not_count(self):
        other = self.setup_other_company()["company"]
        self._rule("Theirs", self.anna, company_id=other.id)
        ours = self._owing("Ours", 100)
        self._assess(day(0))
        self.assertEqual(self._collectors(ours), [False])

    # ---- who of several -------------------------------------------------------------------------------------------

    def test_collectors_take_turns_by_name_and_the_turn_is_remembered(self):
        rule = self._rule("All", self.cleo | self.anna | self.bert)
        first = [self._owing(f"First {n}", 100 - n) for n in range(4)]
        self._assess(day(0))
        self.assertEqual(self._collectors(*first), ["Anna", "Bert", "Cleo", "Anna"])
        later = [self._owing(f"Later {n}", 100 - n) for n in range(3)]
        self._assess(day(1))
        self.assertEqual(self._collectors(*later), ["Bert", "Cleo", "Anna"])
        self.assertEqual(rule.case_count, 7)

    def test_a_collector_who_was_last_and_left_the_rule_does_not_stop_it(self):
        rule = self._rule("All", self.anna | self.bert)
        self._assess_with("First")
        rule.user_ids = self.bert | self.cleo
        self.assertEqual(self._assess_with("Second"), ["Bert"])

    def _assess_with(self, name):
        partner = self._owing(name, 100)
        self._assess(day(0))
        return self._collectors(partner)

    def test_the_next_case_goes_to_who_has_the_fewest(self):
        for n in range(3):
            self._owing(f"Of Anna {n}", 10)
        self._owing("Of Bert", 10)
        self._assess(day(0))
        cases = self.env["collection.case"].search([("partner_id.name", "=like", "Of%")])
        for case in cases:
            case.user_id = self.anna if "Anna" in case.partner_id.name else self.bert
        self._rule("All", self.anna | self.bert | self.cleo, mode="fewest")
        # Anna 3, Bert 1, Cleo 0: Cleo; then Bert and Cleo have one each, by name: Bert, Cleo; then 3 2 2: Bert
        new = [self._owing(f"New {n}", 100 - n) for n in range(4)]
        self._assess(day(0))
        self.assertEqual(self._collectors(*new), ["Cleo", "Bert", "Cleo", "Bert"])

    def test_who_is_away_is_passed_over_and_keeps_the_place(self):
        self._rule("All", self.anna | self.bert | self.cleo)
        self.env["collection.absence"].create({"user_id": self.bert.id, "date_from": day(0), "date_to": day(2)})
        away = [self._owing(f"Away {n}", 100 - n) for n in range(3)]
        self._assess(day(0))
        self.assertEqual(self._collectors(*away), ["Anna", "Cleo", "Anna"])
        back = self._owing("Back", 100)
        self._assess(day(3))
        self.assertEqual(self._collectors(back), ["Bert"])

    def test_a_rule_whose_only_collector_is_away_leaves_the_case_to_the_next_one(self):
        self._rule("Anna's", self.anna, sequence=1)
        self._rule("Bert's", self.bert, sequence=2)
        self.env["collection.absence"].create({"user_id": self.anna.id, "date_from": day(0), "date_to": day(0)})
        self.assertEqual(self._assess_with("One"), ["Bert"])

    # ---- what is wrong with a rule --------------------------------------------------------------------------------

    def test_who_has_left_or_is_no_collector_is_passed_over_and_the_rule_says_so(self):
        clerk = self._user("clerk", "base.group_user", name="Clerk")
        rule = self._rule("All", self.anna | self.bert)
        self.assertFalse(rule.warning)
        rule.user_ids |= clerk
        self.bert.active = False
        self.assertIn("Bert has left", rule.warning)
        self.assertIn("Clerk is no collector", rule.warning)
        self.assertNotIn("Nobody is left", rule.warning)
        partners = [self._owing(f"P{n}", 100 - n) for n in range(2)]
        self._assess(day(0))
        self.assertEqual(self._collectors(*partners), ["Anna", "Anna"])
        self.anna.active = False
        rule.invalidate_recordset()
        self.assertIn("Nobody is left", rule.warning)
        self.assertEqual(self._assess_with("Later"), [False])

    def test_a_collector_without_access_to_the_company_gets_none_of_its_cases(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", COLLECTOR, name="Stranger", companies=other)
        rule = self._rule("All", stranger)
        self.assertIn("Stranger has no access", rule.warning)
        self.assertEqual(self._assess_with("One"), [False])

    def test_amounts_that_match_nothing_are_refused(self):
        with self.assertRaises(ValidationError):
            self._rule("Wrong", self.anna, amount_from=100, amount_to=50)
        with self.assertRaises(ValidationError):
            self._rule("Wrong", self.anna, amount_from=-1)

    # ---- assign the unassigned now --------------------------------------------------------------------------------

    def test_the_unassigned_are_shown_first_and_then_handed_out(self):
        partners = [self._owing(f"P{n}", 100 - n) for n in range(3)]
        small = self._owing("Small", 5)
        taken = self._owing("Taken", 500)
        self._assess(day(0))
        self._case(taken).user_id = self.cleo
        rule = self._rule("All", self.anna | self.bert, amount_from=50)
        wizard = self.env["collection.assign.now"].create({})
        self.assertRecordValues(wizard, [{"given_count": 3, "left_count": 1}])
        self.assertEqual(
            [(line.rule_id, line.user_id, line.case_count, line.amount) for line in wizard.line_ids],
            [(rule, self.anna, 2, 198.0), (rule, self.bert, 1, 99.0)],
        )
        self.assertEqual(self._collectors(*partners), [False] * 3, "a preview changes nothing")
        wizard.action_confirm()
        self.assertEqual(self._collectors(*partners, small, taken), ["Anna", "Bert", "Anna", False, "Cleo"])
        self.assertEqual(rule.case_count, 3)
        with self.assertRaises(UserError):
            self.env["collection.assign.now"].create({}).action_confirm()

    def test_the_screen_says_when_there_is_nothing_to_assign(self):
        with Form(self.env["collection.assign.now"]) as form:
            self.assertEqual(form.given_count, 0)

    def test_a_collector_neither_writes_rules_nor_hands_out_cases(self):
        rule = self._rule("All", self.anna)
        with self.assertRaises(AccessError):
            rule.with_user(self.anna).sequence = 3
        with self.assertRaises(AccessError):
            self.env["collection.assign.now"].with_user(self.anna).create({})
