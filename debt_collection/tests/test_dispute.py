"""Disputes: raised on items or a part of an amount, resolved, escalated when nobody looks."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import day
from .common_dispute import DisputeCommon


@tagged("post_install", "-at_install")
class TestDispute(DisputeCommon):
    # ---- raising --------------------------------------------------------------------------------------------------

    def test_a_dispute_of_a_part_goes_to_the_reasons_responsible_with_its_deadline_and_is_in_the_log(self):
        lena = self._user("lena", "debt_collection.group_collection_collector")
        self.damaged.user_id = lena
        dispute = self._dispute({self.invoice: 400}, description="Two of five crates were wet.")
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "open",
                    "amount": 400,
                    "amount_open": 400,
                    "user_id": lena.id,
                    "deadline": day(10),
                    "date_open": day(0),
                }
            ],
        )
        self.assertRecordValues(
            dispute.line_ids, [{"item_id": self._item(self.invoice).id, "amount": 400, "live": True}]
        )
        self.assertRecordValues(dispute.activity_ids, [{"user_id": lena.id, "date_deadline": day(10)}])
        entry = self._case().contact_ids.sorted("seq")[-1]
        self.assertRecordValues(
            entry, [{"channel": "note", "direction": "in", "outcome": "dispute", "user_id": self.env.uid}]
        )
        self.assertIn("400.00", entry.summary)
        self.assertIn(self.invoice.name, entry.summary)
        self.assertIn("Two of five crates", entry.text)

    def test_what_is_disputed_is_not_claimed_from_that_moment_on_and_stays_in_what_is_owed(self):
        self._dispute({self.invoice: 400})
        self.assertRecordValues(
            self._case(), [{"amount_due": 1000, "amount_disputed": 400, "amount_claim": 600, "stage": "new"}]
        )
        self._dispute({self.invoice: 600})
        self.assertRecordValues(
            self._case(), [{"amount_due": 1000, "amount_disputed": 1000, "amount_claim": 0, "stage": "disputed"}]
        )
        self.assertFalse(self._follow_up(day(1)))
        [share] = self.env["collection.ledger"]._shares(self.company, self.debtor, day(1)).values()
        self.assertEqual((share["disputed"], share["claimable"]), (1000, 0))

    def test_a_reminder_in_a_dispute_claims_the_rest(self):
        [action] = self._run(day(0)).action_ids
        self._dispute({self.invoice: 400})
        action.action_approve()
        self._dispatch(day(0))
        self.assertRecordValues(action.line_ids, [{"amount_currency": 600, "amount_residual": 600}])

    def test_without_a_responsible_for_the_reason_the_collector_looks_into_it(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self._case().user_id = carla
        self.assertEqual(self._dispute({self.invoice: 1000}).user_id, carla)

    def test_the_wizard_disputes_what_is_ticked_in_full_and_nothing_by_itself(self):
        other = self._invoice(250, day(-11))
        self._assess(day(0))
        wizard = Form(self.env["collection.dispute.raise"].with_context(default_case_id=self._case().id))
        wizard.reason_id = self.damaged
        self.assertEqual([wizard.line_ids.edit(i).disputed for i in range(2)], [False, False])
        with wizard.line_ids.edit(1) as line:
            line.disputed = True
            self.assertEqual(line.amount, 250)
        scan = self.env["ir.attachment"].create({"name": "photo.png", "raw": b"wet"})
        wizard.attachment_ids.add(scan)
        wizard.save().action_confirm()
        dispute = self._case().dispute_ids
        self.assertRecordValues(dispute.line_ids, [{"item_id": self._item(other).id, "amount": 250}])
        self.assertRecordValues(scan, [{"res_model": "collection.dispute", "res_id": dispute.id}])

    def test_an_amount_of_zero_is_refused(self):
        for amount in (0, -5, 0.001):
            with self.assertRaisesRegex(ValidationError, "more than zero"):
                self._dispute({self.invoice: amount})
        self.assertFalse(self._case().dispute_ids)

    def test_no_more_is_disputed_than_is_open_and_not_disputed_yet(self):
        self._pay(self.invoice, day(-1), 300)
        with self.assertRaisesRegex(ValidationError, r"At most \$\s?700.00"):
            self._dispute({self.invoice: 700.01})
        self._dispute({self.invoice: 500})
        with self.assertRaisesRegex(ValidationError, r"At most \$\s?200.00"):
            self._dispute({self.invoice: 300})
        self._dispute({self.invoice: 200})
        with self.assertRaisesRegex(ValidationError, "paid, or disputed already"):
            self._dispute({self.invoice: 1})
        self.assertEqual(sorted(self._case().dispute_ids.mapped("amount")), [200, 500])

    def test_a_paid_item_is_refused_though_assess_has_not_seen_the_payment(self):
        self._invoice(50, day(-12))
        self._assess(day(0))
        self._pay(self.invoice, day(0))
        with self.assertRaisesRegex(ValidationError, "paid, or disputed already"):
            self._dispute({self.invoice: 10})

    def test_another_cases_item_is_refused(self):
        other = self._invoice(100, day(-12), self._partner("Azure Interior"))
        self._assess(day(0))
        with self.assertRaisesRegex(ValidationError, "belongs to another case"):
            self._dispute({other: 10})

    def test_items_of_two_currencies_are_two_disputes(self):
        foreign = self._invoice(500, day(-12), currency_id=self.euro.id)
        self._assess(day(0))
        with self.assertRaisesRegex(ValidationError, "more than one currency"):
            self._dispute({self.invoice: 10, foreign: 10})
        dispute = self._dispute({foreign: 200})
        self.assertRecordValues(dispute, [{"currency_id": self.euro.id, "amount": 200, "amount_open": 200}])

    def test_nothing_chosen_or_a_day_in_the_past_or_a_closed_case_is_refused(self):
        case = self._case()
        with self.assertRaisesRegex(ValidationError, "Choose at least one item"):
            self._dispute({})
        with self.assertRaisesRegex(ValidationError, "not by one in the past"):
            self._dispute({self.invoice: 10}, deadline=day(-1))
        item = self._item(self.invoice)
        self._pay(self.invoice, day(0))
        self._assess(day(0))
        with self.assertRaisesRegex(UserError, "The case is closed"):
            self.env["collection.dispute"]._raise(case, {item: 10}, self.damaged)
        self.assertFalse(case.dispute_ids)

    def test_a_reminder_that_would_claim_nothing_else_is_excluded_and_another_stays(self):
        [action] = self._run(day(0)).action_ids
        self._dispute({self.invoice: 999})
        self.assertEqual(action.state, "proposed")
        self._dispute({self.invoice: 1})
        self.assertEqual(action.state, "cancelled")

    # ---- who may --------------------------------------------------------------------------------------------------

    def test_a_collector_disputes_own_cases_only_and_resolves_what_is_given_to_him_elsewhere(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        lena = self._user("lena", "debt_collection.group_collection_collector")
        self._case().user_id = carla
        case, item = self._case(), self._item(self.invoice)
        with self.assertRaises(AccessError):
            self.env["collection.dispute"].with_user(lena)._raise(
                case.with_user(lena), {item.with_user(lena): 10}, self.damaged
            )
        dispute = (
            self.env["collection.dispute"]
            .with_user(carla)
            ._raise(case.with_user(carla), {item.with_user(carla): 10}, self.damaged, user=lena)
        )
        max_ = self._user("max", "debt_collection.group_collection_collector")
        self.assertFalse(self.env["collection.dispute"].with_user(max_).search([]))
        with self.assertRaises(AccessError):
            dispute.with_user(lena).state = "accepted"
        dispute.with_user(lena)._withdraw("A misunderstanding.")
        self.assertEqual(dispute.state, "cancelled")
        self.assertEqual(case.contact_ids.sorted("seq")[-1].user_id, lena)

    def test_somebody_who_cannot_open_disputes_is_not_made_responsible(self):
        otto = self._user("otto", "base.group_user")
        with self.assertRaisesRegex(ValidationError, r"otto .*cannot open disputes"):
            self._dispute({self.invoice: 10}, user=otto)
        with self.assertRaisesRegex(ValidationError, r"otto .*cannot open disputes"):
            self.damaged.user_id = otto

    def test_a_collector_without_rights_in_accounting_does_not_accept(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        dispute = self._dispute({self.invoice: 400})
        with self.assertRaisesRegex(AccessError, "Make somebody of accounting responsible"):
            dispute.with_user(carla)._accept("True.")
        self.assertEqual(dispute.state, "open")

    def test_a_dispute_handed_over_takes_its_activity_along_and_the_log_says_so(self):
        dispute = self._dispute({self.invoice: 400})
        lena = self._user("lena", "debt_collection.group_collection_collector")
        dispute.write({"user_id": lena.id, "deadline": day(20)})
        self.assertRecordValues(dispute.activity_ids, [{"user_id": lena.id, "date_deadline": day(20)}])
        self.assertIn("Dispute handed to lena", self._log()[-1])
        dispute._withdraw("Settled by phone.")
        with self.assertRaisesRegex(ValidationError, "resolved"):
            dispute.deadline = day(30)
