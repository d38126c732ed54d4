"""Holds: until when, why and by whom; how they end, and that the log says so."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestHold(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice, cls.other = cls._invoice(100, day(-10)), cls._invoice(70, day(-9))
        cls._assess(day(0))

    def _hold(self, until, items=None, case=None, on=None, **values):
        case = case or self._case()
        values = {"case_id": case.id, "until": until, "reason": "Awaits a corrected invoice", **values}
        if items:
            values["item_ids"] = items.ids
        self._on(self.env["collection.hold"], on or day(0)).create(values).action_confirm()

    def _log(self):
        entries = self._case().contact_ids.sorted("seq")
        return [(entry.summary, entry.user_name) for entry in entries]

    def test_the_log_says_who_held_what_until_when_and_why(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        wizard = self._on(self.env["collection.hold"].with_user(carla), day(0))
        wizard.create({"case_id": self._case().id, "until": day(7), "reason": "On holiday"}).action_confirm()
        self.assertEqual(self._log(), [("On hold until 03/17/2025: On holiday", carla.name)])

    def test_a_hold_ends_by_itself_on_its_day_and_the_log_says_so_once(self):
        self._hold(day(7))
        self._assess(day(6))
        self.assertEqual(len(self._log()), 1)
        self._assess(day(7))
        root = self.env.ref("base.user_root")
        self.assertEqual(self._log()[1:], [("Hold ended.", root.name)])
        self.assertRecordValues(self._case(), [{"hold_until": False, "hold_reason": False}])
        self._assess(day(8))
        self.assertEqual(len(self._log()), 2)
        self.assertFalse(self._case().contact_ids._verify_chain())

    def test_a_hold_of_an_item_ends_by_itself_and_the_log_says_so_once(self):
        self._hold(day(7), items=self._item(self.invoice))
        self._assess(day(7))
        self.assertEqual(self._log()[-1][0], f"Hold ended: {self.invoice.name}")
        self.assertRecordValues(self._item(self.invoice), [{"hold_until": False, "hold_reason": False}])
        self._assess(day(8))
        self.assertEqual(len(self._log()), 2)
        # and it is reminded of again
        self.assertEqual(self._run(day(8)).action_ids.line_ids.item_id.move_id, self.invoice | self.other)

    def test_a_hold_that_ends_by_hand_is_logged_with_who_did_it(self):
        self._hold(day(7), items=self._item(self.invoice))
        self._item(self.invoice).action_release()
        self.assertEqual(self._log()[-1], (f"Hold ended: {self.invoice.name}", self.env.user.name))
        self.assertFalse(self._item(self.invoice).hold_until)
        # nothing was held, nothing is said
        self._item(self.invoice).action_release()
        self.assertEqual(len(self._log()), 2)

    def test_a_hold_of_a_case_that_is_paid_says_nothing_more(self):
        case = self._case()
        self._hold(day(7))
        self._pay(self.invoice | self.other, day(1))
        self._assess(day(2))
        self.assertEqual(case.state, "closed")
        self._assess(day(8))
        self.assertEqual(len(case.contact_ids), 1)

    def test_what_would_be_sent_for_held_items_alone_is_excluded(self):
        [action] = self._run(day(0)).action_ids
        self._hold(day(7), items=self._item(self.invoice))
        self.assertEqual(action.state, "proposed")
        self._hold(day(7), items=self._item(self.invoice) | self._item(self.other))
        self.assertEqual(action.state, "cancelled")

    def test_nothing_is_held_that_is_another_cases_or_settled_or_without_a_reason_or_in_a_closed_case(self):
        stranger = self._partner("Azure Interior")
        theirs = self._invoice(10, day(-10), stranger)
        self._assess(day(0))
        with self.assertRaisesRegex(ValidationError, "belongs to another case"):
            self._hold(day(7), items=self._item(theirs))
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._hold(day(7), reason="  ")
        with self.assertRaisesRegex(ValidationError, "a day to come"):
            self._hold(day(-1))
        case, item = self._case(), self._item(self.invoice)
        self._pay(self.invoice, day(0))
        self._assess(day(0))
        with self.assertRaisesRegex(ValidationError, "is settled"):
            self._hold(day(7), items=item)
        self._pay(self.other, day(0))
        self._assess(day(0))
        with self.assertRaisesRegex(ValidationError, "The case is closed"):
            self._hold(day(7), case=case)
        self.assertFalse(case.contact_ids)
        self.assertFalse(self._item(theirs).hold_until)

    def test_a_collector_holds_no_case_of_a_colleague(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self._case().user_id = self.env.user
        with self.assertRaises(AccessError):
            self._on(self.env["collection.hold"].with_user(carla), day(0)).create(
                {"case_id": self._case().id, "until": day(7), "reason": "Mine"}
            ).action_confirm()

    def test_each_company_ends_its_own_holds(self):
        other = self.setup_other_company()["company"]
        self._hold(day(7))
        self._assess(day(8), other, self.debtor)
        self.assertEqual(len(self._log()), 1)
