"""What counts as owed, due, credited and excluded."""

from odoo import Command
from odoo.tests import tagged

from .common import DAY, CollectionCommon, day


@tagged("post_install", "-at_install")
class TestLedger(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")  # two euros are a dollar
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )

    def _position(self, on=DAY, partner=None, company=None):
        partner = partner or self.debtor
        return self.env["collection.ledger"]._positions(company or self.company, partner, on).get(partner.id)

    def _claims(self, on=DAY):
        """Return {invoice: what is claimed of it, in its currency}, claims of nothing left out."""
        rows = self.env["collection.ledger"]._steps(self.company, self.debtor, on).get(self.debtor.id, [])
        return {
            self.env["account.move"].browse(row["move_id"]): row["claim_currency"]
            for row in rows
            if row["claim_currency"]
        }

    def assertPosition(self, on=DAY, partner=None, company=None, **expected):
        position = self._position(on, partner, company)
        self.assertEqual({name: float(position[name]) for name in expected}, expected)

    # ---- owed and due ---------------------------------------------------------------------------------------------

    def test_an_invoice_is_overdue_the_day_after_its_due_date(self):
        self._invoice(100, day(0))
        self.assertPosition(day(0), due=100, overdue=0, claim=0, not_due_claim=100)
        self.assertPosition(day(1), due=100, overdue=100, claim=100, not_due_claim=0)

    def test_a_partly_paid_invoice_claims_what_is_left(self):
        invoice = self._invoice(100, day(-10))
        self._pay(invoice, day(-5), amount=30)
        self.assertPosition(due=70, overdue=70, claim=70)

    def test_a_paid_invoice_is_nobodys_debt(self):
        self._pay(self._invoice(100, day(-10)), day(-5))
        self.assertIsNone(self._position())

    def test_what_stands_on_an_archived_account_is_owed_all_the_same(self):
        invoice = self._invoice(100, day(-10))
        self._receivable(invoice).account_id.active = False
        self.assertPosition(due=100, overdue=100, claim=100)

    def test_an_invoice_of_nothing_is_no_debt(self):
        self._invoice(0, day(-10))
        self.assertIsNone(self._position())

    def test_a_draft_is_not_owed(self):
        self._invoice(100, day(-10)).button_draft()
        self.assertIsNone(self._position())

    def test_a_vendor_bill_is_not_owed_to_us(self):
        self._create_invoice_one_line(
            move_type="in_invoice", price_unit=100, name="Paper", partner_id=self.debtor, invoice_date=day(-40),
            invoice_date_due=day(-10), post=True,
        )  # fmt: skip
        self.assertIsNone(self._position())

    def test_a_late_first_instalment_is_seen_while_the_invoice_falls_due_later(self):
        invoice = self._invoice(100, day(50), invoice_date=day(-10), invoice_payment_term_id=self.halves)
        self.assertEqual(invoice.invoice_date_due, day(50), "Odoo shows the last instalment's date")
        self.assertPosition(due=100, overdue=50, claim=50, not_due_claim=50)
        self.assertEqual(self._position()["oldest_due_date"], day(-10))

    def test_a_payment_of_the_first_instalment_leaves_the_second_alone(self):
        invoice = self._invoice(100, day(50), invoice_date=day(-10), invoice_payment_term_id=self.halves)
        self._pay(invoice, day(-2), amount=50)
        self.assertPosition(due=50, overdue=0, claim=0, not_due_claim=50)

    # ---- credits --------------------------------------------------------------------------------------------------

    def test_an_unmatched_payment_is_taken_off_the_oldest_due(self):
        old, new = self._invoice(100, day(-20)), self._invoice(100, day(-5))
        self._payment(130, day(-1))
        self.assertEqual(self._claims(), {new: 70}, "old is covered, 30 are left for the new one")
        self.assertPosition(due=200, overdue=200, credit=130, claim=70, excess_credit=0)
        self.assertEqual(self._position()["oldest_due_date"], new.invoice_date_due)
        self.assertNotIn(old, self._claims())

    def test_the_oldest_due_comes_first_whatever_the_order_of_booking(self):
        new, old = self._invoice(100, day(-5)), self._invoice(100, day(-20))
        self._payment(130, day(-1))
        self.assertEqual(self._claims(), {new: 70})
        self.assertNotIn(old, self._claims())

    def test_a_credit_note_covers_as_a_payment_does(self):
        invoice = self._invoice(100, day(-20))
        self._credit_note(40, day(-1))
        self.assertEqual(self._claims(), {invoice: 60})

    def test_what_the_overdue_leave_of_a_credit_goes_to_what_is_not_due(self):
        self._invoice(100, day(-20))
        self._invoice(100, day(20))
        self._payment(150, day(-1))
        self.assertPosition(claim=0, not_due_claim=50, excess_credit=0)

    def test_a_credit_of_more_than_all_debts_is_left_over(self):
        self._invoice(100, day(-20))
        self._payment(160, day(-1))
        self.assertPosition(claim=0, credit=160, excess_credit=60)

    def test_three_credits_of_a_third_each_cover_a_debt_to_the_cent(self):
        self._invoice(100, day(-20))
        for amount in (33.33, 33.33, 33.34):
            self._payment(amount, day(-1))
        self.assertPosition(due=100, credit=100, claim=0, excess_credit=0)

    def test_an_opening_credit_of_a_general_journal_counts(self):
        invoice = self._invoice(100, day(-20))
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": day(-30),
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": self.debtor.id, **side})
                    for account, side in (
                        (self.company_data["default_account_receivable"], {"credit": 40}),
                        (self.company_data["default_account_revenue"], {"debit": 40}),
                    )
                ],
            }
        )
        entry.action_post()
        self.assertTrue(self._receivable(entry).no_followup, "Odoo excludes general journals by default")
        self.assertEqual(self._claims(), {invoice: 60})

    # ---- currencies -----------------------------------------------------------------------------------------------

    def test_currencies_are_covered_each_by_its_own_credits(self):
        dollars = self._invoice(100, day(-20))
        euros = self._invoice(100, day(-25), currency_id=self.euro)
        self._payment(30, day(-1), currency=self.euro)
        self.assertEqual(self._claims(), {dollars: 100, euros: 70})
        self.assertPosition(due=150, claim=135, credit=15, excess_credit=0)

    def test_a_credit_in_another_currency_covers_nothing_and_is_shown(self):
        invoice = self._invoice(100, day(-20))
        self._payment(60, day(-1), currency=self.euro)
        self.assertEqual(self._claims(), {invoice: 100})
        self.assertPosition(claim=100, credit=30, excess_credit=30)
        self.assertTrue(self._position()["foreign_credit"])

    def test_a_credit_that_its_own_currency_uses_up_is_no_foreign_credit(self):
        self._invoice(100, day(-20), currency_id=self.euro)
        self._payment(60, day(-1), currency=self.euro)
        self.assertFalse(self._position()["foreign_credit"])

    def test_a_partly_covered_foreign_debt_is_worth_its_share(self):
        # at three euros a dollar 100 EUR are booked as 33.33; half of it is 16.665, half a cent up
        self._invoice(100, day(-20), currency_id=self.euro, invoice_date=day(-30))
        self.euro.rate_ids.unlink()
        self.euro.rate_ids = [Command.create({"name": "2000-01-01", "rate": 3, "company_id": self.company.id})]
        late = self._invoice(100, day(-10), currency_id=self.euro, invoice_date=day(-30))
        self._payment(150, day(-1), currency=self.euro)
        self.assertEqual(self._claims(), {late: 50})
        self.assertPosition(claim=16.67)

    # ---- what is left out -----------------------------------------------------------------------------------------

    def test_an_invoice_left_out_of_follow_up_is_due_but_not_claimed(self):
        self._invoice(100, day(-20)).no_followup = True
        self.assertPosition(due=100, overdue=0, claim=0)
        self.assertEqual(self.env["collection.ledger"]._excluded(self.company), (1, 100))

    def test_a_credit_is_not_spent_on_what_is_left_out(self):
        self._invoice(100, day(-20)).no_followup = True
        chased = self._invoice(100, day(-10))
        self._payment(30, day(-1))
        self.assertEqual(self._claims(), {chased: 70})

    def test_a_credit_left_out_of_follow_up_is_the_debtors_money_all_the_same(self):
        invoice = self._invoice(100, day(-20))
        self._credit_note(30, day(-1)).no_followup = True
        self.assertEqual(self._claims(), {invoice: 70})

    # ---- who owes -------------------------------------------------------------------------------------------------

    def test_an_invoice_to_a_child_contact_is_owed_by_the_company_it_belongs_to(self):
        child = self.env["res.partner"].create({"name": "Joe", "parent_id": self.debtor.id})
        address = self.env["res.partner"].create({"name": "Books", "parent_id": self.debtor.id, "type": "invoice"})
        self._invoice(100, day(-20), child)
        self._invoice(50, day(-20), address)
        self.assertPosition(due=150, claim=150)
        positions = self.env["collection.ledger"]._positions(self.company, child | address, day(0))
        self.assertEqual(list(positions), [self.debtor.id])

    def test_a_child_that_is_billed_for_itself_owes_for_itself(self):
        sister = self._partner("Deco Sister", parent_id=self.debtor.id)
        self._invoice(100, day(-20), sister)
        self.assertIsNone(self._position())
        self.assertPosition(partner=sister, claim=100)

    def test_a_branchs_invoice_is_owed_to_the_root_company(self):
        branch = self._branch()
        self._invoice(100, day(-20), company_id=branch)
        self._invoice(50, day(-20))
        self.assertPosition(claim=150)
        self.assertPosition(company=branch, claim=150)

    def test_two_companies_keep_their_debtors_apart(self):
        other = self.setup_other_company()["company"]
        self._invoice(100, day(-20))
        self._invoice(70, day(-20), company_id=other)
        self.assertPosition(claim=100)
        self.assertPosition(company=other, claim=70)

    # ---- every amount is somewhere --------------------------------------------------------------------------------

    def test_the_items_less_the_credits_are_the_ledgers_balance(self):
        self._invoice(100, day(-20))
        held = self._invoice(90, day(-19))
        self._invoice(80, day(-18)).no_followup = True
        self._invoice(70, day(12))
        self._invoice(60, day(-5), currency_id=self.euro)
        self._invoice(50, day(-25))
        self._payment(55, day(-1))
        self._assess(day(0))
        case = self._case()
        self._item(held).hold_until = day(10)
        items = self._on(case, day(0)).open_item_ids
        by_status = {status: sum(group.mapped("amount_residual")) for status, group in items.grouped("status").items()}
        # the credit covers the item of 50 and 5 of the item of 100, which is claimed for the rest
        self.assertEqual(by_status, {"overdue": 130, "held": 90, "no_followup": 80, "not_due": 70, "covered": 50})
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.debtor.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        balance = sum(lines.mapped("amount_residual"))
        self.assertEqual(balance, 365, "100 + 90 + 80 + 70 + 30 + 50 - 55")
        self.assertEqual(sum(by_status.values()) - case.amount_credit, balance)
        self.assertRecordValues(
            case, [{"amount_due": 420, "amount_overdue": 270, "amount_credit": 55, "amount_claim": 215}]
        )
