"""A proposal: which step is due for whom, by which channel, and why; it changes nothing."""

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestPropose(CollectionCommon):
    def _snapshot(self):
        """Return every row that a proposal must leave alone."""
        self.env.flush_all()
        rows = {}
        for table in (
            "collection_case", "collection_item", "collection_debtor", "collection_contact", "mail_mail",
            "mail_activity", "account_move", "account_move_line",
        ):  # fmt: skip
            self.env.cr.execute(SQL("SELECT id, ctid::text FROM %s ORDER BY id", SQL.identifier(table)))
            rows[table] = self.env.cr.fetchall()
        return rows

    def test_proposing_changes_nothing(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        before = self._snapshot()
        self.assertTrue(self._run(day(0), assess=False).action_ids)
        self.assertEqual(self._snapshot(), before)

    def test_proposing_again_gives_the_same(self):
        self._invoice(100, day(-10))
        self._invoice(50, day(-10), self._partner("Azure"))
        run = self._run(day(0))
        first = run.action_ids.read(["partner_id", "level_id", "channel", "reason", "amount", "line_ids"])
        self.assertEqual(len(first), 2)
        run.action_propose()
        self.assertEqual(
            run.action_ids.read(["partner_id", "level_id", "channel", "reason", "amount", "line_ids"]), first
        )

    def test_two_batches_never_hold_the_same_item(self):
        self._invoice(100, day(-10))
        first, second = self._run(day(0)), self._run(day(0))
        self.assertTrue(first.action_ids)
        self.assertFalse(second.action_ids)
        first.action_approve()
        second.action_propose()
        self.assertFalse(second.action_ids, "approved is held as well")

    def test_a_failed_step_is_not_proposed_again_by_the_same_channel(self):
        self._invoice(100, day(-10))
        self._run(day(0)).action_ids.sudo()._mark_failed("Mailbox full")
        self.env["collection.action"].search([("state", "=", "proposed")]).action_exclude()
        letter = self._run(day(1)).action_ids
        self.assertSteps(letter, (self.debtor, self.friendly, "letter"))
        self.assertIn("E-mail failed: a letter instead.", letter.reason)

    def test_a_proposal_nobody_sent_is_no_reminder(self):
        invoice = self._invoice(100, day(-10))
        self._run(day(0))
        self.assertFalse(self._run(day(20)).action_ids)
        self.assertFalse(self._item(invoice).level_id)
        self.env["collection.action"].search([("partner_id", "=", self.debtor.id)]).action_exclude()
        self.assertSteps(self._run(day(40)).action_ids, (self.debtor, self.friendly, "email"))

    def test_what_was_excluded_stays_out_of_its_batch_and_is_free_for_the_next(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_ids.action_exclude()
        run.action_propose()
        self.assertEqual(run.action_ids.mapped("state"), ["cancelled"])
        self.assertSteps(self._run(day(0)).action_ids, (self.debtor, self.friendly, "email"))

    def test_what_was_excluded_can_be_put_back_unless_something_took_its_place(self):
        self._invoice(100, day(-10))
        run = self._run(day(0))
        run.action_ids.action_exclude()
        run.action_ids.action_propose_again()
        self.assertEqual(run.action_ids.state, "proposed")
        run.action_ids.action_exclude()
        self._run(day(0))
        with self.assertRaisesRegex(Exception, "already has an open action"):
            run.action_ids.action_propose_again()

    def test_the_first_batch_after_installation_sends_nobody_the_last_level(self):
        customers = [self._partner(f"Old Customer {number}") for number in range(4)]
        for number, customer in enumerate(customers):
            self._invoice(100, day(-100 * (number + 1)), customer)
        self.assertSteps(self._run(day(0)).action_ids, *[(c, self.friendly, "email") for c in customers])

    def test_the_reason_is_in_words(self):
        invoice = self._invoice(100, day(-12))
        self.assertEqual(
            self._run(day(0)).action_ids.reason, f"{invoice.name} is 12 days late; “Friendly” is due after 3 days."
        )

    def test_an_action_names_what_it_claims(self):
        invoice = self._invoice(100, day(-12))
        self._payment(30, day(-1))
        [line] = self._run(day(0)).action_ids.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "name": invoice.name,
                    "date_due": day(-12),
                    "days_overdue": 12,
                    "amount_original": 100,
                    "amount_currency": 100,
                    "amount_claim": 70,
                    "level_id": self.friendly.id,
                    "round": 1,
                }
            ],
        )

    # ---- nothing is proposed --------------------------------------------------------------------------------------

    def test_a_debtor_whose_credit_covers_the_debt_gets_nothing(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self._payment(100, day(0))
        self.assertFalse(self._run(day(0), assess=False).action_ids)

    def test_a_debtor_who_is_owed_more_in_another_currency_gets_nothing(self):
        euro = self.setup_other_currency("EUR")
        self._invoice(100, day(-10))
        self._payment(200, day(0), currency=euro)
        self.assertFalse(self._run(day(0)).action_ids)

    def test_a_credit_in_another_currency_needs_a_person_to_look(self):
        euro = self.setup_other_currency("EUR")
        self._invoice(100, day(-10))
        self._payment(199, day(0), currency=euro)
        action = self._run(day(0)).action_ids
        self.assertTrue(action.needs_look)
        self.assertIn("another currency", action.reason)
        self.assertIn("another currency", self._case().reason)

    def test_what_is_left_out_of_follow_up_is_not_claimed(self):
        self._invoice(100, day(-10)).no_followup = True
        chased = self._invoice(50, day(-10))
        self.assertEqual(self._run(day(0)).action_ids.line_ids.item_id.move_id, chased)

    def test_what_is_at_an_agency_or_a_court_is_not_reminded(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        for stage in ("agency", "legal"):
            self._case().sudo().stage = stage
            self.assertFalse(self._run(day(0)).action_ids, stage)

    # ---- one batch of some ----------------------------------------------------------------------------------------

    def test_a_batch_can_be_for_some_strategies_levels_or_collectors(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        other = self.env["collection.strategy"].create({"name": "Other"})
        ask = self._level("Ask", 3, strategy=other)
        friend, old = self._partner("Azure"), self._partner("Ready Mat")
        self.env["collection.debtor"]._get(self.company, friend).strategy_id = other
        self.env["collection.debtor"]._get(self.company, self.debtor).user_id = carla
        self._invoice(100, day(-10), old)
        self._follow_up(day(-7))
        for customer in (self.debtor, friend):
            self._invoice(100, day(-10), customer)
        for values, expected in (
            ({"strategy_ids": other.ids}, [(friend, ask, "email")]),
            ({"level_ids": self.reminder.ids}, [(old, self.reminder, "email")]),
            ({"collector_ids": carla.ids}, [(self.debtor, self.friendly, "email")]),
        ):
            run = self._run(day(0), **values)
            self.assertSteps(run.action_ids, *expected)
            run.unlink()

    def test_a_batch_never_touches_another_companys_debtors(self):
        other = self.setup_other_company()["company"]
        other.collection_strategy_id = self.strategy
        azure = self._partner("Azure")
        self._invoice(100, day(-10))
        self._invoice(70, day(-10), company_id=other)
        self._invoice(70, day(-10), azure, company_id=other)
        self._assess(day(0), other)
        run = self._run(day(0))
        self.assertEqual(run.action_ids.amount, 100)
        self.assertSteps(self._run(day(0), other).action_ids, (self.debtor, self.friendly, "email"),
                         (azure, self.friendly, "email"))  # fmt: skip


@tagged("post_install", "-at_install")
class TestChannels(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.friendly.channels = cls._channels("email")
        cls._invoice(100, day(-10))

    def assertReached(self, *channels, words=()):
        actions = self._run(day(0)).action_ids
        self.assertEqual(sorted(actions.mapped("channel")), sorted(channels))
        for word in words:
            self.assertIn(word, actions[:1].reason)

    def test_a_level_may_use_several_channels_at_once(self):
        self.friendly.channels = self._channels("letter", "call")
        self.assertReached("letter", "call")

    def test_who_has_no_email_gets_a_letter_and_the_reason_says_so(self):
        self.debtor.email = False
        self.assertReached("letter", words=["There is no e-mail address that can be used: a letter instead."])

    def test_who_has_an_email_that_is_none_gets_a_letter(self):
        self.debtor.email = "see their website"
        self.assertReached("letter")

    def test_who_has_no_address_at_all_is_called(self):
        self.debtor.write({"email": False, "street": False})
        self.assertReached("call", words=["There is neither an e-mail nor a postal address: a call instead."])

    def test_a_blacklisted_email_turns_into_a_letter(self):
        self.env["mail.blacklist"]._add(self.debtor.email)
        self.assertReached("letter")

    def test_a_letter_without_postal_address_turns_into_an_email(self):
        self.friendly.channels = self._channels("letter")
        self.debtor.street = False
        self.assertReached("email", words=["There is no postal address: an e-mail instead."])

    def test_email_and_letter_without_email_are_one_letter(self):
        self.friendly.channels = self._channels("email", "letter")
        self.debtor.email = False
        self.assertReached("letter")

    def test_the_email_of_the_address_for_collections_will_do(self):
        self.debtor.email = False
        contact = self.env["res.partner"].create(
            {"name": "Books", "parent_id": self.debtor.id, "type": "collections", "email": "books@example.com"}
        )
        self.assertReached("email")
        self.env["collection.action"].search([]).action_exclude()
        contact.action_archive()
        self.assertReached("letter")

    def test_the_email_of_just_any_contact_will_not_do(self):
        self.debtor.email = False
        self.env["res.partner"].create({"name": "Joe", "parent_id": self.debtor.id, "email": "joe@example.com"})
        self.assertReached("letter")

    def test_a_channel_that_is_switched_off_is_not_used(self):
        self.friendly.channels = self._channels("email", "call")
        self._channels("call").sudo().active = False
        self.assertReached("email")
