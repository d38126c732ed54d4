"""A collector's month: what was to be reached, and what has been, by who had the debtor on the day."""

from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import day
from .test_assign import AssignCommon

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


@tagged("post_install", "-at_install")
class TestTarget(AssignCommon):
    """The stories begin on 10 March 2025; day(21) is the 31st."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two = cls._partner("One"), cls._partner("Two")
        cls.invoices = {partner: cls._invoice(1000, day(-20), partner) for partner in (cls.one, cls.two)}
        for partner, user in ((cls.one, cls.anna), (cls.two, cls.bert)):
            cls.env["collection.debtor"]._get(cls.company, partner).user_id = user
        cls._assess(day(-8))
        cls.env["collection.assignment"]._follow(cls.company, day(-8))
        cls.annas, cls.berts = (cls._target(user, MARCH, 400) for user in (cls.anna, cls.bert))

    @classmethod
    def _target(cls, user, month, amount, **values):
        return cls.env["collection.target"].create(
            {"company_id": cls.company.id, "user_id": user.id, "month": month, "amount": amount, **values}
        )

    def _results(self, field, *targets):
        self.env.invalidate_all()
        return [target[field] for target in targets]

    def test_money_counts_for_who_had_the_debtor_on_the_day_it_came(self):
        self._pay(self.invoices[self.one], day(0), 100)
        self._pay(self.invoices[self.two], day(1), 30)
        self._payment(7, day(2), self.one)
        self._case(self.one).with_context(collection_today=day(5)).user_id = self.bert
        self.env["collection.assignment"]._follow(self.company, day(5))
        self._pay(self.invoices[self.one], day(4), 10)
        self._pay(self.invoices[self.one], day(5), 200)
        self.assertEqual(self._results("collected", self.annas, self.berts), [117, 230])
        self.assertEqual(self._results("reached", self.annas, self.berts), [29.25, 57.5])

    def test_a_month_is_its_days_and_a_credit_note_is_no_money(self):
        april = self._target(self.anna, date(2025, 4, 17), 100)
        self.assertEqual(april.month, APRIL)
        self._pay(self.invoices[self.one], day(21), 11)
        self._pay(self.invoices[self.one], day(22), 22)
        self._credit_note(500, day(3), self.one)
        self.assertEqual(self._results("collected", self.annas, april), [11, 22])

    def test_money_that_goes_back_is_taken_off(self):
        self._pay(self.invoices[self.one], day(0), 100)
        self.env["account.payment"].create(
            {"payment_type": "outbound", "partner_type": "customer", "partner_id": self.one.id, "amount": 40,
             "date": day(1)}
        ).action_post()  # fmt: skip
        self.assertEqual(self._results("collected", self.annas), [60])

    def test_another_companys_money_is_not_counted_and_a_branchs_is(self):
        other = self.setup_other_company()["company"]
        theirs = self._invoice(70, day(-10), self.one, company_id=other)
        self._pay(theirs, day(0))
        self.assertEqual(self._results("collected", self.annas), [0])

    def test_promises_count_for_the_collector_and_cancelled_ones_do_not(self):
        self.annas.promise_target = 4
        invoices = [self.invoices[self.one], self._invoice(70, day(-20), self.one)]
        self._assess(day(0))
        for on, invoice in enumerate(invoices):
            self._on(self.env["collection.promise.make"], day(on)).create(
                {
                    "case_id": self._case(self.one).id,
                    "promise_date": day(on + 5),
                    "promise_amount": 50,
                    "promise_item_ids": self._item(invoice).ids,
                }
            ).action_confirm()
        self.assertEqual(self._results("promise_count", self.annas, self.berts), [2, 0])
        self.assertEqual(self.annas.promise_reached, 50)
        self._case(self.one).promise_ids[0].write({"state": "cancelled"})
        self.assertEqual(self._results("promise_count", self.annas), [1])

    def test_contacts_count_for_who_made_them_and_notices_by_themselves_do_not(self):
        self.annas.contact_target = 4
        case = self._case(self.two)
        for user, channel, direction, outcome in (
            (self.anna, "call", "out", "reached"),
            (self.anna, "call", "out", "no_answer"),
            (self.anna, "visit", "out", "visited"),
            (self.anna, "call", "out", "scheduled"),
            (self.anna, "call", "in", "reached"),
            (self.anna, "email", "out", "sent"),
            (self.anna, "note", "internal", "note"),
            (self.bert, "whatsapp", "out", "sent"),
        ):
            case._log_contact(
                channel=channel, direction=direction, outcome=outcome, summary="Said", user_id=user.id, date=day(2)
            )
        self.assertEqual(self._results("contact_count", self.annas, self.berts), [3, 1])
        self.assertEqual(self.annas.contact_reached, 75)

    def test_results_are_added_up_in_a_pivot(self):
        april = self._target(self.anna, APRIL, 100)
        for on, amount in ((0, 100), (25, 20)):
            self._pay(self.invoices[self.one], day(on), amount)
        self._pay(self.invoices[self.two], day(0), 5)
        targets = self.annas | self.berts | april
        rows = self.env["collection.target"]._read_group(
            [("id", "in", targets.ids)], ["user_id"], ["amount:sum", "collected:sum", "contact_count:sum"]
        )
        self.assertEqual(rows, [(self.anna, 500, 120, 0), (self.bert, 400, 5, 0)])
        self.assertEqual(self.env["collection.target"].fields_get(["collected"])["collected"]["aggregator"], "sum")

    def test_a_list_is_read_in_one_statement_however_long(self):
        self._target(self.cleo, MARCH, 1)
        targets = self.env["collection.target"].search([("company_id", "=", self.company.id)])
        targets.mapped("collected")
        self.env.invalidate_all()
        targets.mapped("amount")
        self.env.flush_all()
        before = self.cr.sql_log_count
        targets.mapped("collected")
        # the branches, and the results
        self.assertLessEqual(self.cr.sql_log_count - before, 4)

    def test_last_months_targets_are_copied_in_one_click(self):
        self.berts.write({"promise_target": 3, "contact_target": 9})
        self._target(self.anna, APRIL, 999)
        with freeze_time("2025-04-20"):
            self.env["collection.target"].action_copy_last_month()
            april = self.env["collection.target"].search([("month", "=", APRIL)])
            self.assertEqual(
                sorted((t.user_id.name, t.amount, t.promise_target, t.contact_target) for t in april),
                [("Anna", 999, 0, 0), ("Bert", 400, 3, 9)],
            )
            with self.assertRaises(UserError):
                self.env["collection.target"].action_copy_last_month()

    def test_a_collector_sees_own_targets_and_changes_none(self):
        targets = self.env["collection.target"].with_user(self.anna)
        self.assertEqual(targets.search([]), self.annas)
        self._pay(self.invoices[self.one], day(0), 100)
        self.env.invalidate_all()
        self.assertEqual(self.annas.with_user(self.anna).collected, 100)
        with self.assertRaises(AccessError):
            self.berts.with_user(self.anna).read(["collected"])
        with self.assertRaises(AccessError):
            self.annas.with_user(self.anna).amount = 1
        with self.assertRaises(AccessError):
            targets.action_copy_last_month()

    @mute_logger("odoo.sql_db")
    def test_a_month_has_one_target_a_collector_and_none_is_negative(self):
        for user, amount in ((self.anna, 5), (self.cleo, -5)):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self._target(user, MARCH, amount)
