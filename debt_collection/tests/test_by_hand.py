"""Messages by WhatsApp or a social network and visits: prepared for a person, and logged when that one says so."""

from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestByHand(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.company.collection_user_id = cls.carla
        cls.debtor.phone = "+33 6 12 34 56 78"
        cls.debtor.collection_social_url = "https://social.example.com/deco"
        cls.invoice = cls._invoice(100, day(-10))

    def _scheduled(self, channel, assess=True):
        """Return the action of the first level, by a channel, as dispatch leaves it."""
        self.friendly.channels = self._channels(channel)
        run = self._run(day(0), assess=assess)
        run.action_approve()
        self._dispatch(day(0))
        return run.action_ids

    def _wizard(self, model, action, **values):
        wizards = self._on(self.env[model].with_user(self.carla), day(0))
        return wizards.create({"case_id": action.case_id.id, "action_id": action.id, **values})

    def _last(self, action):
        return action.case_id.contact_ids.sorted("seq")[-1]

    # ---- WhatsApp -------------------------------------------------------------------------------------------------

    def test_a_whatsapp_message_is_opened_by_a_link_and_counts_when_it_was_sent(self):
        action = self._scheduled("whatsapp")
        self.assertEqual(action.state, "queued")
        activity = action.activity_id
        self.assertRecordValues(activity, [{"user_id": self.carla.id, "date_deadline": day(0)}])
        self.assertFalse(self._item(self.invoice).level_id, "scheduled is not sent")
        wizard = self._wizard("collection.hand.message", action)
        link = urlsplit(wizard.action_open_link()["url"])
        self.assertEqual((link.scheme, link.netloc, link.path), ("https", "wa.me", "/33612345678"))
        text = f"Friendly words for Deco Addict\n\n{self.invoice.name}: $\xa0100.00, 10 days late"
        self.assertEqual(parse_qs(link.query), {"text": [text]})
        self.assertEqual(action.state, "queued", "opened is not sent")
        wizard.text = "Friendly words & more"
        wizard.action_sent()
        self.assertRecordValues(action, [{"state": "sent", "sent_on": day(0)}])
        self.assertEqual(self._item(self.invoice).level_id, self.friendly)
        self.assertFalse(activity.exists().filtered("active"))
        entry = self._last(action)
        self.assertRecordValues(
            entry,
            [
                {
                    "channel": "whatsapp",
                    "direction": "out",
                    "outcome": "sent",
                    "address": "+33612345678",
                    "user_name": "Carla",
                    "amount": 100,
                }
            ],
        )
        self.assertEqual(entry.text_ids.body, "Friendly words & more")

    def test_a_number_without_country_code_is_not_guessed(self):
        self.debtor.write({"phone": "06 12 34 56 78", "country_id": False})
        self.env.company.country_id = False
        action = self._scheduled("whatsapp").filtered(lambda one: one.channel == "whatsapp")
        self.assertEqual(action.state, "failed")
        self.assertIn("country code", action.outcome)

    def test_a_number_dialled_with_zeros_is_written_internationally(self):
        international = self.env["collection.action"]._international
        self.assertEqual(international("0033 6 12 34 56 78", self.debtor), "+33612345678")
        self.assertEqual(international("+33 (6) 12-34.56.78", self.debtor), "+33612345678")
        self.assertIsNone(international("+33", self.debtor))
        self.assertIsNone(international("", self.debtor))
        self.assertIsNone(international("+1234567890123456", self.debtor))

    def test_a_number_noted_as_wrong_gets_no_message(self):
        self._assess(day(0))
        self.env["collection.channel.preference"]._note(
            self._case().debtor_id, "invalid", "Wrong number", address="0033612345678"
        )
        self.assertNotIn("whatsapp", self._scheduled("whatsapp").mapped("channel"))

    def test_a_message_that_could_not_be_sent_fails_with_the_reason(self):
        action = self._scheduled("whatsapp")
        activity = action.activity_id
        wizard = self._wizard("collection.hand.message", action)
        with self.assertRaisesRegex(UserError, "why it was not sent"):
            wizard.action_not_sent()
        wizard.failure = "Not on WhatsApp"
        wizard.action_not_sent()
        self.assertRecordValues(action, [{"state": "failed", "outcome": "Not on WhatsApp"}])
        self.assertFalse(activity.exists())
        self.assertFalse(self._item(self.invoice).level_id)
        self.assertRecordValues(self._last(action), [{"outcome": "failed", "channel": "whatsapp"}])

    def test_a_message_that_is_not_waiting_any_more_is_not_logged(self):
        action = self._scheduled("whatsapp")
        wizard = self._wizard("collection.hand.message", action)
        self._pay(self.invoice, day(0))
        self._assess(day(0))
        before = len(action.case_id.contact_ids)
        with self.assertRaisesRegex(UserError, "not waiting"):
            wizard.action_sent()
        self.assertEqual(len(action.case_id.contact_ids), before)

    def test_a_message_without_words_or_number_is_not_sent(self):
        action = self._scheduled("whatsapp")
        wizard = self._wizard("collection.hand.message", action, text=" ")
        with self.assertRaisesRegex(UserError, "what was sent"):
            wizard.action_sent()
        wizard.write({"text": "Hello", "address": "12"})
        with self.assertRaisesRegex(UserError, "country code"):
            wizard.action_open_link()
        self.assertEqual(action.state, "queued")

    # ---- social networks ------------------------------------------------------------------------------------------

    def test_the_profile_is_opened_and_the_text_is_there_to_be_copied(self):
        action = self._scheduled("social")
        wizard = self._wizard("collection.hand.message", action)
        self.assertEqual(wizard.action_open_link()["url"], "https://social.example.com/deco")
        self.assertIn("Friendly words for Deco Addict", wizard.text)
        wizard.action_sent()
        self.assertRecordValues(
            self._last(action),
            [{"channel": "social", "outcome": "sent", "address": "https://social.example.com/deco"}],
        )

    def test_without_a_profile_another_channel_is_proposed(self):
        self.debtor.collection_social_url = False
        self.assertNotIn("social", self._scheduled("social").mapped("channel"))

    def test_a_profile_is_an_address_on_the_web(self):
        for url in ("javascript:alert(1)", "deco", "https://", "ftp://social.example.com", "http://[broken"):
            with self.subTest(url), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.debtor.collection_social_url = url
        self.debtor.collection_social_url = "http://social.example.com/d"

    # ---- visits ---------------------------------------------------------------------------------------------------

    def test_a_visit_shows_the_address_on_a_map_and_keeps_what_was_seen(self):
        self.debtor.street = "1 <b>Main</b> & Sons Street"
        action = self._scheduled("visit")
        note = str(action.activity_id.note)
        self.assertIn("https://www.openstreetmap.org/search?query=", note)
        self.assertIn("&lt;b&gt;Main&lt;/b&gt;", note)
        photo = self.env["ir.attachment"].with_user(self.carla).create({"name": "door.jpg", "raw": b"a door"})
        wizard = self._wizard("collection.log.visit", action, notes="The shop is open", attachment_ids=photo.ids)
        wizard.action_confirm()
        self.assertEqual(action.state, "sent")
        self.assertEqual(self._item(self.invoice).level_id, self.friendly)
        entry = self._last(action)
        self.assertRecordValues(entry, [{"channel": "visit", "outcome": "reached", "user_name": "Carla"}])
        self.assertIn("Main", entry.address)

    def test_a_visit_that_met_nobody_is_made_again(self):
        action = self._scheduled("visit")
        self._wizard("collection.log.visit", action, result="no_answer").action_confirm()
        self.assertEqual(action.state, "queued")
        self.assertTrue(action.activity_id)
        self.assertEqual(self._last(action).outcome, "no_answer")

    def test_a_wrong_address_is_noted_and_the_visit_fails(self):
        action = self._scheduled("visit")
        self._wizard("collection.log.visit", action, result="wrong_address").action_confirm()
        self.assertEqual(action.state, "failed")
        self.assertRecordValues(action.case_id.debtor_id.preference_ids, [{"kind": "invalid", "channel": "visit"}])

    def test_a_visit_ends_with_a_promise_where_one_was_made(self):
        action = self._scheduled("visit")
        answer = self._wizard("collection.log.visit", action).action_confirm_and_promise()
        self.assertEqual(answer["res_model"], "collection.promise.make")
        self.assertEqual(answer["context"]["default_case_id"], action.case_id.id)
        self.assertEqual(action.state, "sent")

    def test_somebody_without_address_is_not_visited(self):
        self.debtor.street = False
        self._assess(day(0))
        run = self._run(day(0), assess=False)
        self.assertTrue(run.action_ids)
        action = run.action_ids
        action._set_state("approved", channel="visit", approved_by_id=self.env.uid)
        action._dispatch_visit(action)
        self.assertEqual(action.state, "failed")

    # ---- what they have in common ---------------------------------------------------------------------------------

    def test_a_payment_takes_back_what_waits_to_be_done_by_hand(self):
        invoice = self.invoice
        for channel in ("whatsapp", "social", "visit"):
            with self.subTest(channel):
                action = self._scheduled(channel)
                activity = action.activity_id
                self.assertTrue(activity)
                self._pay(invoice, day(0))
                self._assess(day(0))
                self.assertEqual(action.state, "cancelled")
                self.assertFalse(activity.exists())
                invoice = self._invoice(100, day(-10))

    def test_the_case_shows_what_waits_and_opens_it(self):
        action = self._scheduled("whatsapp")
        case = self._on(action.case_id.with_user(self.carla), day(0))
        self.assertEqual(case.by_hand_action_ids, action)
        opened = case.by_hand_action_ids.action_do_by_hand()
        self.assertEqual(opened["res_model"], "collection.hand.message")
        self.assertEqual(opened["context"]["default_action_id"], action.id)

    def test_what_is_paid_meanwhile_is_not_done_any_more(self):
        action = self._scheduled("whatsapp")
        self._pay(self.invoice, day(0))
        answer = self._on(action.with_user(self.carla), day(0)).action_do_by_hand()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(action.state, "skipped")

    def test_the_activity_marked_done_counts_and_given_up_does_not(self):
        action = self._scheduled("visit")
        self._on(action.activity_id.with_user(self.carla), day(1)).action_feedback(feedback="Spoke to Ann")
        self.assertRecordValues(action, [{"state": "sent", "outcome": "Spoke to Ann"}])
        self.assertEqual(self._last(action).outcome, "visited")
        self._invoice(100, day(-10), self._partner("Other"))
        action = self._scheduled("visit").filtered(lambda one: one.partner_id.name == "Other")
        action.activity_id.with_user(self.carla).unlink()
        self.assertRecordValues(action, [{"state": "cancelled", "outcome": "Cancelled by Carla."}])
