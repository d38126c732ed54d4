"""What becomes of a dispute: accepted with a credit note, rejected with a word to the debtor, asked after when late."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import day
from .common_dispute import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeResolved(DisputeCommon):
    # ---- accepted -------------------------------------------------------------------------------------------------

    def test_an_accepted_part_is_a_draft_credit_note_of_that_amount_and_is_not_claimed_while_it_is_reviewed(self):
        dispute = self._dispute({self.invoice: 400})
        dispute._accept("Two crates came back.")
        note = dispute.credit_note_ids
        self.assertRecordValues(
            note,
            [{"state": "draft", "move_type": "out_refund", "amount_total": 400, "reversed_entry_id": self.invoice.id}],
        )
        self.assertEqual(dispute.state, "accepted")
        self._assess(day(1), partners=self.debtor)
        self.assertTrue(dispute.line_ids.live)
        self.assertRecordValues(self._case(), [{"amount_disputed": 400, "amount_claim": 600}])
        note.action_post()
        self.assertEqual(self.invoice.amount_residual, 600)
        self._assess(day(1))
        self.assertFalse(dispute.line_ids.live)
        self.assertRecordValues(self._case(), [{"amount_due": 600, "amount_disputed": 0, "amount_claim": 600}])

    def test_an_accepted_whole_invoice_is_credited_line_by_line(self):
        dispute = self._dispute({self.invoice: 1000})
        dispute._accept("Never delivered.")
        note = dispute.credit_note_ids
        self.assertRecordValues(note, [{"amount_total": 1000}])
        self.assertEqual(note.invoice_line_ids.name, "Goods")
        note.action_post()
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_taxes_and_accounts_are_credited_in_their_shares_to_the_cent(self):
        # 100.00 + 15 % and 200.00 + 15 % and 33.33 without: 378.33; disputed 123.45
        accounts = self.company_data["default_account_revenue"] | self.company_data["default_account_revenue"].copy()
        fifteen = self.percent_tax(15)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.debtor.id,
                "invoice_date": day(-40),
                "invoice_date_due": day(-12),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": name, "price_unit": price, "tax_ids": tax.ids, "account_id": account.id})
                    for name, price, tax, account in (
                        ("A", 100, fifteen, accounts[0]),
                        ("B", 200, fifteen, accounts[1]),
                        ("C", 33.33, fifteen.browse(), accounts[0]),
                    )
                ],
            }
        )
        move.action_post()
        self._assess(day(0))
        dispute = self._dispute({move: 123.45})
        dispute._accept("Partly.")
        note = dispute.credit_note_ids
        self.assertEqual(note.amount_total, 123.45)
        # of 345.00 taxed, 33.33 not: 123.45 x 345.00 / 378.33 = 112.57, of which 112.57 x 15 / 115 = 14.68 is tax
        self.assertAlmostEqual(note.amount_tax, 14.68, delta=0.011)
        self.assertEqual(note.invoice_line_ids.account_id, accounts)
        note.action_post()
        self.assertEqual(move.amount_residual, 254.88)

    def test_a_part_of_one_invoice_in_foreign_currency_is_credited_in_it(self):
        foreign = self._invoice(500, day(-12), currency_id=self.euro.id)
        self._assess(day(0))
        dispute = self._dispute({foreign: 123.45})
        dispute._accept("True.")
        self.assertRecordValues(
            dispute.credit_note_ids,
            [{"currency_id": self.euro.id, "amount_total": 123.45, "state": "draft"}],
        )

    def test_several_invoices_are_a_credit_note_each(self):
        other = self._invoice(250, day(-11))
        self._assess(day(0))
        dispute = self._dispute({self.invoice: 400, other: 250})
        dispute._accept("True.")
        self.assertEqual(
            {note.reversed_entry_id: note.amount_total for note in dispute.credit_note_ids},
            {self.invoice: 400, other: 250},
        )
        self.assertEqual(len(dispute.action_open_credit_notes()["domain"][0][2]), 2)

    def test_no_more_is_credited_than_is_open_when_the_debtor_has_paid_meanwhile(self):
        dispute = self._dispute({self.invoice: 400})
        self._pay(self.invoice, day(0), 700)
        self.assertEqual(dispute.amount_open, 300)
        dispute._accept("True.")
        self.assertEqual(dispute.credit_note_ids.amount_total, 300)

    def test_a_dispute_settled_meanwhile_says_so_and_is_withdrawn(self):
        dispute = self._dispute({self.invoice: 400})
        self.assertFalse(dispute.settled)
        self._pay(self.invoice, day(0))
        self._assess(day(0))
        dispute.invalidate_recordset()
        self.assertTrue(dispute.settled)
        with self.assertRaisesRegex(UserError, "nothing to credit"):
            dispute._accept("True.")
        dispute._withdraw("Paid.")
        self.assertRecordValues(dispute, [{"state": "cancelled", "settled": False}])

    def test_a_draft_that_is_deleted_has_the_amount_claimed_again(self):
        dispute = self._dispute({self.invoice: 400})
        dispute._accept("True.")
        dispute.credit_note_ids.unlink()
        self.env["collection.dispute"]._daily(self.company, day(1))
        self._assess(day(1))
        self.assertFalse(dispute.line_ids.live)
        self.assertRecordValues(self._case(), [{"amount_disputed": 0, "amount_claim": 1000}])

    def test_what_is_not_an_invoice_is_corrected_in_accounting(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "date": day(-40),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.debtor.id,
                            "debit": 80,
                            "date_maturity": day(-12),
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 80}),
                ],
            }
        )
        entry.action_post()
        self._receivable(entry).no_followup = False
        self._assess(day(0))
        dispute = self._dispute({entry: 80})
        with self.assertRaisesRegex(UserError, "is not an invoice"):
            dispute._accept("True.")
        self.assertRecordValues(dispute, [{"state": "open"}])
        self.assertFalse(entry.reversal_move_ids)

    # ---- rejected -------------------------------------------------------------------------------------------------

    def test_a_rejected_item_returns_where_it_was_in_its_next_round_and_the_debtor_is_told_in_his_language(self):
        self._follow_up(day(0))
        item = self._item(self.invoice)
        level = item.level_id
        self.assertTrue(level)
        dispute = self._dispute({self.invoice: 400}, on=day(1))
        dispute._reject("The delivery note is signed.")
        self.assertRecordValues(dispute, [{"state": "rejected", "date_resolved": day(1)}])
        self.assertRecordValues(item, [{"round": 2, "level_id": level.id}])
        self.assertFalse(dispute.line_ids.live)
        self.assertRecordValues(self._case(), [{"amount_disputed": 0, "amount_claim": 1000}])
        # the same level is not sent again: the next one is, when it is due
        self.assertFalse(self._follow_up(day(2)))
        self.assertSteps(self._follow_up(day(10)), (self.debtor, self.reminder, "email"))
        mail = self.env["mail.mail"].search([("model", "=", "collection.dispute"), ("res_id", "=", dispute.id)])
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("The delivery note is signed.", mail.body_html)
        self.assertIn("400.00", mail.body_html)
        told = self._case().contact_ids.sorted("seq")[-1]
        self.assertRecordValues(told, [{"channel": "email", "direction": "out", "address": "deco.addict@example.com"}])
        self.assertFalse(self._case().contact_ids._verify_chain())
        self.assertFalse(dispute.activity_ids)

    def test_a_debtor_without_an_address_is_not_told_and_nothing_is_saved(self):
        self.debtor.email = False
        dispute = self._dispute({self.invoice: 400})
        wizard = self.env["collection.dispute.resolve"].create(
            {"dispute_id": dispute.id, "outcome": "rejected", "resolution": "Signed."}
        )
        self.assertFalse(wizard.tell)
        wizard.tell = True
        with self.assertRaisesRegex(UserError, "has no e-mail address"), self.env.cr.savepoint():
            wizard.action_confirm()
        self.assertEqual(dispute.state, "open")
        wizard.tell = False
        wizard.action_confirm()
        self.assertEqual(dispute.state, "rejected")

    def test_while_all_sending_is_stopped_the_debtor_is_not_told(self):
        dispute = self._dispute({self.invoice: 400})
        self.company.collection_stopped = True
        with self.assertRaisesRegex(UserError, "All sending is stopped"):
            dispute._reject("Signed.")

    def test_a_resolved_dispute_is_not_resolved_again_and_nothing_is_said_with_blanks(self):
        dispute = self._dispute({self.invoice: 400})
        with self.assertRaisesRegex(ValidationError, "Say what was found"):
            self.env["collection.dispute.resolve"].create({"dispute_id": dispute.id, "resolution": "  "})
        dispute._withdraw("A misunderstanding.")
        for resolve in (dispute._accept, dispute._reject, dispute._withdraw):
            with self.assertRaisesRegex(UserError, "resolved already"):
                resolve("Once more.")

    # ---- escalated ------------------------------------------------------------------------------------------------

    def test_the_managers_are_asked_once_when_nobody_has_looked_in_time(self):
        boss = self._user("boss", "debt_collection.group_collection_manager")
        carla = self._user("carla", "debt_collection.group_collection_collector")
        dispute = self._dispute({self.invoice: 400}, user=carla)
        disputes = self.env["collection.dispute"]
        self.assertFalse(disputes._escalate(self.company, day(10)))
        self.assertEqual(disputes._escalate(self.company, day(11)), dispute)
        warning = self.env.ref("mail.mail_activity_data_warning")
        asked = dispute.activity_ids.filtered(lambda activity: activity.activity_type_id == warning)
        self.assertIn(boss, asked.user_id)
        self.assertNotIn(carla, asked.user_id)
        self.assertEqual(dispute.date_escalated, day(11))
        self.assertIn("not resolved by", self._log()[-1])
        self.assertFalse(disputes._escalate(self.company, day(12)))
        dispute._withdraw("Done.")
        self.assertFalse(dispute.activity_ids)

    def test_another_companys_disputes_are_its_own(self):
        other = self.setup_other_company()["company"]
        dispute = self._dispute({self.invoice: 400})
        self.assertFalse(self.env["collection.dispute"]._escalate(other, day(30)))
        stranger = self._user("stranger", "debt_collection.group_collection_manager", companies=other)
        self.assertFalse(self.env["collection.dispute"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            dispute.with_user(stranger)._withdraw("Mine.")

    def test_many_disputes_are_escalated_in_as_many_statements_as_a_few(self):
        def escalated(number):
            for _index in range(number):
                self._dispute({self.invoice: 1})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["collection.dispute"]._escalate(self.company, day(11))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        escalated(1)
        few, many = escalated(3), escalated(12)
        self.assertLessEqual(many, few + 2)

    def test_disputes_are_grouped_by_department(self):
        self._dispute({self.invoice: 400})
        groups = self.env["collection.dispute"].formatted_read_group([], ["department"], ["__count"])
        self.assertEqual([(group["department"], group["__count"]) for group in groups], [("Logistics", 1)])
