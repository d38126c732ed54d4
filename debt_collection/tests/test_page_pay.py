"""Paying on the page: what was chosen is settled, and nothing else."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common_page_pay import PagePayCommon


@tagged("post_install", "-at_install")
class TestPagePay(PagePayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(100, cls._in_days(-30))
        cls.second = cls._invoice(200, cls._in_days(-20))
        cls.later = cls._invoice(50, cls._in_days(15))
        cls._assess(cls.today)
        cls.case = cls._case()
        cls.owner = cls.case.debtor_id

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "ilike", "Thank you for your payment")])

    # ---- what is settled ------------------------------------------------------------------------------------------

    def test_what_is_overdue_is_paid_by_default_and_what_is_not_due_stays(self):
        checkout = self._pay_online(self.owner)
        self.assertEqual(checkout.amount, 300)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 0, 50])
        self.assertEqual((checkout.amount_applied, checkout.amount_left), (300, 0))

    def test_everything_is_paid_the_case_closes_and_one_thank_you_leaves(self):
        checkout = self._pay_online(self.owner, "open")
        self.assertEqual(checkout.amount, 350)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 0, 0])
        self.assertEqual((self.case.state, self.case.close_reason), ("closed", "paid"))
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("We have received $\xa0350.00 for ", mail.body_html)
        self.assertIn("Nothing is open any more.", mail.body_html)
        entry = self.case.contact_ids.filtered(lambda entry: entry.direction == "in")
        self.assertEqual((len(entry), entry.user_name), (1, False))
        names = f"{self.first.name}, {self.second.name}, and {self.later.name}"
        self.assertEqual(entry.summary, f"Paid $\xa0350.00 online: {names} ({checkout.reference})")
        checkout.transaction_id._post_process()
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self.env["account.payment"].search_count([("partner_id", "=", self.debtor.id)]), 1)

    def test_what_is_due_now_is_what_the_page_says_is_to_pay_now(self):
        self._invoice(40, self.today)
        self._assess(self.today)
        promised = self.case.open_item_ids.filtered(lambda item: item.move_id == self.second)
        self.env["collection.promise"]._make(self.case, promised, 200, self._in_days(5))
        [offer] = self._offers(self.owner)
        # 100 overdue and 40 due today; 200 are promised, 50 not due
        self.assertEqual(sum(offer["now"].values()), 140)
        [glance] = self.page._glances(self.page._lines(self.owner.sudo()), self.env["collection.plan"])
        self.assertEqual(glance["pay"], 140)
        self._pay_online(self.owner)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 200, 50])

    def test_each_receivable_account_is_paid_and_settled_by_itself(self):
        other = self.first.line_ids.account_id.filtered(lambda a: a.account_type == "asset_receivable").copy()
        partner = self._partner("Two Accounts")
        one = self._invoice(60, self._in_days(-30), partner)
        partner.property_account_receivable_id = other
        two = self._invoice(30, self._in_days(-20), partner)
        self._assess(self.today)
        owner = self._case(partner).debtor_id
        offers = self._offers(owner)
        self.assertEqual(sorted(sum(offer["open"].values()) for offer in offers), [30, 60])
        small = min(offers, key=lambda offer: sum(offer["open"].values()))
        choice = self.checkouts._choose(offers, small["key"], "open")
        checkout = self._end(self._transaction(owner, self.checkouts._sign(owner, choice)))
        self.assertEqual((self._open(one, two), checkout.amount_left), ([60, 0], 0))

    def test_chosen_items_are_settled_as_chosen(self):
        lines = self._receivable(self.second) | self._receivable(self.later)
        self.assertEqual(self._pay_online(self.owner, "other", lines).amount, 250)
        self.assertEqual(self._open(self.first, self.second, self.later), [100, 0, 0])
        self.assertEqual(self.case.state, "open")

    def test_a_part_pays_what_fell_due_first(self):
        self.assertEqual(self._pay_online(self.owner, "other", amount="150").amount, 150)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 150, 50])

    def test_a_part_of_chosen_items_pays_the_oldest_of_them(self):
        lines = self._receivable(self.second) | self._receivable(self.later)
        self._pay_online(self.owner, "other", lines, amount="٢١٠٫٥")
        self.assertEqual(self._open(self.first, self.second, self.later), [100, 0, 39.5])

    def test_paying_the_second_instalment_settles_the_second_alone(self):
        partner = self._partner("Instalments")
        lines = [(0, 60), (15, 40)]
        term = self.env["account.payment.term"].create(
            {
                "name": "60 and 40",
                "line_ids": [Command.create({"value_amount": part, "nb_days": days}) for days, part in lines],
            }
        )
        invoice = self._invoice(
            500, self._in_days(-20), partner, invoice_payment_term_id=term.id, invoice_date=self._in_days(-20)
        )
        self._assess(self.today)
        self.assertEqual(self._open(invoice), [300, 200])
        checkout = self._pay_online(self._case(partner).debtor_id, "other", self._receivable(invoice)[1])
        self.assertEqual(checkout.amount, 200)
        self.assertEqual(self._open(invoice), [300, 0])
        self.assertEqual(self._case(partner).item_ids.filtered("is_open").mapped("amount_currency"), [300])

    def test_the_next_instalment_of_a_plan_is_paid(self):
        items = self._item(self.first) | self._item(self.second)
        schedule = [(self._in_days(5), 120), (self._in_days(35), 180)]
        plan = self.case._make_plan(items, schedule)
        plan._accept(reason="By telephone")
        [offer] = self._offers(self.owner)
        self.assertFalse(offer["now"])
        self.assertEqual(offer["instalment_on"], self._in_days(5))
        checkout = self._pay_online(self.owner, "instalment")
        self.assertEqual(checkout.amount, 120)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 180, 50])
        self.assertEqual(plan.line_ids.sorted("date").mapped("state"), ["paid", "open"])
        [offer] = self._offers(self.owner)
        self.assertEqual(sum(offer["instalment"].values()), 180)
        self._pay_online(self.owner, "instalment")
        self.assertEqual(plan.state, "completed")

    def test_a_credit_is_taken_off_what_fell_due_first(self):
        self._credit_note(130, self._in_days(-5))
        [offer] = self._offers(self.owner)
        self.assertEqual((offer["credit"], sum(offer["now"].values())), (130, 170))
        checkout = self._pay_online(self.owner)
        self.assertEqual(checkout.amount, 170)
        self.assertEqual(self._open(self.first, self.second), [100, 30])
        self.assertEqual(self.case.state, "closed")

    def test_what_is_disputed_is_left_out_unless_it_is_chosen(self):
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        self.env["collection.dispute"]._raise(self.case, {self._item(self.second): 80}, reason)
        [offer] = self._offers(self.owner)
        self.assertEqual((sum(offer["now"].values()), offer["disputed"]), (220, 80))
        page = self._text(self._get(self.owner, "/pay"))
        self.assertIn("What you object to, $ 80.00, is left out.", page.replace("\xa0", " "))
        checkout = self._pay_online(self.owner, "other", self._receivable(self.second))
        self.assertEqual(checkout.amount, 200)
        self.assertEqual(self._open(self.first, self.second), [100, 0])

    # ---- currencies, companies, accounts --------------------------------------------------------------------------

    def test_two_currencies_are_two_payments(self):
        euros = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        foreign = self._invoice(80, self._in_days(-10), currency_id=euros.id)
        self._assess(self.today)
        self.assertEqual({offer["currency"].name for offer in self._offers(self.owner)}, {"USD", "EUR"})
        checkout = self._pay_online(self.owner, currency=euros)
        self.assertEqual((checkout.currency_id, checkout.amount), (euros, 80))
        self.assertEqual(self._open(foreign, self.first, self.second), [0, 100, 200])
        self._pay_online(self.owner, currency=self.company.currency_id)
        self.assertEqual(self._open(self.first, self.second), [0, 0])
        self.assertEqual(len(self.checkouts.search([("debtor_id", "=", self.owner.id)])), 2)

    def test_what_a_branch_has_invoiced_is_paid_by_itself(self):
        branch = self._branch()
        invoice = self._invoice(70, self._in_days(-12), company_id=branch.id)
        self._assess(self.today)
        own, of_branch = sorted(self._offers(self.owner), key=lambda offer: offer["company"] == branch)
        self.assertEqual((own["company"], sum(own["now"].values())), (self.company, 300))
        self.assertEqual((of_branch["company"], sum(of_branch["now"].values())), (branch, 70))
        choice = self.checkouts._choose([own, of_branch], of_branch["key"], "now")
        self._end(self._transaction(self.owner, self.checkouts._sign(self.owner, choice)))
        self.assertEqual(self._open(invoice, self.first), [0, 100])

    def test_two_people_pay_the_same_and_the_second_payment_is_a_credit(self):
        one, other = self._begin(self.owner), self._begin(self.owner)
        self._end(one)
        self._end(other)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 0, 50])
        self.assertEqual((one.amount_left, other.amount_left), (0, 300))
        case = self.owner._page_case()
        [activity] = case.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("300.00 of the online payment", activity.note)
        self.assertEqual(self.env["collection.unapplied"].search([("partner_id", "=", self.debtor.id)]).amount, 300)

    def test_what_is_still_open_is_settled_when_a_part_was_paid_meanwhile(self):
        checkout = self._begin(self.owner)
        self._pay(self.first, self.today)
        self._end(checkout)
        self.assertEqual(self._open(self.first, self.second, self.later), [0, 0, 50])
        self.assertEqual((checkout.amount_applied, checkout.amount_left), (200, 100))

    def test_what_was_posted_anew_meanwhile_loses_no_payment(self):
        checkout = self._begin(self.owner, "other", self._receivable(self.first))
        self.first.button_draft()
        self.first.button_cancel()
        self._end(checkout)
        self.assertEqual(checkout.transaction_id.payment_id.state, "in_process")
        self.assertEqual(checkout.amount_left, 100)

    def test_a_fault_of_ours_loses_no_payment(self):
        checkout = self._begin(self.owner)
        module = "odoo.addons.debt_collection.models.collection_checkout_settle"
        with (
            patch.object(type(self.checkouts), "_reconcile", side_effect=ValueError("a fault")),
            self.assertLogs(module, "ERROR"),
        ):
            self._end(checkout)
        self.assertTrue(checkout.transaction_id.is_post_processed)
        self.assertEqual(checkout.transaction_id.payment_id.amount, 300)
        self.assertEqual((self._open(self.first), checkout.amount_left), ([100], 300))
        self.assertTrue(self.owner._page_case().activity_ids)

    def test_a_refund_settles_nothing(self):
        checkout = self._pay_online(self.owner)
        refund = checkout.transaction_id._create_child_transaction(300, is_refund=True)
        self.assertFalse(refund._collection_checkout())

    def test_a_merged_contact_takes_its_payment_under_way_along(self):
        checkout = self._begin(self.owner)
        target = self._owing((10, 12), partner=self._partner("Target")).debtor_id
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.debtor | target.partner_id).ids, target.partner_id)
        self.env.invalidate_all()
        self.assertEqual(checkout.debtor_id, target)
        self._end(checkout)
        self.assertEqual(self._open(self.first, self.second), [0, 0])
