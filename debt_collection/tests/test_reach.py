"""By which channel a debtor is reached: what the level wants, what the debtor wants, what is known."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day


class ReachCommon(CollectionCommon):
    """The first level, Friendly, is due; nobody has been written to yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(100, day(-10))

    def _wants(self, *channels, fallbacks=()):
        """Let the level use some channels, with fallbacks in their order."""
        by_code = {channel.code: channel for channel in self._channels(*channels, *fallbacks)}
        self.friendly.channels = self._channels(*channels)
        self.friendly.fallback_ids = [
            Command.clear(),
            *(
                Command.create({"channel_id": by_code[code].id, "sequence": place})
                for place, code in enumerate(fallbacks)
            ),
        ]

    def _says(self, kind, channel=False, address=False, partner=None):
        debtor = self.env["collection.debtor"]._get(self.company, partner or self.debtor)
        return self.env["collection.channel.preference"]._note(
            debtor, kind, "Said on the phone", channel=channel, address=address
        )

    def assertReached(self, *channels, words=None):
        actions = self._run(day(0)).action_ids
        self.assertEqual(sorted(actions.mapped("channel")), sorted(channels))
        if words is not None:
            late = f"{self.invoice.name} is 10 days late; “Friendly” is due after 3 days."
            self.assertEqual(actions[:1].reason, f"{late} {words}".strip())
        return actions


