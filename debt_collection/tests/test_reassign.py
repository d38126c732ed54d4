"""Cases pass from one collector to another, with what is planned on them and what comes; and back."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import day
from .test_assign import AssignCommon


@tagged("post_install", "-at_install")
class TestReassign(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two, cls.free = cls._owing("One", 100), cls._owing("Two", 200), cls._owing("Free", 50)
        cls.debtors = {
            partner: cls.env["collection.debtor"]._get(cls.company, partner) for partner in (cls.one, cls.two, cls.free)
        }
        cls.debtors[cls.one].user_id = cls.anna
        cls._assess(day(0))
        cls._case(cls.two).user_id = cls.anna
        cls.call = cls._case(cls.one).activity_schedule("mail.mail_activity_data_call", user_id=cls.anna.id)
        cls.managers = cls._case(cls.one).activity_schedule("mail.mail_activity_data_todo", user_id=cls.env.uid)

    def _reassign(self, **values):
        wizard = self.env["collection.reassign"].create({"to_user_id": self.bert.id, **values})
        return wizard, self.env["collection.reassignment"].browse(wizard.action_confirm()["res_id"])

    def test_all_cases_of_who_has_left_pass_over_with_what_is_planned(self):
        self.anna.active = False
        wizard = self.env["collection.reassign"].create({"from_user_id": self.anna.id, "to_user_id": self.bert.id})
        self.assertRecordValues(wizard, [{"case_count": 2, "amount": 300.0}])
        mails = self.env["mail.mail"].sudo().search_count([])
        self._reassign(from_user_id=self.anna.id, reason="Left the company")
        self.assertEqual(self._collectors(self.one, self.two, self.free), ["Bert", "Bert", False])
        self.assertEqual(self.call.user_id, self.bert)
        self.assertEqual(self.managers.user_id, self.env.user, "what is somebody else's stays")
        entry = self._case(self.one).contact_ids[0]
        self.assertEqual(entry.summary, "Passed from Anna to Bert: Left the company")
        self.assertEqual(entry.user_id, self.env.user)
        self.assertFalse(entry._verify_chain())
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails, "nobody gets a mail a case")

    def test_future_cases_pass_over_when_asked(self):
        later = self._partner("Later")
        self.env["collection.debtor"]._get(self.company, later).user_id = self.anna
        self._reassign(from_user_id=self.anna.id)
        self._invoice(10, day(-5), later)
        self._assess(day(1))
        self.assertEqual(self._collectors(later), ["Bert"])
        self.assertEqual(self.debtors[self.one].user_id, self.bert)

    def test_future_cases_stay_where_they_would_have_gone_when_not_asked(self):
        self._reassign(from_user_id=self.anna.id, future=False, activities=False)
        self.assertEqual(self._collectors(self.one), ["Bert"])
        self.assertEqual(self.debtors[self.one].user_id, self.anna)
        self.assertEqual(self.call.user_id, self.anna)

    def test_what_was_selected_in_a_list_passes_over_and_nothing_else(self):
        selected = self._case(self.two) | self._case(self.free)
        wizard = self.env["collection.reassign"].with_context(active_model="collection.case", active_ids=selected.ids)
        wizard.create({"to_user_id": self.bert.id}).action_confirm()
        self.assertEqual(self._collectors(self.one, self.two, self.free), ["Anna", "Bert", "Bert"])
        self.assertEqual(self._case(self.free).contact_ids[0].summary, "Passed from nobody to Bert.")

    def test_it_can_be_put_back_and_the_log_says_so(self):
        _wizard, done = self._reassign(from_user_id=self.anna.id)
        done.action_undo()
        self.assertEqual(self._collectors(self.one, self.two), ["Anna", "Anna"])
        self.assertEqual(self.debtors[self.one].user_id, self.anna)
        self.assertFalse(self.debtors[self.two].user_id)
        self.assertEqual(self.call.user_id, self.anna)
        self.assertEqual(self._case(self.one).contact_ids[0].summary, "Put back from Bert to Anna.")
        self.assertRecordValues(done, [{"state": "undone", "undone_by_id": self.env.uid, "case_count": 2}])
        with self.assertRaises(UserError):
            done.action_undo()

    def test_what_has_been_passed_on_again_stays_when_the_first_time_is_put_back(self):
        _wizard, done = self._reassign(from_user_id=self.anna.id)
        self._case(self.two).user_id = self.cleo
        done.action_undo()
        self.assertEqual(self._collectors(self.one, self.two), ["Anna", "Cleo"])

    def test_what_cannot_be_is_refused_and_nothing_changes(self):
        with self.assertRaisesRegex(ValidationError, "already"):
            self._reassign(from_user_id=self.bert.id)
        with self.assertRaisesRegex(UserError, "nothing to pass on"):
            self._reassign(from_user_id=self.cleo.id)
        clerk = self._user("clerk", "base.group_user", name="Clerk")
        with self.assertRaisesRegex(ValidationError, "no collector"):
            self._reassign(from_user_id=self.anna.id, to_user_id=clerk.id)
        self.assertEqual(self._collectors(self.one, self.two), ["Anna", "Anna"])

    def test_only_a_manager_passes_cases_on_or_back(self):
        _wizard, done = self._reassign(from_user_id=self.anna.id)
        with self.assertRaises(AccessError):
            self.env["collection.reassign"].with_user(self.anna).create(
                {"from_user_id": self.bert.id, "to_user_id": self.anna.id}
            )
        with self.assertRaises(AccessError):
            done.with_user(self.bert).action_undo()
        with self.assertRaises(AccessError):
            done.state = "undone"

    def test_a_reassignment_counts_from_its_day_on(self):
        self.env["collection.assignment"]._follow(self.company, day(-5))
        self._on(self.env["collection.reassign"], day(0)).create(
            {"from_user_id": self.anna.id, "to_user_id": self.bert.id}
        ).action_confirm()
        history = self.env["collection.assignment"].search([("debtor_id", "=", self.debtors[self.one].id)])
        self.assertEqual(
            [(row.user_id, row.date_from, row.date_to) for row in history],
            [(self.bert, day(0), False), (self.anna, day(-5), day(-1))],
        )

    def test_a_hundred_cases_pass_over_in_as_many_statements_as_two(self):
        counts = []
        for number in (2, 30):
            for n in range(number):
                self._owing(f"Many {number} {n}", 10)
            self._assess(day(0))
            cases = self.env["collection.case"].search([("partner_id.name", "=like", f"Many {number}%")])
            wizard = self.env["collection.reassign"].with_context(active_model="collection.case", active_ids=cases.ids)
            wizard = wizard.create({"to_user_id": self.bert.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_confirm()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 10)
