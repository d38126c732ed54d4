"""Contacts merged, or moved under another: one debtor, one open case, and the log stays where it was written."""

from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestMerge(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._partner("Deco Adict", email=cls.debtor.email)  # the same customer, misspelt

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.debtor | self.twin).ids, self.debtor)
        self.env.invalidate_all()

    def test_two_debtors_become_one_with_one_open_case(self):
        mine, its = self._invoice(100, day(-10)), self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        kept, folded = self._case(), self._case(self.twin)
        self._merge()
        self._assess(day(0))
        self.assertEqual(self._case(), kept)
        self.assertRecordValues(folded, [{"state": "closed", "close_reason": "merged", "partner_id": self.debtor.id}])
        self.assertEqual(kept.open_item_ids.move_id, mine | its)
        self.assertEqual(kept.amount_claim, 150)
        self.assertEqual(self._item(its).level_id, self.friendly)
        self.assertEqual(
            self.env["collection.debtor"].search_count(
                [("company_id", "=", self.company.id), ("partner_id", "=", self.debtor.id)]
            ),
            1,
        )

    def test_the_log_stays_where_it_was_written(self):
        self._invoice(100, day(-10))
        self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        folded = self._case(self.twin)
        entry = folded.contact_ids
        self._merge()
        self.assertTrue(entry.exists())
        self.assertEqual(entry.case_id, folded)
        self.assertEqual(entry.partner_name, "Deco Adict")
        self.assertIn("Merged into Deco Addict", "".join(folded.contact_ids.mapped("summary")))
        self.assertFalse(folded.contact_ids._verify_chain())

    def test_what_was_proposed_to_the_one_that_goes_is_taken_back(self):
        self._invoice(100, day(-10))
        self._invoice(50, day(-12), self.twin)
        run = self._run(day(0))
        run.action_approve()
        self._merge()
        self.assertEqual(run.action_ids.partner_id, self.debtor, "all of them are found with the one that stays")
        self._dispatch(day(0))
        self.assertEqual(sorted(run.action_ids.mapped("state")), ["cancelled", "queued"])
        self.assertEqual(run.action_ids.filtered(lambda a: a.state == "queued").amount, 150)

    def test_a_debtor_merged_into_a_customer_who_owes_nothing_goes_on_there(self):
        its = self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        case = self._case(self.twin)
        self._merge()
        self._assess(day(0))
        self.assertEqual(self._case(), case)
        self.assertEqual(case.debtor_id.partner_id, self.debtor)
        self.assertEqual(self._item(its).level_id, self.friendly)
        self.assertEqual(len(case.contact_ids), 1)

    def test_the_days_between_two_contacts_hold_over_the_merge(self):
        self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        self._invoice(100, day(-10))
        self._assess(day(-2))
        self._merge()
        self.assertFalse(self._run(day(2)).action_ids)
        self.assertTrue(self._run(day(3)).action_ids, "five days after the notice to the twin")

    def test_who_is_left_alone_stays_so_under_the_other_name(self):
        self._invoice(100, day(-10))
        self._invoice(50, day(-12), self.twin)
        self._assess(day(0))
        its = self._case(self.twin).debtor_id
        its.write({"do_not_follow_up": True, "do_not_follow_up_reason": "Their director is our director's brother"})
        self._merge()
        self.assertRecordValues(
            self._case().debtor_id,
            [{"do_not_follow_up": True, "do_not_follow_up_reason": "Their director is our director's brother"}],
        )
        self.assertFalse(self._run(day(0)).action_ids)

    def test_a_customer_moved_under_another_owes_there(self):
        its = self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        old = self._case(self.twin)
        self.twin.write({"parent_id": self.debtor.id, "is_company": False})
        self._assess(day(0))
        new = self._case()
        self.assertRecordValues(old, [{"state": "closed", "close_reason": "moved"}])
        self.assertEqual(new.open_item_ids.move_id, its)
        self.assertEqual(self._item(its).level_id, self.friendly)
        self.assertFalse(self._case(self.twin))
        self.assertEqual(len(old.contact_ids), 1)

    def test_the_days_between_two_contacts_hold_over_the_move(self):
        self._invoice(50, day(-12), self.twin)
        self._follow_up(day(-2))
        self._invoice(100, day(-10))
        self._assess(day(-2))
        self.twin.write({"parent_id": self.debtor.id, "is_company": False})
        self.assertFalse(self._run(day(2)).action_ids)
        self.assertTrue(self._run(day(3)).action_ids)
