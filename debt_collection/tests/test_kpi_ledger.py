"""The KPIs of the ledger: equal to what the entries say one at a time, at any past date, however they are grouped."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import day
from .common_kpi import KpiCommon, Slow

# whole months, a quarter, half a year, periods that begin and end anywhere, a single day, one before anything was sold
PERIODS = (
    (date(2024, 9, 1), date(2024, 9, 30)),
    (date(2024, 10, 1), date(2024, 10, 31)),
    (date(2024, 11, 1), date(2024, 12, 31)),
    (date(2024, 12, 1), date(2024, 12, 31)),
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 1, 13), date(2025, 2, 11)),
    (date(2025, 2, 1), date(2025, 2, 28)),
    (date(2025, 3, 5), date(2025, 3, 5)),
    (date(2024, 8, 1), date(2025, 5, 31)),
    (date(2023, 1, 1), date(2023, 1, 31)),
)
FEBRUARY = (date(2025, 2, 1), date(2025, 2, 28))


@tagged("post_install", "-at_install")
class TestKpiLedger(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paul, cls.rita = (
            cls._user(name, "debt_collection.group_collection_collector") for name in ("paul", "rita")
        )
        # Paul has two customers for good, Rita takes over a third in the middle of February; the others nobody has
        cls._had(cls.customers[0], cls.paul, day(-400))
        cls._had(cls.customers[1], cls.paul, day(-400))
        cls._had(cls.customers[2], cls.paul, day(-400), date(2025, 2, 14))
        cls._had(cls.customers[2], cls.rita, date(2025, 2, 15))

    def _kpis(self, period, group_by=None, company=None, **values):
        return self.env["collection.kpi"]._compute(company or self.company, *period, group_by, **values)

    def assertFigures(self, found, slow, message=""):
        for code, expected in slow.values().items():
            value = found[code]
            with self.subTest(code=code, period=message):
                if expected is None or value is None:
                    self.assertEqual((value, expected), (None, None), code)
                else:
                    self.assertAlmostEqual(value, float(expected), 6, code)

    def _who(self, customer, on):
        """Who had a customer on a day, as `setUpClass` has it."""
        if customer in self.customers[:2]:
            return self.paul.id
        if customer == self.customers[2]:
            return self.paul.id if on <= date(2025, 2, 14) else self.rita.id
        return None

    def test_every_kpi_equals_what_the_entries_say_one_at_a_time(self):
        for period in PERIODS:
            self.assertFigures(self._kpis(period)[None], Slow(self.company, *period), period)

    def test_the_random_ledger_is_worth_looking_at(self):
        """None of the figures compared is empty in all of the periods."""
        found = [Slow(self.company, *period).values() for period in PERIODS]
        for code in found[0]:
            self.assertTrue(any(values[code] for values in found), code)
        lines = self.env["account.move.line"].search(
            [("account_type", "=", "asset_receivable"), ("company_id", "=", self.company.id)]
        )
        self.assertIn(self.euro, lines.currency_id)
        self.assertTrue(lines.matched_credit_ids.exchange_move_id, "payments at another rate than their invoice's")

    def test_what_was_open_on_a_day_is_the_balance_of_the_accounts_on_that_day(self):
        for _first, at in PERIODS:
            balance = sum(
                self.env["account.move.line"]
                .search(
                    [
                        ("account_type", "=", "asset_receivable"),
                        ("company_id", "=", self.company.id),
                        ("parent_state", "=", "posted"),
                        ("date", "<=", at),
                    ]
                )
                .mapped("balance")
            )
            self.assertAlmostEqual(self._kpis((at, at))[None]["receivables"], balance, 2)

    def test_a_collectors_figures_count_for_who_had_the_debtor_on_their_own_day(self):
        for period in (FEBRUARY, (date(2024, 10, 1), date(2025, 3, 31))):
            found = self._kpis(period, "user_id")
            self.assertEqual(found.keys(), {self.paul.id, self.rita.id, None})
            for user_id, values in found.items():
                slow = Slow(
                    self.company, *period, lambda customer, on, user_id=user_id: self._who(customer, on) == user_id
                )
                self.assertFigures(values, slow, period)

    def test_the_figures_of_one_collector_can_be_asked_for(self):
        found = self._kpis(FEBRUARY, user_ids=self.paul.ids)
        self.assertEqual(found[None], self._kpis(FEBRUARY, "user_id")[self.paul.id])

    def test_countries_share_all_there_is(self):
        found = self._kpis(FEBRUARY, "country_id")
        self.assertEqual(found.keys(), {self.env.ref("base.us").id, self.env.ref("base.fr").id, None})
        for country_id, values in found.items():
            slow = Slow(
                self.company,
                *FEBRUARY,
                lambda customer, on, country_id=country_id: (customer.country_id.id or None) == country_id,
            )
            self.assertFigures(values, slow)
        total = self._kpis(FEBRUARY)[None]
        for code in ("receivables", "overdue", "sales", "collected"):
            self.assertAlmostEqual(sum(values[code] for values in found.values()), total[code], 2)

    def test_a_debtor_with_two_tags_counts_in_both(self):
        found = self._kpis(FEBRUARY, "segment")
        for tag in [None, *self.customers.category_id]:
            slow = Slow(
                self.company,
                *FEBRUARY,
                lambda customer, on, tag=tag: tag in customer.category_id if tag else not customer.category_id,
            )
            self.assertFigures(found[tag and tag.id], slow)

    def test_levels_and_strategies_come_from_the_dated_assignments(self):
        debtor = self.env["collection.debtor"]._get(self.company, self.customers[4])
        self.env["collection.assignment"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": debtor.id,
                "strategy_id": self.strategy.id,
                "level_id": self.firm.id,
                "date_from": day(-400),
            }
        )
        slow = Slow(self.company, *FEBRUARY, lambda customer, on: customer == self.customers[4])
        self.assertFigures(self._kpis(FEBRUARY, "strategy_id")[self.strategy.id], slow)
        self.assertFigures(self._kpis(FEBRUARY, "level_id")[self.firm.id], slow)

    def test_what_happens_later_changes_no_past_figure(self):
        past = self._kpis(FEBRUARY)
        invoices = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("payment_state", "=", "not_paid"), ("date", "<=", FEBRUARY[1])]
        ).filtered(lambda move: move.is_invoice())  # fmt: skip
        self.assertTrue(invoices)
        for invoice in invoices.filtered(lambda move: move.move_type == "out_invoice"):
            self._pay(invoice, date(2025, 3, 1))
        self._invoice(777, date(2025, 3, 15), invoice_date=date(2025, 3, 1))
        self.assertEqual(self._kpis(FEBRUARY), past)

    def test_a_payment_dated_in_the_past_and_matched_today_counts_in_the_past(self):
        invoice = self._invoice(1000, date(2025, 1, 20))
        payment = self._payment(1000, date(2025, 2, 10))
        before = self._kpis(FEBRUARY)[None]
        (self._receivable(invoice) + self._receivable(payment.move_id)).reconcile()
        after = self._kpis(FEBRUARY)[None]
        # the money had come in and reduced the receivables all the same; now the invoice is known to be paid by it
        self.assertAlmostEqual(after["receivables"], before["receivables"], 2)
        self.assertAlmostEqual(before["overdue"] - after["overdue"], 1000, 2)
        self.assertGreater(after["recovery_rate"], before["recovery_rate"])
        self.assertFigures(after, Slow(self.company, *FEBRUARY))

    def test_a_payment_that_is_reversed_is_owed_again_from_the_day_it_is(self):
        invoice = self._invoice(1000, date(2025, 1, 20))
        payment = self._pay(invoice, date(2025, 2, 10))
        paid = self._kpis(FEBRUARY)[None]
        self._bounce(payment)
        bounced = self._kpis(FEBRUARY)[None]
        self.assertAlmostEqual(bounced["collected"], paid["collected"] - 1000, 2)
        self.assertAlmostEqual(bounced["receivables"], paid["receivables"] + 1000, 2)
        # paid on the 10th, bounced on the 20th: between the two it is not owed
        owed = {at: sum(Slow(self.company, at, at).stock(at).values()) for at in (date(2025, 2, 19), date(2025, 2, 20))}
        for at, expected in owed.items():
            self.assertAlmostEqual(self._kpis((at, at))[None]["receivables"], float(expected), 2)
        self.assertFigures(bounced, Slow(self.company, *FEBRUARY))

    def test_without_sales_there_is_no_dso(self):
        values = self._kpis((date(2023, 1, 1), date(2023, 1, 31)))[None]
        for code in ("dso", "best_possible_dso", "add", "turnover", "bad_debt_to_sales", "cei", "recovery_rate"):
            self.assertIsNone(values[code], code)
        self.assertEqual(values["receivables"], 0)

    def test_the_collection_effectiveness_of_a_quarter_may_take_the_sales_of_an_average_month(self):
        quarter = (date(2025, 1, 1), date(2025, 3, 31))
        slow = Slow(self.company, *quarter)
        opening, closing = sum(slow.stock(slow.before).values()), sum(slow.stock(slow.date_to).values())
        could = opening + slow.sales(*quarter) / 3
        expected = (could - closing) / (could - slow.buckets(slow.date_to)["not_due"]) * 100
        self.company.collection_cei_by_month = True
        self.assertAlmostEqual(self._kpis(quarter)[None]["cei"], float(expected), 6)

    def test_companies_are_walls_and_branches_are_rooms(self):
        before = self._kpis(FEBRUARY)[None]
        branch = self._branch()
        self._invoice(500, date(2025, 2, 20), company_id=branch, invoice_date=date(2025, 2, 10))
        self.assertAlmostEqual(self._kpis(FEBRUARY)[None]["sales"], before["sales"] + 500, 2)
        self.assertEqual(self._kpis(FEBRUARY, company=branch), self._kpis(FEBRUARY))
        other = self.setup_other_company()["company"]
        self._had(self.customers[0], self.rita, day(-400), company=other)
        invoice = self._invoice(
            90,
            date(2025, 2, 20),
            self.customers[0].with_company(other),
            company_id=other,
            invoice_date=date(2025, 2, 10),
        )
        self.assertEqual(invoice.company_id, other)
        found = self._kpis(FEBRUARY, "user_id", company=other)
        self.assertEqual([(key, values["sales"]) for key, values in found.items()], [(self.rita.id, 90)])
        self.assertAlmostEqual(self._kpis(FEBRUARY)[None]["sales"], before["sales"] + 500, 2)

    def test_what_a_group_is_called(self):
        names = self.env["collection.kpi"]._names_of_groups("user_id", [self.paul.id, None, 0x7FFFFFF0])
        self.assertEqual(names, {self.paul.id: self.paul.name, None: "No collector", 0x7FFFFFF0: "Deleted"})

    def test_an_unknown_grouping_is_refused(self):
        with self.assertRaises(ValueError):
            self._kpis(FEBRUARY, "colour")

    def test_the_days_of_a_period_that_ends_in_the_middle_of_a_month(self):
        at = date(2025, 2, 11)
        slow = Slow(self.company, at - timedelta(days=9), at)
        self.assertFigures(self._kpis((at - timedelta(days=9), at))[None], slow)
