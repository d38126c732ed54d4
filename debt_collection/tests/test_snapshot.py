"""The published figures: each day once, as the ledger had it, and the days before the first computed afterwards."""

import random
from datetime import date, timedelta
from unittest.mock import patch

import psycopg2
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models import collection_snapshot_cron
from ..models.collection_snapshot import BUCKETS, CollectionSnapshot
from .common import CollectionCommon, day

CRON = "odoo.addons.debt_collection.models.collection_snapshot_cron"


class SnapshotStories(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")  # two euros are a dollar
        cls.azure = cls._partner("Azure")
        cls.snapshots = cls.env["collection.snapshot"].sudo()

    def _take(self, on, company=None):
        """Publish a day as the scheduled action does on the day after."""
        return self._on(self.snapshots, on + timedelta(days=1))._take(company or self.company, on)

    def _cron(self, today, months=3):
        with patch.object(collection_snapshot_cron, "MONTHS", months):
            self._on(self.snapshots, today)._cron_snapshot()

    def _published(self, on, company=None):
        """Return {figure: amount} of a published day, zeros left out."""
        rows = self.snapshots._series(company or self.company, on, on)
        self.assertEqual(len(rows), 1)
        return {
            name: value for name, value in rows[0].items() if value and name not in ("date", "limits", "backfilled")
        }

    def _days(self, company=None):
        rows = self.snapshots.search([("company_id", "=", (company or self.company).id), ("user_id", "=", False)])
        return sorted(rows.mapped("date"))

    def _slow_stock(self, on):
        """Return the stocks at the end of a day, from each line's own amount less what was matched until then."""
        figures = dict.fromkeys(("receivables", *BUCKETS, "credit"), 0.0)
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "child_of", self.company.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "!=", False),
                ("date", "<=", on),
            ]
        )
        for line in lines:
            matched = sum(p.amount for p in line.matched_credit_ids if p.max_date <= on)
            matched -= sum(p.amount for p in line.matched_debit_ids if p.max_date <= on)
            residual = line.balance - matched
            late = (on - (line.date_maturity or line.date)).days
            number = sum(late > limit for limit in (0, 30, 60, 90, 120))
            figures["receivables"] += residual
            if residual < 0:
                figures["credit"] -= residual
            else:
                figures[BUCKETS[number]] += residual
        return {name: round(amount, 2) for name, amount in figures.items()}