@tagged("post_install", "-at_install")
class TestReach(ReachCommon):
    # ---- fallbacks of the level -----------------------------------------------------------------------------------

    def test_the_first_fallback_that_reaches_takes_over(self):
        self._wants("email", fallbacks=("sms", "letter", "call"))
        self.debtor.email = False
        self.assertReached("letter", words="There is no e-mail address that can be used: a letter instead.")

    def test_the_order_of_the_fallbacks_counts(self):
        self._wants("email", fallbacks=("sms", "letter"))
        self.debtor.write({"email": False, "phone": "+1 555 0100"})
        self.assertReached("sms", words="There is no e-mail address that can be used: an SMS instead.")

    def test_a_level_without_fallbacks_goes_on_as_a_person_would(self):
        for wanted in ("sms", "whatsapp", "social"):
            self._wants(wanted)
            self.assertReached("email")
            self.env["collection.action"].search([]).action_exclude()
        self._wants("visit", "registered")
        self.debtor.street = False
        self.assertReached("email", words="There is no postal address: an e-mail instead.")

    def test_what_is_not_among_the_fallbacks_is_never_used(self):
        self._wants("email", fallbacks=("letter",))
        self.debtor.write({"email": False, "street": False, "phone": "+1 555 0100"})
        self.assertReached()

    def test_a_fallback_that_is_switched_off_is_passed_over(self):
        self._wants("email", fallbacks=("letter", "call"))
        self.debtor.write({"email": False, "phone": "+1 555 0100"})
        self._channels("letter").sudo().active = False
        self.assertReached("call")

    def test_two_channels_that_fall_back_on_one_are_one_action(self):
        self._wants("email", "sms", fallbacks=("letter",))
        self.debtor.email = False
        self.assertReached("letter")

    def test_a_call_without_a_number_goes_to_a_person_who_finds_one(self):
        self._wants("call")
        self.assertReached("call", words="No phone number that can be used is known: find one first.")

    def test_a_call_without_a_number_becomes_what_the_level_says(self):
        self._wants("call", fallbacks=("letter", "call"))
        self.assertReached("letter", words="There is no phone number: a letter instead.")

    # ---- what the debtor wants ------------------------------------------------------------------------------------

    def test_a_channel_that_is_not_wanted_is_not_used(self):
        self._says("forbidden", "email")
        self.assertReached("letter", words="E-mail is not to be used for this debtor: a letter instead.")

    def test_an_address_that_is_not_wanted_is_not_used_by_any_channel(self):
        self.debtor.phone = "+1 (555) 0100-200"
        self._wants("sms", fallbacks=("call", "letter"))
        self._says("forbidden", address="001 5550100200")
        self.assertReached("letter")

    def test_a_number_written_in_arabic_digits_is_the_same_number(self):
        self.debtor.phone = "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧"
        self._wants("sms", fallbacks=("letter",))
        self._says("invalid", address="+966501234567")
        self.assertReached("letter")

    def test_an_address_refused_for_one_channel_serves_the_others(self):
        self.debtor.phone = "+1 555 0100"
        self._wants("sms", fallbacks=("call",))
        self._says("forbidden", "sms", "+1 555 0100")
        self.assertReached("call")

    def test_another_address_takes_the_place_of_one_that_bounced(self):
        self._says("invalid", "email", self.debtor.email.upper())
        books = self.env["res.partner"].create(
            {"name": "Books", "parent_id": self.debtor.id, "type": "collections", "email": "books@example.com"}
        )
        self.assertReached("email", words="")
        self.assertEqual(self.debtor._collections_address("email", self.company), books)
        self._says("invalid", "email", "books@example.com")
        self.assertEqual(self.env["collection.action"].search([("state", "=", "proposed")]).channel, "letter")

    def test_what_one_debtor_refuses_another_gets(self):
        azure = self._partner("Azure")
        self._invoice(50, day(-10), azure)
        self._says("forbidden", "email", partner=azure)
        self.assertSteps(
            self._run(day(0)).action_ids, (self.debtor, self.friendly, "email"), (azure, self.friendly, "letter")
        )

    def test_what_is_said_to_one_company_does_not_bind_another(self):
        other = self.setup_other_company()["company"]
        other.collection_strategy_id = self.strategy
        self._invoice(70, day(-10), company_id=other)
        self._says("forbidden", "email")
        self.assertSteps(self._run(day(0), other).action_ids, (self.debtor, self.friendly, "email"))
        self.assertReached("letter")

    def test_the_preferred_channel_takes_the_place_of_the_first(self):
        self.debtor.phone = "+1 555 0100"
        self._wants("email", "letter", fallbacks=("sms",))
        self._says("preferred", "sms")
        self.assertReached("sms", "letter")

    def test_the_reason_says_that_the_debtor_prefers_it(self):
        self._says("preferred", "letter")
        self.assertReached("letter", words="Prefers Letter.")

    def test_a_preferred_channel_that_the_level_does_not_know_is_not_used(self):
        self.debtor.phone = "+1 555 0100"
        self._wants("email", fallbacks=("letter",))
        self._says("preferred", "sms")
        self.assertReached("email", words="")

    def test_a_preferred_channel_that_cannot_reach_is_not_used(self):
        self._wants("email", fallbacks=("sms", "letter"))
        self._says("preferred", "sms")
        self.assertReached("email")

    def test_who_wants_one_channel_of_two_gets_that_one(self):
        self._wants("email", "letter")
        self._says("preferred", "letter")
        self.assertReached("letter", words="")

    # ---- nobody can be reached ------------------------------------------------------------------------------------

    def _told(self):
        activity_type = self.env.ref("debt_collection.activity_unreached")
        return self._case().activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def test_when_no_channel_is_left_the_collector_is_told_once(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self.company.collection_user_id = carla
        self._wants("email", fallbacks=("letter",))
        self.debtor.write({"email": False, "street": False})
        self.assertReached()
        self.assertRecordValues(
            self._told(), [{"summary": "No channel reaches this debtor: Friendly", "user_id": carla.id}]
        )
        self._told().action_done()
        self._run(day(1))
        self.assertFalse(self._told(), "told once for each level")

    def test_who_refuses_every_channel_gets_nothing_and_a_person_decides(self):
        for channel in ("email", "letter", "call"):
            self._says("forbidden", channel)
        self.assertReached()
        self.assertTrue(self._told())
        self.assertTrue(self._case().unreachable is False, "a visit would still reach")

    def test_cases_that_nothing_reaches_are_found(self):
        lost = self._partner("Lost", email=False, street=False)
        self._invoice(70, day(-10), lost)
        self._assess(day(0))
        cases = self.env["collection.case"]
        unreachable = [("unreachable", "=", True), ("company_id", "=", self.company.id)]
        self.assertEqual(cases.search(unreachable), self._case(lost))
        self.assertTrue(self._case(lost).unreachable)
        self.assertIn(self._case(), cases.search([("unreachable", "=", False)]))
        lost.phone = "+1 555 0100"
        self.assertFalse(cases.search(unreachable))
        self._says("invalid", address=lost.phone, partner=lost)
        self.assertEqual(cases.search(unreachable), self._case(lost))


@tagged("post_install", "-at_install")
class TestPreferences(ReachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls._assess(day(0))
        cls.case = cls._case()
        cls.case.user_id = cls.carla

    def _say(self, **values):
        wizard = self.env["collection.preference.make"].with_user(self.carla).create(
            {"debtor_id": self.case.debtor_id.id, "reason": "Said on the phone", **values}
        )  # fmt: skip
        wizard.action_confirm()
        return self.case.preference_ids

    def test_what_a_collector_is_told_is_kept_and_logged(self):
        preference = self._say(kind="forbidden", channel="email")
        self.assertRecordValues(preference, [{"kind": "forbidden", "channel": "email", "origin": "person"}])
        entry = self.case.contact_ids
        self.assertRecordValues(entry, [{"outcome": "opt_out", "channel": "email", "user_name": "Carla"}])
        self.assertEqual(entry.summary, "Not wanted: E-mail: Said on the phone")

    def test_taking_it_back_is_logged_too(self):
        self._say(kind="forbidden", channel="email").with_user(self.carla).action_remove()
        self.assertFalse(self.case.preference_ids)
        self.assertEqual(self.case.contact_ids.sorted("seq").mapped("outcome"), ["opt_out", "opt_in"])
        self.assertReached("email")

    def test_a_preference_names_a_channel_or_an_address(self):
        with self.assertRaisesRegex(ValidationError, "Choose a channel"):
            self._say(kind="forbidden", address="  ")
        self.assertFalse(self.case.preference_ids)

    def test_a_collector_says_nothing_about_other_peoples_debtors(self):
        self.case.user_id = self.env.user
        with self.assertRaises(AccessError):
            self._say(kind="forbidden", channel="email")

    def test_a_collector_writes_preferences_by_the_buttons_alone(self):
        preference = self._say(kind="forbidden", channel="email")
        with self.assertRaises(AccessError):
            preference.with_user(self.carla).unlink()
        with self.assertRaises(AccessError):
            preference.with_user(self.carla).kind = "preferred"

    def test_what_waits_to_be_sent_that_way_goes_another(self):
        run = self._run(day(0))
        run.action_approve()
        email = run.action_ids
        self._say(kind="forbidden", channel="email")
        self.assertEqual(email.state, "skipped")
        self.assertIn("E-mail is not to be used for this debtor: ", email.outcome)
        letter = run.action_ids - email
        self.assertRecordValues(letter, [{"state": "approved", "channel": "letter"}])
        self.assertEqual(letter.line_ids.item_id, email.line_ids.item_id)

    def test_an_email_in_the_queue_does_not_leave_once_it_is_refused(self):
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        action = run.action_ids
        self.assertEqual(action.state, "queued")
        self._says("forbidden", "email")
        verdict = self._on(action, day(0))._look_again()[action]
        self.assertEqual(verdict.kind, "fail")
        self.assertIn("E-mail is not to be used for this debtor: ", verdict.reason)

    def test_preferences_go_along_when_contacts_are_merged(self):
        self._say(kind="forbidden", channel="email")
        kept = self._partner("Deco Addict Ltd")
        self.env["collection.debtor"]._get(self.company, kept)
        self.env["base.partner.merge.automatic.wizard"].create({"state": "option"})._merge(
            (self.debtor | kept).ids, kept
        )
        debtor = self.env["collection.debtor"].search([("partner_id", "=", kept.id)])
        self.assertEqual(debtor.preference_ids.mapped("channel"), ["email"])
