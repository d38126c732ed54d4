"""Accounting is not ours: posting, paying, correcting and deleting work as without us, and we keep up."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestAccounting(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )

    def _ours(self):
        """Return the rows of every table of ours but the queue of changes."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'collection_%' AND tablename != 'collection_change'"
        )
        rows = {}
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(SQL("SELECT ctid::text FROM %s ORDER BY 1", SQL.identifier(table)))
            rows[table] = self.env.cr.fetchall()
        return rows

    def _changes(self):
        self.env.cr.execute("DELETE FROM collection_change WHERE company = %s RETURNING partner", [self.company.id])
        return {partner for (partner,) in self.env.cr.fetchall()}

    def _notes(self):
        self.env.cr.execute("DELETE FROM collection_change WHERE company = %s", [self.company.id])
        return self.env.cr.rowcount

    # ---- what accounting costs ------------------------------------------------------------------------------------

    def test_posting_and_paying_leave_a_note_in_the_queue_and_nothing_else(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        before = self._ours()
        self._changes()
        invoice = self._invoice(50, day(-10))
        self.assertEqual(self._changes(), {self.debtor.id})
        payment = self._pay(invoice, day(0))
        self.assertEqual(self._changes(), {self.debtor.id})
        payment.action_draft()
        self.assertEqual(self._changes(), {self.debtor.id})
        invoice.button_draft()
        self.assertEqual(self._changes(), {self.debtor.id})
        self.assertEqual(self._ours(), before)

    def test_only_what_a_customer_owes_is_noted(self):
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        journal = self.company_data["default_journal_bank"]
        self._changes()
        bill = self._invoice(70, day(-10), supplier, move_type="in_invoice")
        self._pay(bill, day(0))
        statement_line = {"journal_id": journal.id, "payment_ref": "Not matched yet", "amount": 50}
        self.env["account.bank.statement.line"].create({**statement_line, "partner_id": self.debtor.id})
        self.assertEqual(self._changes(), set())

    def test_one_note_a_debtor_however_many_invoices_are_posted_or_paid_together(self):
        invoices = self._invoice(100, day(-10)) | self._invoice(50, day(-5))
        invoices.button_draft()
        self._changes()
        invoices.action_post()
        self.assertEqual(self._notes(), 1)
        self._pay(invoices, day(0), group_payment=True)
        # the payment is posted, then matched
        self.assertEqual(self._notes(), 2)

    def test_a_journal_entry_notes_the_debtors_of_its_lines(self):
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": self.debtor.id,
                            "debit": 30,
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 30}),
                ],
            }
        )
        self._changes()
        entry.action_post()
        self.assertEqual(self._changes(), {self.debtor.id})

    def test_the_queue_never_makes_an_accountant_wait(self):
        self.env.cr.execute(
            """
            SELECT conname FROM pg_constraint
             WHERE conrelid = 'collection_change'::regclass AND contype IN ('f', 'u', 'c', 'x')
            """
        )
        self.assertFalse(self.env.cr.fetchall(), "no foreign key, no unique constraint, no check")

    def test_nothing_of_ours_is_stored_on_accountings_tables(self):
        self.env.cr.execute(
            """
            SELECT table_name, column_name FROM information_schema.columns
             WHERE table_name IN ('account_move', 'account_move_line', 'account_payment')
               AND column_name LIKE '%collection%'
            """
        )
        self.assertFalse(self.env.cr.fetchall())

    # ---- correcting an invoice ------------------------------------------------------------------------------------

    def test_an_invoice_set_to_draft_and_posted_again_keeps_its_level(self):
        invoice = self._invoice(100, day(-10))
        self._follow_up(day(0))
        invoice.button_draft()
        self._assess(day(1))
        self.assertFalse(self._case())
        invoice.action_post()
        self._assess(day(2))
        item = self._item(invoice)
        self.assertRecordValues(item, [{"level_id": self.friendly.id, "level_date": day(0), "is_open": True}])
        self.assertSteps(self._run(day(7)).action_ids, (self.debtor, self.reminder, "email"))

    def test_an_invoice_posted_again_in_instalments_starts_them_where_it_stood(self):
        invoice = self._invoice(100, day(-10))
        self._follow_up(day(0))
        action = self._case().action_ids
        invoice.button_draft()
        invoice.invoice_payment_term_id = self.halves
        invoice.action_post()
        self.assertEqual(len(self._receivable(invoice)), 2)
        self._assess(day(1))
        items = self._item(invoice).filtered("is_open")
        self.assertEqual(items.move_line_id, self._receivable(invoice))
        self.assertRecordValues(items, [{"level_id": self.friendly.id, "level_date": day(0)}] * 2)
        self.assertRecordValues(action.line_ids, [{"name": invoice.name, "amount_claim": 100, "date_due": day(-10)}])
        self.assertIn("Friendly words", action.case_id.contact_ids.text)

    def test_an_instalment_whose_payment_bounced_has_an_age_of_its_own(self):
        # the second instalment was paid ahead, so only the first was chased; then the bank took the payment back
        invoice = self._invoice(100, day(20), invoice_date=day(-40), invoice_payment_term_id=self.halves)
        first, second = self._receivable(invoice)
        payment = self._payment(50, day(-39))
        (self._receivable(payment.move_id) | second).reconcile()
        self._follow_up(day(-37))
        self._follow_up(day(-30))
        payment.action_cancel()
        self._assess(day(-29))
        items = {item.move_line_id: item.level_id for item in self._item(invoice)}
        self.assertEqual(items, {first: self.reminder, second: self.env["collection.level"]})

    def test_instalments_posted_again_as_one_keep_the_lowest_level(self):
        invoice = self._invoice(100, day(20), invoice_date=day(-40), invoice_payment_term_id=self.halves)
        self._follow_up(day(-37))
        self._follow_up(day(-30))
        first, second = self._item(invoice).sorted("date_due")
        self.assertEqual((first.level_id, second.level_id), (self.reminder, self.env["collection.level"]))
        invoice.button_draft()
        invoice.write({"invoice_payment_term_id": False, "invoice_date_due": day(-40)})
        invoice.action_post()
        self._assess(day(0))
        [item] = self._item(invoice).filtered("is_open")
        self.assertFalse(item.level_id)

    def test_an_invoice_deleted_leaves_the_history_readable(self):
        invoice = self._invoice(100, day(-10))
        self._follow_up(day(0))
        case, name = self._case(), invoice.name
        action = case.action_ids
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self._assess(day(1))
        self.assertRecordValues(case, [{"state": "closed", "close_reason": "paid"}])
        self.assertRecordValues(case.item_ids, [{"name": name, "is_open": False, "move_line_id": False}])
        self.assertRecordValues(action.line_ids, [{"name": name, "amount_claim": 100}])
        self.assertFalse(case.contact_ids._verify_chain())
        self.assertIn(name, action.items_html)

    # ---- contacts -------------------------------------------------------------------------------------------------

    def test_an_archived_customer_still_owes(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        self.debtor.action_archive()
        self.assertEqual(self._assess(day(0)), {"opened": 0, "closed": 0, "updated": 0})
        self.assertEqual(self._case().amount_claim, 100)

    def test_a_customer_who_may_be_deleted_may_be_deleted(self):
        invoice = self._invoice(100, day(-10))
        self._follow_up(day(0))
        case = self._case()
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.debtor.unlink()
        self._assess(day(1))
        self.assertEqual((case.state, case.debtor_id.name), ("closed", "Deco Addict"))
        self.assertEqual([action.partner_id.exists() for action in case.action_ids], [self.env["res.partner"]])
        self.assertEqual(case.display_name, "Deco Addict")
        self.assertFalse(case.contact_ids._verify_chain())
        self.assertEqual(case.contact_ids[:1].partner_name, "Deco Addict")