@tagged("post_install", "-at_install")
class TestSnapshot(SnapshotStories):
    def test_a_day_says_what_was_owed_at_its_end_and_what_happened_on_it(self):
        self._invoice(100, day(5), invoice_date=day(0))  # not due
        self._invoice(200, day(-1))
        self._invoice(300, day(-31))
        self._invoice(400, day(-121))
        self._credit_note(30, day(0))
        self._payment(50, day(0))
        self._take(day(0))
        self.assertEqual(
            self._published(day(0)),
            {
                "receivables": 920, "not_due": 100, "b1": 200, "b2": 300, "b5": 400, "credit": 80,
                "sales": 70, "collected": 50,
            },
        )  # fmt: skip

    def test_the_buckets_end_where_the_company_says(self):
        for due in (-10, -11, -20, -21):
            self._invoice(100, day(due))
        self.company.write({"collection_bucket_1": 10, "collection_bucket_2": 20})
        self._take(day(0))
        self.assertEqual(self._published(day(0)), {"receivables": 400, "b1": 100, "b2": 200, "b3": 100})

    def test_what_is_owed_in_another_currency_counts_in_the_companys(self):
        self._invoice(100, day(-1), currency_id=self.euro.id)
        self._take(day(0))
        self.assertEqual(self._published(day(0)), {"receivables": 50, "b1": 50})

    def test_what_is_disputed_counts_from_the_day_it_was_raised(self):
        self._invoice(100, day(-5))
        self._assess(day(0))
        case = self._on(self._case(), day(1))
        self.env["collection.dispute"].sudo().create(
            {
                "case_id": case.id, "currency_id": self.company.currency_id.id, "amount": 40, "date_open": day(1),
                "reason_id": self.env["collection.dispute.reason"].search([], limit=1).id,
                "line_ids": [(0, 0, {"item_id": case.item_ids.id, "amount": 40})],
            }
        )  # fmt: skip
        self._take(day(0))
        self._take(day(1))
        self.assertNotIn("disputed", self._published(day(0)))
        self.assertEqual(self._published(day(1))["disputed"], 40)

    def test_a_day_is_published_once(self):
        invoice = self._invoice(100, day(-1))
        self.assertTrue(self._take(day(0)))
        row = self.snapshots.search([("company_id", "=", self.company.id), ("date", "=", day(0))])
        self._pay(invoice, day(0))
        self.assertFalse(self._take(day(0)))
        self.assertEqual(self.snapshots.search([("company_id", "=", self.company.id), ("date", "=", day(0))]), row)
        self.assertEqual(self._published(day(0)), {"receivables": 100, "b1": 100})

    def test_a_published_day_gets_no_collector_more(self):
        self._invoice(100, day(-1))
        self._take(day(0))
        self._assess(day(0))
        self._on(self._case(), day(0)).user_id = self.env.user
        self._take(day(0))
        self.assertEqual(self._published(day(0))["receivables"], 100)

    def test_each_collector_has_the_figures_of_those_debtors(self):
        paula = self._user("paula", "debt_collection.group_collection_collector")
        self._invoice(100, day(-1))
        self._invoice(70, day(-1), self.azure)
        self._assess(day(0))
        self._on(self._case(), day(0)).user_id = paula
        self._take(day(0))
        rows = self.snapshots.search([("company_id", "=", self.company.id), ("date", "=", day(0))])
        self.assertEqual({row.user_id: row.receivables for row in rows}, {paula: 100, self.env["res.users"]: 70})
        self.assertEqual(self.snapshots._series(self.company, day(0), day(0), paula)[0]["receivables"], 100)

    def test_a_branch_counts_with_its_root_and_another_company_apart(self):
        branch = self._branch()
        self._invoice(100, day(-1))
        self._invoice(30, day(-1), company_id=branch.id)
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        self._invoice(7, day(-1), self.azure.with_company(other), company_id=other.id)
        self._take(day(0), branch)
        self._take(day(0), other)
        self.assertEqual(self._published(day(0))["receivables"], 130)
        self.assertEqual(self._published(day(0), other)["receivables"], 7)
        self.assertFalse(self.snapshots.search([("company_id", "=", branch.id)]))

    def test_what_is_written_off_counts_on_the_day_of_its_entry(self):
        invoice = self._invoice(100, day(-1))
        self._assess(day(0))
        write_off = self.env["collection.write.off"].sudo().create(
            {
                "case_id": self._case().id, "company_id": self.company.id, "date": day(0), "tax_treatment": "keep",
                "reason_id": self.env["collection.write.off.reason"].search([], limit=1).id,
            }
        )  # fmt: skip
        expense = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "date": day(0),
                "line_ids": [
                    (0, 0, {"account_id": expense.id, "debit": 60, "credit": 0}),
                    (0, 0, {"account_id": self._receivable(invoice).account_id.id, "partner_id": self.debtor.id,
                            "debit": 0, "credit": 60}),
                ],
            }
        )  # fmt: skip
        entry.action_post()
        self.env["collection.write.off.line"].sudo().create(
            {
                "write_off_id": write_off.id, "entry_id": entry.id, "name": invoice.name, "date_due": day(-1),
                "currency_id": self.company.currency_id.id, "amount": 60,
            }
        )  # fmt: skip
        entry._reverse_moves([{"date": day(2), "invoice_date": day(2)}], cancel=True)
        for number in range(3):
            self._take(day(number))
        self.assertEqual([self._published(day(number)).get("written_off", 0) for number in range(3)], [60, 0, -60])

    def test_published_figures_cannot_be_changed_nor_deleted_nor_entered(self):
        self._take(day(0))
        row = self.snapshots.search([("company_id", "=", self.company.id)], limit=1).sudo(False)
        for model in ("collection.snapshot", "collection.snapshot.debtor", "collection.snapshot.contact"):
            self.env["ir.model.access"].sudo().create(
                {
                    "name": model, "model_id": self.env["ir.model"]._get_id(model), "perm_read": True,
                    "perm_write": True, "perm_create": True, "perm_unlink": True,
                }
            )  # fmt: skip
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.receivables = 1
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            row.unlink()
        with self.assertRaisesRegex(UserError, "not entered"):
            self.env["collection.snapshot"].create(
                {"company_id": self.company.id, "date": day(9), "currency_id": self.company.currency_id.id}
            )
        self.assertEqual(self._days(), [day(0)])

    # ---- the months -----------------------------------------------------------------------------------------------

    def test_a_month_end_keeps_what_each_debtor_owed_by_currency_and_bucket(self):
        end = date(2025, 3, 31)
        self._invoice(100, end - timedelta(days=1))
        self._invoice(80, end - timedelta(days=31), currency_id=self.euro.id)
        self._payment(10, end)
        self._take(end)
        rows = self.env["collection.snapshot.debtor"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {(row.partner_id, row.currency_id.name, row.bucket, row.amount, row.amount_currency) for row in rows},
            {
                (self.debtor, "USD", "b1", 100, 100),
                (self.debtor, "EUR", "b2", 40, 80),
                (self.debtor, "USD", "credit", -10, -10),
            },
        )
        self._take(end)
        self.assertEqual(len(self.env["collection.snapshot.debtor"].search([])), len(rows))

    def test_an_ageing_over_time_begins_with_what_is_not_due(self):
        end = date(2025, 3, 31)
        for due in (-40, -10, 10):
            self._invoice(100, end + timedelta(days=due))
        self._payment(10, end)
        self._take(end)
        groups = self.env["collection.snapshot.debtor"]._read_group(
            [("company_id", "=", self.company.id)], ["date:month", "bucket"]
        )
        self.assertEqual([bucket for _month, bucket in groups], ["not_due", "b1", "b2", "credit"])

    def test_a_month_is_found_with_whom_its_debtor_was_merged_into(self):
        end = date(2025, 3, 31)
        self._invoice(100, end, self.azure)
        self._take(end)
        self.env["collection.debtor"].sudo()._fold(self.azure, self.debtor)
        row = self.env["collection.snapshot.debtor"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(row, [{"partner_id": self.debtor.id, "amount": 100}])

    def test_what_rolled_from_bucket_to_bucket(self):
        self._invoice(1000, date(2025, 3, 20))  # 11 days late at the end of March, 41 at the end of April
        paid = self._invoice(4000, date(2025, 3, 25))
        self._take(date(2025, 3, 31))
        self._pay(paid, date(2025, 4, 2))
        self._take(date(2025, 4, 30))
        rates = self.snapshots._roll_rates(self.company, date(2025, 5, 15), months=2)
        nothing = dict.fromkeys(("not_due", "b1", "b2", "b3", "b4"))
        self.assertEqual(
            rates,
            [
                {"month": date(2025, 3, 31), "rates": nothing},
                {"month": date(2025, 4, 30), "rates": {**nothing, "b1": 20}},
            ],
        )
        self.company.collection_bucket_1 = 15
        self._take(date(2025, 5, 31))
        [last] = self.snapshots._roll_rates(self.company, date(2025, 5, 31), months=1)
        self.assertEqual(last["rates"], nothing, "the buckets are others now: there is nothing to compare")

    def test_of_several_days_what_was_owed_is_shown_on_average(self):
        self._invoice(100, day(-1))
        self._take(day(0))
        self._invoice(200, day(40), invoice_date=day(1))
        self._take(day(1))
        [(owed, sold)] = self.snapshots._read_group(
            [("company_id", "=", self.company.id)], [], ["receivables:avg", "sales:sum"]
        )
        self.assertEqual((owed, sold), (200, 200))


@tagged("post_install", "-at_install")
class TestSnapshotBackfill(SnapshotStories):
    """Two customers, half a year of invoices, credit notes and payments, in two currencies, matched early and late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chance = random.Random(6)
        for _number in range(24):
            issued = day(-chance.randrange(170))
            currency = chance.choice([cls.company.currency_id, cls.company.currency_id, cls.euro])
            values = {"partner": chance.choice([cls.debtor, cls.azure]), "currency_id": currency.id}
            invoice = cls._invoice(
                chance.randrange(100, 9000) / 10, issued + timedelta(days=chance.choice([0, 30, 60])),
                invoice_date=issued, **values,
            )  # fmt: skip
            fate, paid_on = chance.random(), issued + timedelta(days=chance.randrange(90))
            if fate < 0.3:
                cls._pay(invoice, paid_on)
            elif fate < 0.6:
                cls._pay(invoice, paid_on, amount=invoice.amount_total / 4)
            elif fate < 0.75:
                credit = cls._credit_note(invoice.amount_total / 2, paid_on, **values)
                (cls._receivable(invoice) | cls._receivable(credit)).reconcile()
            elif fate < 0.85:
                cls._payment(20, paid_on, values["partner"], currency)

    def test_days_computed_afterwards_are_those_of_the_ledger(self):
        self._cron(day(30), months=8)
        days = self._days()
        self.assertEqual(days, [days[0] + timedelta(days=number) for number in range(len(days))])
        begins = min(self.env["account.move"].search([("company_id", "=", self.company.id)]).mapped("date"))
        self.assertEqual((days[0], days[-1]), (begins.replace(day=1), day(29)))
        ledger = self.env["collection.ledger"]
        for on in random.Random(10).sample(days, 10):
            published, slow = self.snapshots._series(self.company, on, on)[0], self._slow_stock(on)
            self.assertEqual({name: round(published[name], 2) for name in slow}, slow, on)
            self.env.cr.execute(
                SQL(
                    """
                    WITH %s
                    SELECT coalesce(sum(residual), 0) AS receivables,
                           coalesce(-sum(residual) FILTER (WHERE NOT is_debit), 0) AS credit
                      FROM past_line
                    """,
                    ledger._past_line_cte(self.company, on),
                )
            )
            [past] = self.env.cr.dictfetchall()
            self.assertEqual({name: round(published[name], 2) for name in past}, {n: float(a) for n, a in past.items()})
            self.assertEqual(published["backfilled"], on != day(29))

    def test_flows_computed_afterwards_add_up_to_the_ledgers(self):
        self._cron(day(30), months=8)
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", "<", day(30)),
            ]
        )
        sales = lines.filtered(lambda line: line.move_id.move_type in ("out_invoice", "out_refund"))
        money = lines.filtered(lambda line: line.journal_id.type in ("bank", "cash", "credit"))
        rows = self.snapshots._series(self.company, date(2024, 8, 1), day(29))
        self.assertAlmostEqual(sum(row["sales"] for row in rows), sum(sales.mapped("balance")))
        self.assertAlmostEqual(sum(row["collected"] for row in rows), -sum(money.mapped("balance")))

    def test_the_months_of_the_debtors_add_up_to_the_days(self):
        self._cron(day(30), months=8)
        sums = self.env["collection.snapshot.debtor"]._read_group(
            [("company_id", "=", self.company.id)], ["date:day"], ["amount:sum"]
        )
        self.assertEqual(
            {on: round(amount, 2) for on, amount in sums},
            {
                row["date"]: round(row["receivables"], 2)
                for row in self.snapshots._series(self.company, date(2024, 8, 1), day(29))
                if (row["date"] + timedelta(days=1)).day == 1 and row["receivables"]
            },
        )

    def test_what_was_interrupted_goes_on(self):
        publish, calls = CollectionSnapshot._publish, []

        def crash(snapshots, company, first, last, **values):
            if company != self.company:
                return False
            calls.append(first)
            if len(calls) == 3:
                raise psycopg2.errors.SerializationFailure
            return publish(snapshots, company, first, last, **values)

        with patch.object(CollectionSnapshot, "_publish", crash), mute_logger(CRON):
            self._cron(day(30))
        # yesterday, and the first days of its month
        self.assertEqual((len(calls), self._days()[0], self._days()[-1]), (3, date(2025, 4, 1), day(29)))
        with patch.object(collection_snapshot_cron, "checkpoint", side_effect=[1, 1, 1, 1, 0]):
            self._cron(day(30))
        self._cron(day(30))
        self.assertEqual((self._days()[0], self._days()[-1]), (date(2025, 1, 1), day(29)))
        self.assertEqual(len(self._days()), (day(29) - date(2025, 1, 1)).days + 1)
        self.assertEqual(round(self._published(day(29))["receivables"], 2), self._slow_stock(day(29))["receivables"])

    def test_days_nobody_took_are_taken_later_and_say_so(self):
        self._cron(day(30))
        self._cron(day(34))
        self.assertEqual(self._days()[-1], day(33))
        late = self.snapshots.search([("company_id", "=", self.company.id), ("date", ">", day(29))], order="date")
        self.assertEqual(late.mapped("backfilled"), [True, True, True, False])
        start = self._days()[0]
        self._cron(day(35))
        self.assertEqual(self._days()[0], start, "the 24 months are those before the first day")

    def test_a_company_without_entries_has_no_past(self):
        self._cron(day(30))
        other = self.setup_other_company()["company"]
        self._cron(day(31))
        self._cron(day(32))
        self.assertEqual(self._days(other), [day(30), day(31)])

    def test_another_companys_trouble_is_its_own(self):
        publish = CollectionSnapshot._publish

        def refuse(snapshots, company, *days, **values):
            if company != self.company:
                raise ValueError("nothing works here")
            return publish(snapshots, company, *days, **values)

        with patch.object(CollectionSnapshot, "_publish", refuse), mute_logger(CRON):
            self._cron(day(30))
        self.assertEqual(self._days()[-1], day(29))
        self.assertFalse(self.snapshots.search([("company_id", "!=", self.company.id)]))
