"""A debtor who is insolvent, deceased or represented: left alone, and whoever represents it is written to."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import day
from .test_reach import ReachCommon


@tagged("post_install", "-at_install")
class TestMark(ReachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.lawyer = cls._partner("Law Office", phone="+1 555 0199")
        cls.debtor.phone = "+1 555 0100"
        cls._assess(day(0))
        cls.case = cls._case()
        cls.case.user_id = cls.carla

    def _mark(self, status="insolvent", user=None, **values):
        wizard = self._on(self.env["collection.mark"].with_user(user or self.carla), day(0))
        wizard.create({"debtor_id": self.case.debtor_id.id, "status": status, **values}).action_confirm()

    def test_a_marked_debtor_without_representative_is_left_alone_and_the_case_says_why(self):
        for status, word in (("insolvent", "Insolvent"), ("deceased", "Deceased"), ("lawyer", "lawyer")):
            self._mark(status)
            self.assertFalse(self._run(day(0)).action_ids, status)
            self.assertIn(word, self.case.reason)
            self.assertFalse(self.case.next_action_date)

    def test_the_representative_is_written_to_instead(self):
        self._mark(representative_id=self.lawyer.id)
        self.assertReached("email")
        self.assertEqual(self.debtor._collections_address("email", self.company), self.lawyer)
        self.assertEqual(self.case.stage, "new", "the case goes on")

    def test_a_representative_without_email_gets_a_letter(self):
        self.lawyer.email = False
        self._mark(representative_id=self.lawyer.id)
        self.assertReached("letter", words="There is no e-mail address that can be used: a letter instead.")

    def test_the_representative_is_not_called(self):
        self._wants("call", "sms")
        self._mark(representative_id=self.lawyer.id)
        self.assertReached("email", words="SMS is not to be used for this debtor: an e-mail instead.")

    def test_what_is_under_way_is_cancelled_and_proposed_anew_for_the_representative(self):
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        email = run.action_ids
        self.assertEqual(email.state, "queued")
        self._mark(representative_id=self.lawyer.id)
        self.assertEqual((email.state, email.mail_id.state), ("cancelled", "cancel"))
        self.assertSteps(self._run(day(0)).action_ids, (self.debtor, self.friendly, "email"))

    def test_what_is_approved_all_the_same_does_not_leave_by_a_channel_the_mark_forbids(self):
        self._wants("call")
        call = self._run(day(0)).action_ids
        self._mark(representative_id=self.lawyer.id)
        call.action_propose_again()
        call.action_approve()
        self._dispatch(day(0))
        self.assertEqual(call.state, "skipped")
        self.assertEqual(call.outcome, "Insolvent: only Law Office is contacted, in writing.")

    def test_the_log_says_who_marked_the_debtor_and_why(self):
        self._mark(representative_id=self.lawyer.id, date=day(-5), reference="IN 512/25")
        self.assertRecordValues(self.case.contact_ids, [{"user_name": "Carla", "outcome": "note"}])
        self.assertEqual(
            self.case.contact_ids.summary,
            "Insolvent since 03/05/2025 (reference: IN 512/25). Only Law Office is contacted, in writing.",
        )

    def test_a_mark_that_is_taken_off_ends_the_silence(self):
        self._mark()
        self._on(self.case.with_user(self.carla), day(0)).action_unmark()
        self.assertReached("email")
        self.assertEqual(self.case.contact_ids.sorted("seq")[-1].summary, "No longer marked: Insolvent.")

    def test_a_mark_holds_for_one_company_alone(self):
        other = self.setup_other_company()["company"]
        other.collection_strategy_id = self.strategy
        self._invoice(70, day(-10), company_id=other)
        self._mark()
        self.assertSteps(self._run(day(0), other).action_ids, (self.debtor, self.friendly, "email"))

    def test_bad_marks_are_refused_and_nothing_is_saved(self):
        with self.assertRaisesRegex(ValidationError, "somebody else"):
            self._mark(representative_id=self.debtor.id)
        with self.assertRaisesRegex(ValidationError, "from today or from a day before"):
            self._mark(date=day(1))
        self.case.user_id = self.env.user
        with self.assertRaises(AccessError):
            self._mark()
        self.assertFalse(self.case.legal_status)
        self.assertFalse(self.case.contact_ids)

    def test_a_collector_does_not_write_the_mark_directly(self):
        with self.assertRaises(AccessError):
            self.case.debtor_id.with_user(self.carla).legal_status = "lawyer"

    def test_a_promise_of_a_marked_debtor_can_be_taken(self):
        self._mark()
        case = self._on(self.case, day(0))
        promise = (
            self.env["collection.promise"]
            .with_env(case.env)
            ._make(case, self._item(self.invoice), 100, day(5), origin="call")
        )
        self.assertEqual(promise.state, "open")

    def test_a_mark_goes_along_when_contacts_are_merged(self):
        self._mark(representative_id=self.lawyer.id)
        kept = self._partner("Deco Addict Ltd")
        self.env["collection.debtor"]._get(self.company, kept)
        self.env["base.partner.merge.automatic.wizard"].create({"state": "option"})._merge(
            (self.debtor | kept).ids, kept
        )
        debtor = self.env["collection.debtor"].search([("partner_id", "=", kept.id)])
        self.assertRecordValues(debtor, [{"legal_status": "insolvent", "representative_id": self.lawyer.id}])
