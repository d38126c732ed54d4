"""Which step is next, and when: the ladder over the days."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestStrategy(CollectionCommon):
    def _story(self, *days):
        """Follow up on some days; return [(day, level)] of what left."""
        sent = []
        for number in days:
            sent += [(number, action.level_id.name) for action in self._follow_up(day(number))]
        return sent

    # ---- one item -------------------------------------------------------------------------------------------------

    def test_an_item_climbs_the_ladder_by_its_own_days(self):
        invoice = self._invoice(100, day(0))
        self.assertEqual(
            self._story(*range(-4, 41)),
            [(-3, "Note"), (3, "Friendly"), (10, "Reminder"), (20, "Firm"), (35, "Final")],
        )
        self.assertEqual(self._item(invoice).level_date, day(35))

    def test_a_very_old_item_starts_at_the_lowest_level_and_climbs_one_at_a_time(self):
        self._invoice(100, day(-400))
        # gaps: friendly to reminder 10 - 3 = 7 days, to firm 20 - 10 = 10, to final 35 - 20 = 15
        self.assertEqual(
            self._story(0, 1, 6, 7, 16, 17, 31, 32, 40), [(0, "Friendly"), (7, "Reminder"), (17, "Firm"), (32, "Final")]
        )
        self.assertIn("Every step of the strategy has been taken", self._case().reason)

    def test_the_minimum_gap_is_kept_where_it_is_longer_than_the_ladders(self):
        self.strategy.min_gap_days = 12
        self._invoice(100, day(0))
        # 3 + 12, then 15 + 12, then the ladder's own 15 days are longer
        self.assertEqual(
            self._story(2, 3, 14, 15, 26, 27, 41, 42, 60),
            [(3, "Friendly"), (15, "Reminder"), (27, "Firm"), (42, "Final")],
        )

    def test_what_was_sent_late_pushes_the_next_step_back(self):
        self._invoice(100, day(0))
        self._follow_up(day(9))
        # friendly left on day 9: the reminder waits for 9 + 7
        self.assertEqual(self._story(10, 15, 16), [(16, "Reminder")])

    def test_an_item_of_which_nobody_said_a_word_before_it_fell_due_gets_no_note(self):
        self._invoice(100, day(0))
        self.assertEqual(self._story(1, 2, 3), [(3, "Friendly")])

    def test_of_two_notes_before_the_due_date_the_later_one_is_sent_when_both_are_due(self):
        self._level("Early note", -10)
        self._invoice(100, day(0))
        self.assertEqual(self._story(-2, -1, 0), [(-2, "Note")])
        # from the note at -3 to the friendly reminder at 3 are 6 days, counted from the day the note left
        self.assertEqual(self._story(3, 4), [(4, "Friendly")])

    # ---- several items --------------------------------------------------------------------------------------------

    def test_a_new_invoice_never_gets_the_old_ones_level(self):
        old = self._invoice(100, day(-20))
        for number in (-17, -10, 0):
            self._follow_up(day(number))
        self.assertEqual(self._item(old).level_id, self.firm)
        new = self._invoice(50, day(12))
        self._story(14, 15)
        # on day 15 the old one gets its final notice, which names the new one; the new one's step is the friendly one
        self.assertEqual(self._item(old).level_id, self.final)
        self.assertEqual(self._item(new).level_id, self.friendly)
        [notice] = self.env["collection.action"].search([("level_id", "=", self.final.id)])
        self.assertEqual(
            {line.item_id.move_id: line.level_id for line in notice.line_ids},
            {old: self.final, new: self.friendly},
        )

    def test_a_debtor_gets_one_notice_for_all_items_in_the_highest_tone(self):
        old, new = self._invoice(100, day(-30)), self._invoice(50, day(-4))
        self._follow_up(day(-26))
        run = self._run(day(0))
        self.assertSteps(run.action_ids, (self.debtor, self.reminder, "email"))
        self.assertEqual(run.action_ids.amount, 150)
        self.assertEqual(run.action_ids.line_ids.item_id.move_id, old | new)

    def test_the_tone_comes_down_when_the_old_item_is_paid(self):
        old = self._invoice(100, day(-30))
        for number in (-27, -20, -10):
            self._follow_up(day(number))
        self._assess(day(-9))
        self.assertEqual(self._case().level_id, self.firm)
        self._invoice(50, day(-3))
        self._assess(day(0))
        self._pay(old, day(0))
        self._assess(day(0))
        self.assertFalse(self._case().level_id)
        self.assertSteps(self._follow_up(day(0)), (self.debtor, self.friendly, "email"))
        self._assess(day(1))
        self.assertEqual(self._case().level_id, self.friendly)

    def test_an_unpaid_old_item_keeps_the_tone_up_for_a_new_ones_first_step(self):
        old = self._invoice(100, day(-30))
        for number in (-27, -20, -10):
            self._follow_up(day(number))
        new = self._invoice(50, day(-3))
        [notice] = self._follow_up(day(0))
        self.assertEqual(notice.level_id, self.firm)
        self.assertEqual(
            {line.item_id.move_id: line.level_id for line in notice.line_ids},
            {old: self.env["collection.level"], new: self.friendly},
            "the old one is named and receives nothing, the new one receives its own step",
        )
        self.assertEqual(self._item(new).level_id, self.friendly)
        self.assertEqual(self._item(old).level_date, day(-10))

    def test_two_contacts_of_a_debtor_are_kept_apart_whatever_the_items(self):
        self._invoice(100, day(0))
        self._follow_up(day(3))
        self._invoice(50, day(2))  # its friendly reminder would be due on day 5
        # 3 + 5 days of gap; the second notice takes both along: the older item's reminder is due on day 10
        self.assertEqual(self._story(5, 7, 8, 9), [(8, "Friendly")])
        self.assertEqual(self._story(10, 12, 13), [(13, "Reminder")])

    def test_a_note_before_the_due_date_is_not_sent_beside_a_reminder(self):
        self._invoice(100, day(-3))
        soon = self._invoice(50, day(2))
        [notice] = self._follow_up(day(0))
        self.assertEqual(notice.level_id, self.friendly)
        self.assertNotIn(soon, notice.line_ids.item_id.move_id)

    # ---- settings -------------------------------------------------------------------------------------------------

    def test_a_step_is_not_taken_for_less_than_its_minimum_amount(self):
        self.reminder.min_amount = 80
        invoice = self._invoice(50, day(0))
        self.assertEqual(self._story(3, 10, 12), [(3, "Friendly")])
        self._assess(day(12))
        self.assertRegex(self._case().reason, "minimum")
        more = self._invoice(30, day(0))
        self._follow_up(day(12))
        self.assertEqual(self._item(invoice).level_id, self.reminder)
        self.assertEqual(self._item(more).level_id, self.friendly)

    def test_each_debtor_follows_its_own_strategy(self):
        gentle = self.env["collection.strategy"].create({"name": "Gentle", "min_gap_days": 5})
        ask = self._level("Ask", 15, strategy=gentle)
        friend = self._partner("Azure")
        self.env["collection.debtor"]._get(self.company, friend).strategy_id = gentle
        self._invoice(100, day(-15))
        self._invoice(100, day(-15), friend)
        self.assertSteps(self._run(day(0)).action_ids, (self.debtor, self.friendly, "email"), (friend, ask, "email"))

    def test_a_strategy_changed_mid_way_goes_on_above_what_was_said(self):
        invoice = self._invoice(100, day(0))
        self._story(3, 10)
        self.assertEqual(self._item(invoice).level_id, self.reminder)
        strict = self.env["collection.strategy"].create({"name": "Strict", "min_gap_days": 5})
        self._level("Ask", 5, strategy=strict)
        self._level("Demand", 12, strategy=strict)
        self._case().debtor_id.strategy_id = strict
        # the reminder stood at 10 days: the next above it is at 12, after the gap of 5
        self.assertEqual(self._story(12, 14, 15, 30), [(15, "Demand")])

    def test_an_archived_level_is_stepped_over(self):
        self._invoice(100, day(0))
        self._story(3)
        self.reminder.active = False
        self.assertEqual(self._story(10, 19, 20), [(20, "Firm")])

    def test_a_level_that_was_sent_is_archived_and_not_deleted(self):
        self._invoice(100, day(-40))
        self._follow_up(day(0))
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.friendly.unlink()
        self.company.collection_strategy_id = False
        self._assess(day(1))
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.strategy.unlink()
        self.final.unlink()

    def test_without_a_strategy_nothing_is_proposed_and_the_case_says_so(self):
        self.company.collection_strategy_id = False
        self._invoice(100, day(-10))
        run = self._run(day(0))
        self.assertFalse(run.action_ids)
        self.assertIn("No strategy", self._case().reason)

    def test_the_case_says_in_words_what_comes_next(self):
        self.env["res.lang"]._activate_lang("en_US").date_format = "%d/%m/%Y"
        self.company.partner_id.lang = "en_US"
        invoice = self._invoice(100, day(0))
        self._assess(day(1))
        self.assertEqual(
            self._case().reason, f"{invoice.name} was due on 10/03/2025: “Friendly” follows on 13/03/2025."
        )
