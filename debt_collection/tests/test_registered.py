"""Registered letters: printed apart, given a number, delivered with a signature or come back."""

import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestRegistered(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.friendly.channels = cls._channels("registered")

    def _letters(self, *names):
        """Return the registered letters of customers, printed."""
        for name in names:
            self._invoice(100, day(-10), self._partner(name))
        run = self._run(day(0))
        run.action_approve()
        self._dispatch(day(0))
        return self._on(run.action_ids.sorted("print_position"), day(0))

    def _step(self, action, step, **values):
        wizard = self.env["collection.registered.step"].with_context(collection_today=day(5).isoformat())
        return wizard.create({"action_id": action.id, "step": step, **values}).action_confirm()

    def _log(self, action):
        return action.case_id.contact_ids.sorted("seq")

    def test_a_registered_letter_is_followed_from_its_batch(self):
        run = self._letters("Anna", "Bert").run_id
        self.assertEqual(run.registered_count, 2)
        self.assertEqual(
            self.env["collection.action"].search(run.action_registered_letters()["domain"]), run.action_ids
        )

    def test_the_numbers_of_a_batch_are_typed_one_below_the_other_and_logged(self):
        first, second = self._letters("Anna", "Bert")
        first.tracking_ref = " RR 123 456 US "
        self.assertEqual(first.tracking_ref, "RR123456US")
        self.assertIn("RR123456US", self._log(first)[-1].summary)
        with self.assertRaisesRegex(ValidationError, "RR123456US is given to Anna already: scan the one of Bert"):
            second.tracking_ref = "RR123456US"
        second.tracking_ref = "RR999"
        entries = len(self._log(second))
        second.tracking_ref = "RR999"
        self.assertEqual(len(self._log(second)), entries, "typing the same again says nothing new")
        second.tracking_ref = False
        self.assertIn("removed", self._log(second)[-1].summary)
        self.assertFalse(self._log(first)._verify_chain())

    def test_only_a_registered_letter_that_was_printed_has_a_number(self):
        self._invoice(100, day(-10), self._partner("Waiting"))
        action = self._run(day(0)).action_ids
        with self.assertRaisesRegex(ValidationError, "not a registered letter that was printed"):
            action.tracking_ref = "RR1"
        with self.assertRaisesRegex(UserError, "not a registered letter on its way"):
            action.action_delivered()

    def test_the_carriers_page_is_one_click_away(self):
        [action] = self._letters("Anna")
        action.tracking_ref = "RR/1"
        with self.assertRaisesRegex(UserError, "tracking page of your carrier is missing"):
            action.action_open_tracking()
        self.company.collection_registered_url = "https://post.example/track?nr={ref}"
        self.assertEqual(action.action_open_tracking()["url"], "https://post.example/track?nr=RR%2F1")

    def test_a_tracking_page_without_a_place_for_the_number_is_refused(self):
        for url in (
            "https://post.example/track",
            "post.example/{ref}",
            "javascript:alert({ref})",
            "https://post.example/{ref}/{user}",
            "https://post.example/{ref.__class__}",
            "https://post.example/{ref",
            "https:///{ref}",
        ):
            with self.subTest(url), self.assertRaisesRegex(ValidationError, "not the address of a tracking page"):
                self.company.collection_registered_url = url

    def test_a_delivery_is_logged_with_who_signed_and_its_proof(self):
        [action] = self._letters("Anna")
        self._step(action, "tracking", tracking_ref="RR1", proof=base64.b64encode(b"receipt"), proof_name="receipt.jpg")
        self.assertEqual(action.tracking_ref, "RR1")
        self._step(action, "delivered", day=day(2), signed_by="A. Smith", proof=base64.b64encode(b"card"))
        self.assertEqual((action.delivered_on, action.delivered_to), (day(2), "A. Smith"))
        entry = self._log(action)[-1]
        self.assertEqual((entry.channel, entry.outcome, entry.action_id), ("registered", "delivered", action))
        self.assertIn("signed by A. Smith", entry.summary)
        self.assertEqual(
            {document.raw for document in action.document_ids} & {b"receipt", b"card"}, {b"receipt", b"card"}
        )
        self.assertEqual(action.state, "sent")
        with self.assertRaisesRegex(UserError, "noted already"):
            action.action_returned()

    def test_a_letter_that_came_back_does_not_count_as_sent(self):
        [action] = self._letters("Anna")
        with self.assertRaisesRegex(ValidationError, "Say why the letter came back"):
            self._step(action, "returned")
        self.assertEqual(action.state, "sent")
        self._step(action, "returned", reason="moved")
        self.assertEqual(action.state, "failed")
        self.assertIn("came back: Moved away", action.outcome)
        self.assertIn("Moved away", self._log(action)[-1].summary)

    def test_a_delivery_in_the_future_or_before_the_printing_is_refused(self):
        [action] = self._letters("Anna")
        with self.assertRaisesRegex(ValidationError, "one that has been"):
            self._step(action, "delivered", day=day(6))
        with self.assertRaisesRegex(ValidationError, "not delivered before"):
            self._step(action, "delivered", day=day(-1))
        with self.assertRaisesRegex(ValidationError, "Type or scan"):
            self._step(action, "tracking", tracking_ref="  ")
        self.assertFalse(action.delivered_on)

    def test_a_registered_letter_costs_what_it_costs(self):
        self.company.write({"collection_letter_cost": 1.35, "collection_registered_cost": 5.9})
        [action] = self._letters("Anna")
        self.assertAlmostEqual(self._log(action).cost, 5.9)

    def test_a_collector_notes_a_delivery_by_the_button_and_never_by_hand(self):
        [action] = self._letters("Anna")
        collector = self._user("cora", "debt_collection.group_collection_collector")
        action.case_id.sudo().user_id = collector
        with self.assertRaises(AccessError):
            action.with_user(collector).write({"delivered_on": day(1)})
        action.with_user(collector).tracking_ref = "RR7"
        wizard = self.env["collection.registered.step"].with_user(collector)
        wizard = wizard.with_context(collection_today=day(5).isoformat())
        wizard.create({"action_id": action.id, "step": "delivered", "day": day(1)}).action_confirm()
        self.assertEqual(action.delivered_on, day(1))
        self.assertEqual(self._log(action)[-1].user_name, collector.name)
        other = self._user("otto", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            action.with_user(other).tracking_ref = "RR8"
