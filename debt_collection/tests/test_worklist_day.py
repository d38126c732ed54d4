"""My day: who is on the list and in which order, what handles a case for the day, and how far the day is."""

import json

from freezegun import freeze_time
from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day

MANY = 20000


class WorklistCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.dan = cls._user("dan", "debt_collection.group_collection_collector", name="Dan")
        cls.company.collection_user_id = cls.carla
        cls.small, cls.large = cls._partner("Small Debtor"), cls._partner("Large Debtor")
        for partner, amount in ((cls.small, 10), (cls.large, 12000), (cls.debtor, 1500)):
            cls._invoice(amount, day(-10), partner)
        cls._assess(day(0))

    def _cases(self, on, user=None):
        return self._on(self.env["collection.case"].with_user(user or self.carla), on)

    def _mine(self, partner, on=None, user=None):
        return self._cases(on or day(0), user).browse(self._case(partner).id)

    def _day(self, on, user=None):
        """Return the names of who is on a user's list, in its order."""
        cases = self._cases(on, user)
        found = cases.search(cases._day_domain(), order="worklist_points desc, worklist_date, id")
        return found.mapped("partner_id.name")

    def _call(self, partner, outcome, on=None, **values):
        """Log a call, as the button does."""
        case = self._mine(partner, on)
        wizard = case.env["collection.log.call"].create({"case_id": case.id, "outcome": outcome, **values})
        wizard.action_confirm()


