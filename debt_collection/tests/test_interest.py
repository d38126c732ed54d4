"""What late payments bear: the arithmetic against published figures, and real invoices paid late, in part, or never."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools import interest
from .common import CollectionCommon, day

ALWAYS = date(2000, 1, 1)


@tagged("post_install", "-at_install")
class TestInterestArithmetic(TransactionCase):
    """Amounts of the stories are published, or computed by hand in the comments."""

    def _days(self, principal, rate, days, **options):
        start = date(2025, 3, 1)
        return interest.late_interest(principal, [(ALWAYS, rate)], start, start + timedelta(days - 1), **options)

    def test_the_published_examples_come_out(self):
        self.assertAlmostEqual(self._days(3000, 11.75, 60), 57.95, 2)
        self.assertAlmostEqual(self._days(1000, 12.5, 30), 10.27, 2)
        self.assertAlmostEqual(self._days(1000, 12.5, 90), 30.82, 2)

    def test_a_daily_amount_rounded_first_gives_another_total(self):
        # 3,000 x 11.75 % / 365 = 0.9657 a day, rounded 0.97
        self.assertAlmostEqual(self._days(3000, 11.75, 60, daily_rounding=2), 58.20, 9)

    def test_each_period_has_its_own_rate(self):
        # 365 x 10 % / 365 = 0.10 a day until 30 June, 0.20 a day from 1 July
        rates = [(date(2025, 7, 1), 20), (date(2025, 1, 1), 10)]
        self.assertAlmostEqual(
            interest.late_interest(365, rates, date(2025, 6, 21), date(2025, 7, 5)), 10 * 0.1 + 5 * 0.2
        )
        self.assertAlmostEqual(
            interest.late_interest(365, rates, date(2025, 6, 21), date(2025, 7, 5), rate_rule="payment"), 15 * 0.2
        )
        self.assertAlmostEqual(
            interest.late_interest(365, rates, date(2025, 6, 21), date(2025, 6, 30), rate_rule="payment"), 10 * 0.1
        )

    def test_a_leap_year_has_366_days_where_the_calendar_counts(self):
        # 31 December 2023 is a 365th of 36.50, 1 January 2024 a 366th of it
        amount = interest.late_interest(365, [(ALWAYS, 10)], date(2023, 12, 31), date(2024, 1, 1), basis="actual")
        self.assertAlmostEqual(amount, 36.5 / 365 + 36.5 / 366)
        self.assertAlmostEqual(self._days(360, 10, 1, basis=360), 0.1)

    def test_a_decimal_comes_out_as_a_decimal(self):
        self.assertEqual(self._days(Decimal("365.00"), Decimal("10"), 7), Decimal("0.7"))
        self.assertIsInstance(self._days(365, 10, 7), float)

    def test_nothing_late_bears_nothing(self):
        self.assertEqual(self._days(1000, 12, 0), 0)
        self.assertEqual(interest.late_interest(1000, [], date(2025, 1, 1), date(2025, 2, 1)), 0)
        after = [(date(2026, 1, 1), 10)]
        self.assertEqual(interest.late_interest(1000, after, date(2025, 1, 1), date(2025, 2, 1)), 0)

    def test_the_fixed_sum_follows_the_size_of_the_debt(self):
        bands = [(None, 100), (1000, 40), (10000, 70)]
        for principal, fixed in ((999.99, 40), (1000, 70), (9999.99, 70), (10000, 100), (0, 0), (-5, 0)):
            self.assertEqual(interest.compensation(principal, bands), fixed)
        self.assertEqual(interest.compensation(5, [(None, 40)]), 40)
        self.assertEqual(interest.compensation(5000, [(1000, 40)]), 0)
        self.assertEqual(interest.compensation(5, []), 0)

    def test_a_part_paid_ends_the_interest_on_that_part_alone(self):
        start, end = date(2025, 3, 1), date(2025, 3, 31)
        paid = [(date(2025, 3, 10), 600)]
        self.assertEqual(
            interest.stretches(1000, paid, start, end),
            [(1000, start, date(2025, 3, 10)), (400, date(2025, 3, 11), end)],
        )
        self.assertEqual(
            interest.stretches(1000, paid, start, end, "payment"), [(600, start, date(2025, 3, 10)), (400, start, end)]
        )

    DAYS = st.integers(0, 900)
    RATES = st.lists(st.tuples(st.dates(date(2022, 1, 1), date(2027, 12, 31)), st.integers(0, 2000)), min_size=1)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(1, 10**9), RATES, DAYS, DAYS, st.sampled_from([360, 365, "actual"]))
    def test_interest_of_a_time_is_that_of_its_parts(self, cents, rates, days, cut, basis):
        principal = Decimal(cents) / 100
        rates = [(since, Decimal(rate) / 100) for since, rate in dict(rates).items()]
        start = date(2024, 1, 1)
        end, middle = start + timedelta(days), start + timedelta(min(cut, days))
        whole = interest.late_interest(principal, rates, start, end, basis)
        first = interest.late_interest(principal, rates, start, middle, basis)
        rest = interest.late_interest(principal, rates, middle + timedelta(1), end, basis)
        self.assertAlmostEqual(whole, first + rest, 9)
        self.assertGreaterEqual(whole, 0)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.integers(1, 10**6),
        st.lists(st.tuples(st.integers(-20, 120), st.integers(1, 10**6)), max_size=6),
        st.integers(0, 100),
        st.sampled_from(["period", "payment"]),
    )
    def test_every_day_bears_interest_on_exactly_what_was_open_on_it(self, principal, paid, days, rule):
        start = date(2025, 1, 1)
        end = start + timedelta(days)
        settled = [(start + timedelta(offset), amount) for offset, amount in paid]
        found = interest.stretches(principal, settled, start, end, rule)
        for offset in range(days + 1):
            on = start + timedelta(offset)
            open_then = max(principal - sum(amount for when, amount in settled if when < on), 0)
            self.assertEqual(sum(base for base, first, last in found if first <= on <= last), open_then)


class InterestCommon(CollectionCommon):
    """The company has turned on a scheme of 36.5 % a year: 0.10 a day on 100; 40 for each late invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference = cls.env["collection.interest.reference"].create(
            {"name": "Bank", "rate_ids": [Command.create({"date": "2024-07-01", "rate": 28.5})]}
        )
        cls.scheme = cls.env["collection.interest.scheme"].create(
            {
                "name": "Statute",
                "law": "The Late Act",
                "reference_id": cls.reference.id,
                "points": 8,
                "currency_id": cls.company.currency_id.id,
                "band_ids": [Command.create({"below": 0, "amount": 40})],
            }
        )
        product = cls.env["product.product"].create({"name": "Late-payment interest", "type": "service"})
        cls.income = cls.company_data["default_account_revenue"].copy({"name": "Interest income"})
        cls.company.write(
            {
                "collection_interest": True,
                "collection_interest_scheme_id": cls.scheme.id,
                "collection_interest_product_id": product.id,
                "collection_interest_account_id": cls.income.id,
            }
        )

    def _interest(self, invoices, on):
        """Return (interest, compensation) to a day of the items of invoices."""
        accrued = self.env["collection.interest"]._accrued(self._item(invoices), on)
        return sum(one.interest for one in accrued.values()), sum(one.compensation for one in accrued.values())

    def _late(self, amount, due=-10, on=0, **values):
        """Return an invoice that fell due, and is an item of a case."""
        invoice = self._invoice(amount, day(due), **values)
        self._assess(day(on))
        return invoice


