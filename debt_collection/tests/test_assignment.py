"""Who had a debtor when: collector, strategy and level of past days."""

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestAssignment(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paula = cls._user("paula", "debt_collection.group_collection_collector")
        cls.peter = cls._user("peter", "debt_collection.group_collection_collector")

    def _follow(self, on):
        self.env["collection.assignment"].sudo()._follow(self.company, on)

    def _periods(self, partner=None):
        """Return [(from, to, collector)] of a customer, the earliest first."""
        rows = self.env["collection.assignment"].search(
            [("debtor_id.partner_id", "=", (partner or self.debtor).id)], order="date_from"
        )
        return [(row.date_from, row.date_to, row.user_id) for row in rows]

    def _hand_over(self, user, on, partner=None):
        self._on(self._case(partner), on).user_id = user

    def _had(self, on):
        assigned = self.env["collection.assignment"]._assigned(self.company, SQL("partner.id"), on)
        [(user_id,)] = self.env.execute_query(
            SQL("SELECT assigned.user_id FROM res_partner partner %s WHERE partner.id = %s", assigned, self.debtor.id)
        )
        return self.env["res.users"].browse(user_id)

    def test_a_case_handed_over_is_the_new_collectors_from_that_day_on(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        self._hand_over(self.paula, day(0))
        self._hand_over(self.peter, day(3))
        self.assertEqual(self._periods(), [(day(0), day(2), self.paula), (day(3), False, self.peter)])
        self.assertEqual((self._had(day(2)), self._had(day(3))), (self.paula, self.peter))
        self.assertFalse(self._had(day(-1)))

    def test_of_two_changes_in_a_day_the_last_counts(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        self._hand_over(self.paula, day(0))
        self._hand_over(self.peter, day(0))
        self.assertEqual(self._periods(), [(day(0), False, self.peter)])

    def test_a_day_that_was_ahead_elsewhere_takes_what_changes_before_it(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        self._hand_over(self.paula, day(1))  # it is tomorrow there already
        self._hand_over(self.peter, day(0))
        self.assertEqual(self._periods(), [(day(1), False, self.peter)])

    def test_what_has_not_changed_is_not_noted_again(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        self._follow(day(0))
        self._follow(day(1))
        self.assertEqual(len(self._periods()), 1)

    def test_a_level_that_rises_is_dated(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        self._follow(day(0))
        self._follow_up(day(0))
        self._assess(day(1))
        self._follow(day(1))
        levels = self.env["collection.assignment"].search([], order="date_from").mapped("level_id")
        self.assertEqual(self._periods()[-1][0], day(1))
        self.assertEqual(levels, self.friendly)

    def test_a_closed_case_keeps_its_collector(self):
        invoice = self._invoice(100, day(-5))
        self._assess(day(0))
        self._hand_over(self.paula, day(0))
        self._pay(invoice, day(2))
        self._assess(day(3))
        self._follow(day(3))
        self.assertFalse(self._case())
        self.assertEqual(self._had(day(4)), self.paula)

    def test_debtors_that_are_merged_have_the_collector_of_the_one_that_stays(self):
        twin = self._partner("Deco Adict")
        self._invoice(100, day(-5))
        self._invoice(50, day(-5), twin)
        self._assess(day(0))
        self._hand_over(self.paula, day(0))
        self._hand_over(self.peter, day(0), twin)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.debtor | twin).ids, self.debtor)
        self.env.invalidate_all()
        self.assertEqual(self._periods(), [(day(0), False, self.paula)])

    def test_a_debtor_that_takes_over_a_case_takes_its_collector(self):
        twin = self._partner("Deco Adict")
        earlier = self._invoice(100, day(-5))
        self._assess(day(-1))
        self._pay(earlier, day(-1))
        invoice = self._invoice(50, day(-5), twin)
        self._assess(day(0))
        self._hand_over(self.peter, day(0), twin)
        self._on(self.env["collection.debtor"].sudo(), day(2))._fold(twin, self.debtor)
        self.assertEqual(self._case().item_ids.move_id, invoice)
        self.assertEqual(self._periods()[-1][2], self.peter)