@tagged("post_install", "-at_install")
class TestWorklistDay(WorklistCommon):
    def _night(self):
        """Propose, approve and let leave what is due, as the scheduled actions do."""
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        self._leave(run.action_ids.with_user(SUPERUSER_ID), day(0))

    # ---- who is on the list ---------------------------------------------------------------------------------------

    def test_the_list_has_the_collectors_own_cases_the_most_urgent_first(self):
        self._case(self.small).debtor_id.user_id = self.dan
        self.assertEqual(self._day(day(0)), ["Large Debtor", "Deco Addict"])
        self.assertEqual(self._day(day(0), self.dan), ["Small Debtor"])

    def test_a_case_whose_next_step_is_not_due_comes_later(self):
        soon = self._partner("Soon")
        self._invoice(500, day(-1), soon)
        self._assess(day(0))
        self.assertNotIn("Soon", self._day(day(0)))
        # the first step is three days after the due date
        self.assertEqual(self._case(soon).worklist_date, day(2))
        self._assess(day(2))
        self.assertIn("Soon", self._day(day(2)))

    def test_who_is_on_hold_or_left_alone_is_not_on_the_list_before_the_day(self):
        case = self._mine(self.large)
        case.env["collection.hold"].create({"case_id": case.id, "until": day(7), "reason": "Away"}).action_confirm()
        self._mine(self.small).debtor_id.sudo().write({"do_not_follow_up": True, "do_not_follow_up_reason": "Family"})
        for on, names in ((day(1), ["Deco Addict"]), (day(7), ["Large Debtor", "Deco Addict"])):
            self._assess(on)
            self.assertEqual(self._day(on), names, on)
        self.assertFalse(self._case(self.small).worklist_date)

    def test_a_promise_keeps_a_case_off_the_list_until_the_day_it_is_for(self):
        case = self._mine(self.large)
        case.env["collection.promise"]._make(case, case.open_item_ids, 12000, day(5))
        for on, listed in ((day(1), False), (day(4), False), (day(5), True), (day(6), False), (day(20), True)):
            self._assess(on)
            self.assertEqual("Large Debtor" in self._day(on), listed, on)
        self.assertEqual(self._day(day(20))[0], "Large Debtor", "broken: the most urgent of all")

    def test_a_payment_plan_on_track_rests_until_an_instalment_is_late(self):
        case = self._on(self._case(self.large), day(0))
        plan = case._make_plan(case.open_item_ids, [(day(10), 6000), (day(40), 6000)])
        plan._accept(reason="Agreed by phone")
        for on, listed in ((day(1), False), (day(10), False), (day(11), True)):
            self._assess(on)
            self.assertEqual("Large Debtor" in self._day(on), listed, on)

    def test_an_agreed_call_comes_up_on_its_day(self):
        with freeze_time(day(0)):
            self._mine(self.large)._agree_call_back(self._at(day(3)), False)
        for on, listed in ((day(1), False), (day(3), True)):
            self._assess(on)
            self.assertEqual("Large Debtor" in self._day(on), listed, on)

    def _at(self, on):
        return self.env["collection.contact"]._fields["date"].to_datetime(f"{on} 10:00:00")

    def test_the_list_shows_the_number_to_call_and_not_one_that_is_wrong(self):
        self.large.phone = "+1 555 0100"
        self.assertEqual(self._mine(self.large).best_phone, "+1 555 0100")
        self._call(self.large, "wrong_number")
        self.env.invalidate_all()
        self.assertFalse(self._mine(self.large).best_phone)

    # ---- what handles a case --------------------------------------------------------------------------------------

    def test_whom_was_called_leaves_the_list_and_comes_back_tomorrow_if_still_due(self):
        self._call(self.large, "reached")
        self.assertEqual(self._day(day(0)), ["Deco Addict", "Small Debtor"])
        self.assertTrue(self._mine(self.large).worked_today)
        self._assess(day(1))
        self.assertEqual(self._day(day(1)), ["Large Debtor", "Deco Addict", "Small Debtor"])
        self.assertFalse(self._mine(self.large, day(1)).worked_today)

    def test_a_call_nobody_answered_handles_the_case_but_is_no_contact(self):
        self._call(self.large, "no_answer")
        self.assertNotIn("Large Debtor", self._day(day(0)))
        self.assertFalse(self._case(self.large).last_contact_date)

    def test_a_promise_a_dispute_and_a_hold_of_some_items_handle_a_case(self):
        promising, disputing, held = (self._mine(partner) for partner in (self.large, self.debtor, self.small))
        promising.env["collection.promise"]._make(promising, promising.open_item_ids, 100, day(9))
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        disputing.env["collection.dispute"]._raise(disputing, {disputing.open_item_ids: 100}, reason)
        held.env["collection.hold"].create(
            {"case_id": held.id, "item_ids": held.open_item_ids.ids, "until": day(9), "reason": "Asked"}
        ).action_confirm()
        self.assertEqual([case.worked_on for case in (promising, disputing, held)], [day(0)] * 3)

    def test_a_note_a_correction_and_what_the_flow_does_at_night_do_not_handle_a_case(self):
        self._call(self.large, "note", notes="They moved")
        case = self._mine(self.large)
        entry = case._log_contact(
            channel="call", direction="out", outcome="reached", summary="-", corrects_id=case.contact_ids[:1].id
        )
        self.assertTrue(entry)
        self._night()
        self.assertEqual(self._case(self.debtor).action_ids.mapped("state"), ["sent"])
        self._case(self.small).with_user(self.env.ref("base.public_user")).sudo()._log_contact(
            channel="email", direction="in", outcome="received", summary="Answer"
        )
        for partner in (self.large, self.debtor, self.small):
            self.assertFalse(self._case(partner).worked_on, partner.name)

    def test_done_for_today_takes_cases_off_the_list_until_tomorrow(self):
        (self._mine(self.large) | self._mine(self.small)).action_done_today()
        self.assertEqual(self._day(day(0)), ["Deco Addict"])
        self._assess(day(1))
        self.assertEqual(len(self._day(day(1))), 3)

    def test_nobody_takes_a_colleagues_case_off_the_list(self):
        with self.assertRaises(AccessError):
            self._mine(self.large, user=self.dan).action_done_today()
        with self.assertRaises(AccessError):
            self._mine(self.large).worked_on = day(0)
        self.assertIn("Large Debtor", self._day(day(0)))

    # ---- sending without a batch ----------------------------------------------------------------------------------

    def test_a_collector_sends_the_step_that_is_due_at_once(self):
        self._mine(self.large).action_send_now()
        action = self._case(self.large).action_ids
        self.assertRecordValues(
            action, [{"state": "approved", "level_id": self.friendly.id, "approved_by_id": self.carla.id}]
        )
        self.assertFalse(self._case(self.debtor).action_ids, "of this debtor alone")
        self.assertNotIn("Large Debtor", self._day(day(0)))
        self._dispatch(day(0))
        self.assertEqual(action.state, "queued")

    def test_what_a_batch_has_proposed_already_is_sent_and_nothing_else(self):
        run = self._run(day(0))
        self._mine(self.large).action_send_now()
        self.assertEqual(self._case(self.large).action_ids.mapped("state"), ["approved"])
        self.assertEqual(self._case(self.large).action_ids.run_id, run)

    def test_where_nothing_is_due_the_collector_is_told_why(self):
        self._night()
        self._assess(day(0))
        runs = self.env["collection.run"].search_count([])
        with self.assertRaisesRegex(UserError, "nothing to send now"), self.cr.savepoint():
            self._mine(self.large).action_send_now()
        self.assertEqual(self.env["collection.run"].search_count([]), runs)
        self.assertFalse(self._case(self.large).worked_on)

    def test_nothing_is_sent_at_once_while_all_sending_is_stopped(self):
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "All sending is stopped"):
            self._mine(self.large).action_send_now()

    # ---- from one to the next -------------------------------------------------------------------------------------

    def test_the_next_case_is_the_most_urgent_not_yet_seen_or_handled(self):
        large, middle, small = (self._case(partner).id for partner in (self.large, self.debtor, self.small))
        cases = self._cases(day(0))
        self.assertEqual(cases.get_next_of_day([]), large)
        self.assertEqual(cases.get_next_of_day([large]), middle)
        self._call(self.debtor, "reached")
        self.assertEqual(cases.get_next_of_day([large]), small)
        self.assertEqual(cases.get_next_of_day([large, small]), large, "seen all: it begins anew")
        self._call(self.large, "reached")
        self._call(self.small, "reached")
        self.assertFalse(cases.get_next_of_day([large, small]))
        self.assertEqual(self._mine(self.large).action_next_case().get("res_id"), 0)

    # ---- the counter ----------------------------------------------------------------------------------------------

    def test_the_counter_tells_how_far_the_day_is(self):
        self._call(self.large, "reached")
        case = self._mine(self.debtor)
        case.env["collection.promise"]._make(case, case.open_item_ids, 400, day(9))
        theirs = self._partner("Dan's Debtor")
        paid = self._invoice(700, day(-10), theirs)
        self._assess(day(0))
        self._case(theirs).debtor_id.user_id = self.dan
        self._pay(paid, day(0), 300)
        self._pay(self._case(self.large).open_item_ids.move_id, day(0), 250)
        self._payment(50, day(0), self.small)
        self._pay(self._case(self.large).open_item_ids.move_id, day(-1), 1000)
        self._credit_note(80, day(0), self.small)
        self.assertEqual(
            self._cases(day(0)).get_day(),
            {"handled": 2, "to_do": 1, "promised": "$\xa0400.00", "collected": "$\xa0300.00"},
        )
        self.assertEqual(self._cases(day(0), self.dan).get_day()["collected"], "$\xa0300.00")
        self.assertEqual(self._cases(day(0), self.dan).get_day()["to_do"], 1)

    def test_what_came_in_from_a_debtor_who_paid_all_counts_on_its_day(self):
        self._pay(self._case(self.small).open_item_ids.move_id, day(0))
        self._assess(day(0))
        self.assertFalse(self._case(self.small))
        self.assertEqual(self._cases(day(0)).get_day()["collected"], "$\xa010.00")

    def test_who_is_no_collector_has_no_day(self):
        accountant = self._user("anna", "account.group_account_invoice")
        for call in (lambda cases: cases.get_day(), lambda cases: cases.get_next_of_day([])):
            with self.assertRaises(AccessError):
                call(self.env["collection.case"].with_user(accountant))
        menu = self.env.ref("debt_collection.menu_collection_my_day")
        self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(accountant)._visible_menu_ids())
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.carla)._visible_menu_ids())

    # ---- how quick ------------------------------------------------------------------------------------------------

    def test_the_first_page_is_read_in_the_order_of_an_index(self):
        self.env.flush_all()
        self.cr.execute(
            SQL(
                """
                INSERT INTO collection_debtor (company_id, name)
                SELECT %(company)s, 'Debtor ' || n FROM generate_series(1, %(many)s) n
                """,
                company=self.company.id,
                many=MANY,
            )
        )
        self.cr.execute(
            SQL(
                """
                INSERT INTO collection_case (company_id, debtor_id, user_id, state, stage, worklist_points,
                                             worklist_date)
                SELECT company_id, debtor.id, %(user)s, 'open', 'new', debtor.id %% 97, %(today)s
                  FROM collection_debtor debtor
                 WHERE partner_id IS NULL AND company_id = %(company)s
                """,
                company=self.company.id,
                user=self.carla.id,
                today=day(0),
            )
        )
        self.cr.execute("ANALYZE collection_case")
        cases = self._cases(day(0))
        query = cases._search(cases._day_domain(), order="worklist_points desc, worklist_date, id", limit=80)
        [(plan,)] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query.select()))
        nodes = json.dumps(plan)
        self.assertIn("collection_case_my_day", nodes)
        self.assertNotIn('"Sort"', nodes)
        self.assertEqual(len(cases.browse(query)), 80)