@tagged("post_install", "-at_install")
class TestInterest(InterestCommon):
    def test_an_open_invoice_bears_interest_from_the_day_after_its_due_date(self):
        invoice = self._late(1000)
        # ten days at 1.00
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))
        self.assertEqual(self._interest(invoice, day(-9)), (1, 40))
        self.assertEqual(self._interest(invoice, day(-10)), (0, 0))

    def test_off_until_a_company_turns_it_on(self):
        self.company.collection_interest = False
        self.assertEqual(self._interest(self._late(1000), day(0)), (0, 0))

    def test_a_part_paid_late_bears_interest_until_the_day_it_was_paid(self):
        invoice = self._late(1000)
        self._pay(invoice, day(-4), amount=600)
        # six days at 1.00, four at 0.40
        self.assertEqual(self._interest(invoice, day(0)), (7.6, 40))

    def test_interest_of_what_was_paid_late_is_not_lost_when_the_case_has_closed(self):
        invoice = self._late(1000)
        case = self._case()
        self._pay(invoice, day(2))
        self._assess(day(3))
        self.assertEqual(case.state, "closed")
        self.assertEqual(self._interest(invoice, day(30)), (12, 40))

    def test_what_was_paid_in_time_bears_nothing(self):
        invoice = self._late(1000, due=-1)
        self._pay(invoice, day(-1), amount=700)
        # 300 for one day
        self.assertEqual(self._interest(invoice, day(0)), (0.3, 40))
        self._pay(invoice, day(-1))
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))

    def test_a_credit_note_reduces_the_base_from_its_date(self):
        invoice = self._late(1000)
        credit = self._credit_note(500, day(-5))
        # not matched yet: five days at 1.00, five at 0.50
        self.assertEqual(self._interest(invoice, day(0)), (7.5, 40))
        (self._receivable(invoice) | self._receivable(credit)).reconcile()
        self.assertEqual(self._interest(invoice, day(0)), (7.5, 40))

    def test_an_unmatched_payment_counts_from_its_date_for_what_fell_due_first(self):
        old, young = self._late(1000, due=-10), self._late(1000, due=-5)
        self._payment(1200, day(-3))
        # the old: 7 days at 1.00; the young: two at 1.00, three at 0.80
        self.assertEqual(self._interest(old, day(0)), (7, 40))
        self.assertEqual(self._interest(young, day(0)), (4.4, 40))

    def test_the_rate_changes_with_the_half_year_or_stays_by_the_schemes_rule(self):
        self.reference.rate_ids = [Command.create({"date": day(-5), "rate": 65})]  # 73 %: 2.00 a day on 1,000
        invoice = self._late(1000)
        # -9 to -6: four days at 1.00; -5 to 0: six at 2.00
        self.assertEqual(self._interest(invoice, day(0))[0], 16)
        self.scheme.rate_rule = "start"
        self.assertEqual(self._interest(invoice, day(0))[0], 10)
        self.scheme.rate_rule = "payment"
        self.assertEqual(self._interest(invoice, day(0))[0], 20)
        self._pay(invoice, day(-7), amount=500)
        # 500 for three days at the rate of the day it was paid (0.50), 500 for ten at today's (1.00)
        self.assertEqual(self._interest(invoice, day(0))[0], 11.5)

    def test_a_monthly_rate_as_agreed_is_a_twelfth_of_the_year(self):
        self.scheme.write({"reference_id": False, "points": 1.5, "per": "month"})
        # 18 % a year: 1,000 x 0.18 x 10 / 365 = 4.9315
        self.assertEqual(self._interest(self._late(1000), day(0))[0], 4.93)

    def test_each_day_rounded_is_a_schemes_choice(self):
        self.scheme.write({"reference_id": False, "points": 11.75, "round_daily": True})
        self.assertEqual(self._interest(self._late(3000, due=-60), day(0))[0], 58.2)
        self.scheme.round_daily = False
        self.assertEqual(self._interest(self._case().item_ids.move_id, day(0))[0], 57.95)

    def test_the_most_specific_scheme_wins(self):
        invoice = self._late(1000)
        country = self.scheme.copy({"points": 44.5, "country_ids": [Command.set(self.env.ref("base.fr").ids)]})
        self.company.collection_interest_country_scheme_ids = country
        self.assertEqual(self._interest(invoice, day(0))[0], 10)
        self.debtor.country_id = self.env.ref("base.fr")
        # 73 %
        self.assertEqual(self._interest(invoice, day(0))[0], 20)
        debtor = self._case().debtor_id
        debtor.interest_scheme_id = self.scheme.copy({"points": 81, "band_ids": [Command.clear()]})
        # 109.5 %
        self.assertEqual(self._interest(invoice, day(0)), (30, 0))
        debtor.no_interest = True
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))

    def test_two_schemes_for_one_country_are_refused(self):
        france = self.env.ref("base.fr")
        schemes = self.scheme.copy({"country_ids": [Command.set(france.ids)]})
        schemes |= self.scheme.copy({"country_ids": [Command.set(france.ids)]})
        with self.assertRaisesRegex(ValidationError, "France"):
            self.company.collection_interest_country_scheme_ids = schemes
        with self.assertRaisesRegex(ValidationError, "names no country"):
            self.company.collection_interest_country_scheme_ids = self.scheme

    def test_a_law_between_businesses_does_not_reach_a_private_person(self):
        ann = self._partner("Ann", is_company=False)
        invoice = self._late(1000, partner=ann)
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))
        self.scheme.business_only = False
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))

    def test_a_currency_of_its_own_stays_its_own(self):
        euro = self.setup_other_currency("EUR")  # 2 for a dollar
        invoice = self._late(1000, currency_id=euro)
        # interest in euros; the 40 dollars are 80 euros
        self.assertEqual(self._interest(invoice, day(0)), (10, 80))

    def test_instalments_of_an_invoice_owe_one_compensation(self):
        invoice = self._create_invoice_one_line(
            price_unit=1000, name="Goods", tax_ids=self.env["account.tax"], partner_id=self.debtor,
            invoice_date=day(-50), invoice_payment_term_id=self.pay_terms_b, post=True,
        )  # fmt: skip
        self._assess(day(40))
        lines = self._receivable(invoice)
        self.assertEqual(len(lines), 2)
        # 0.1 % a day on each, from the day after it fell due
        expected = sum(line.balance * (day(40) - line.date_maturity).days / 1000 for line in lines)
        interest_to_date, compensation = self._interest(invoice, day(40))
        self.assertAlmostEqual(interest_to_date, expected, 2)
        self.assertEqual(compensation, 40)

    def test_what_is_disputed_waits_and_then_is_due_for_the_whole_time(self):
        invoice = self._late(1000)
        item = self._item(invoice)
        dispute = (
            self.env["collection.dispute"]
            .sudo()
            .create(
                {
                    "case_id": item.case_id.id,
                    "reason_id": self.env["collection.dispute.reason"].create({"name": "Broken"}).id,
                    "amount": 1000,
                    "currency_id": item.currency_id.id,
                    "line_ids": [Command.create({"item_id": item.id, "amount": 1000, "live": True})],
                }
            )
        )
        [one] = self.env["collection.interest"]._accrued(item, day(0)).values()
        self.assertTrue(one.waits)
        dispute.line_ids.live = False
        [one] = self.env["collection.interest"]._accrued(item, day(5)).values()
        self.assertFalse(one.waits)
        self.assertEqual(one.interest, 15)

    def test_the_missing_rate_of_a_half_year_is_told(self):
        on = self._on(self.reference, date(2024, 12, 31))
        self.assertFalse(on.missing_since)
        self.assertEqual(self._on(self.reference, date(2025, 1, 2)).missing_since, date(2025, 1, 1))

    def test_many_items_take_as_many_queries_as_few(self):
        interest_model = self.env["collection.interest"]

        def queries(items):
            items = items.browse(items.ids)  # to be read together, whatever the cache held
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            interest_model._accrued(items, day(0))
            return self.env.cr.sql_log_count - before

        few = self._item(self._late(100))
        queries(few)
        one = queries(few)
        for _index in range(8):
            self._invoice(100, day(-20))
        self._assess(day(0))
        self.assertLessEqual(queries(self._case().item_ids), one)
