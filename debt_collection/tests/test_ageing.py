"""What was owed on any day, by age: as plain Python over the entries has it, to the cent, on screen and on paper."""

import base64
import io
import random
from collections import defaultdict
from datetime import timedelta

import openpyxl
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day

LIMITS = (15, 45, 75, 100)
DAYS = (-130, -90, -61, -30, -7, 0, 3, 18, 44, 90)


@tagged("post_install", "-at_install")
class TestAgeing(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, limit in enumerate(LIMITS, start=1):
            cls.company[f"collection_bucket_{number}"] = limit
        cls.euro = cls.setup_other_currency("EUR")  # two euros are a dollar
        cls.azure, cls.ready = cls._partner("Azure"), cls._partner("=Ready, Mat")
        cls.site = cls._partner("Azure, warehouse", parent_id=cls.azure.id, is_company=False)
        cls.branch = cls._branch()
        cls._fill(random.Random(6))

    @classmethod
    def _fill(cls, chance):
        """Post a ledger: invoices in two currencies, part payments, credit notes, much of it matched later."""
        for number in range(14):
            customer = chance.choice([cls.debtor, cls.azure, cls.site, cls.ready])
            values = {"currency_id": cls.euro} if chance.random() < 0.3 else {}
            if number % 5 == 4:
                values["company_id"] = cls.branch
            due = day(chance.randrange(-150, 60))
            invoice = cls._invoice(chance.randrange(1000, 99999) / 100, due, customer, **values)
            if number % 5 != 4 and chance.random() < 0.7:
                on = invoice.invoice_date + timedelta(days=chance.randrange(5, 120))
                share = chance.choice([None, round(invoice.amount_total * chance.random(), 2)])
                cls._pay(invoice, on, amount=share)
        cls._payment(123.45, day(-40), cls.azure)
        credit = cls._credit_note(77.77, day(-20), cls.ready)
        early = cls._invoice(50.05, day(-60), cls.ready)
        (cls._receivable(credit) | cls._receivable(early)).reconcile()
        # invoiced and due on the same day, that is the day of an ageing
        cls._invoice(11.11, day(0), invoice_date=day(0))

    def _ageing(self, at, basis="due", company=None, user=None):
        model = self.env["collection.ageing"]
        return (model.with_user(user) if user else model)._at(at, basis, company or self.company)

    def _entries(self, at):
        """Return [(line, what was open of it in company currency, in its own)] at the end of a day, from the entries.

        Forwards: the whole line, less what was matched up to that day.
        """
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", at),
                ("partner_id", "!=", False),
                ("company_id", "child_of", self.company.id),
            ]
        )
        result = []
        for line in lines:
            amount, amount_currency = line.balance, line.amount_currency
            for partial in line.matched_credit_ids.filtered(lambda p: p.max_date <= at):
                amount -= partial.amount
                amount_currency -= partial.debit_amount_currency
            for partial in line.matched_debit_ids.filtered(lambda p: p.max_date <= at):
                amount += partial.amount
                amount_currency += partial.credit_amount_currency
            amount, amount_currency = round(amount, 2), round(amount_currency, 2)
            if amount or amount_currency:
                result.append((line, amount, amount_currency))
        return result

    def _bucket(self, days):
        if days <= 0:
            return "not_due"
        return next((f"b{n}" for n, limit in enumerate(LIMITS, start=1) if days <= limit), "b5")

    def _expected(self, at, basis):
        """Return {(commercial partner, currency, bucket): (amount, amount in currency)}."""
        expected = defaultdict(lambda: [0, 0])
        for line, amount, amount_currency in self._entries(at):
            if (amount_currency or amount) < 0:
                bucket = "credit"
            elif basis == "due":
                bucket = self._bucket((at - (line.date_maturity or line.date)).days)
            else:
                bucket = self._bucket(max((at - (line.invoice_date or line.date)).days, 1))
            cell = expected[line.partner_id.commercial_partner_id, line.currency_id, bucket]
            cell[0] += amount
            cell[1] += amount_currency
        return {key: (round(one, 2), round(two, 2)) for key, (one, two) in expected.items()}

    def _shown(self, at, basis):
        groups = self._ageing(at, basis)._read_group(
            [], ["partner_id", "currency_id", "bucket"], ["amount:sum", "amount_currency:sum"]
        )
        return {
            (partner.with_env(self.env), currency.with_env(self.env), bucket): (round(one, 2), round(two, 2))
            for partner, currency, bucket, one, two in groups
        }

    def test_at_ten_dates_the_ageing_by_due_date_is_what_the_entries_say(self):
        for days in DAYS:
            with self.subTest(days=days):
                self.assertEqual(self._shown(day(days), "due"), self._expected(day(days), "due"))

    def test_at_ten_dates_the_ageing_by_invoice_date_is_what_the_entries_say(self):
        for days in DAYS:
            with self.subTest(days=days):
                self.assertEqual(self._shown(day(days), "invoice"), self._expected(day(days), "invoice"))

    def test_the_total_is_the_balance_of_the_receivable_accounts_to_the_cent(self):
        for days in DAYS:
            [(total,)] = self._ageing(day(days))._read_group([], [], ["amount:sum"])
            [(balance,)] = self.env.execute_query(
                SQL(
                    """
                    SELECT coalesce(sum(l.balance), 0)
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                     WHERE l.parent_state = 'posted' AND l.date <= %s AND l.company_id = ANY(%s)
                    """,
                    day(days),
                    (self.company | self.branch).ids,
                )
            )
            self.assertEqual(self.company.currency_id.compare_amounts(total or 0, balance), 0, day(days))

    def test_the_buckets_stand_in_the_order_of_their_age_and_say_their_limits(self):
        groups = self._ageing(day(0))._read_group([], ["bucket"])
        keys = [key for (key,) in groups]
        self.assertEqual(keys, [k for k in ("not_due", "b1", "b2", "b3", "b4", "b5", "credit") if k in keys])
        sets = self._ageing(day(0)).formatted_read_grouping_sets([], [["bucket"], []], ["amount:sum"])
        self.assertEqual([group["bucket"] for group in sets[0]], keys, "in the pivot too")
        labels = dict(self._ageing(day(0)).fields_get(["bucket"])["bucket"]["selection"])
        self.assertEqual((labels["b1"], labels["b2"], labels["b5"]), ("1–15 days", "16–45 days", "Over 100 days"))
        labels = dict(self._ageing(day(0), "invoice").fields_get(["bucket"])["bucket"]["selection"])
        self.assertEqual(labels["b1"], "0–15 days")
        self.assertNotIn("not_due", labels, "an invoice of today has an age by its own date")

    def _sheets(self, wizard):
        action = wizard.action_download()
        self.assertEqual(action["type"], "ir.actions.act_url")
        file = self.env["collection.download"].search([], order="id desc", limit=1)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(file.content)))
        return {sheet.title: list(sheet.values) for sheet in book}

    def test_the_spreadsheet_is_the_screen_in_company_currency(self):
        wizard = self.env["collection.ageing.show"].create({"date": day(-7), "company_id": self.company.id})
        sheets = self._sheets(wizard)
        heading, *rows, total = sheets["USD"]
        self.assertEqual(heading[:2] + heading[-2:], ("Debtor", "Not due", "Credits", "Total"))
        expected = defaultdict(float)
        for (partner, _currency, bucket), (amount, _in_currency) in self._expected(day(-7), "due").items():
            expected[partner.complete_name, bucket] += amount
        keys = ["not_due", "b1", "b2", "b3", "b4", "b5", "credit"]
        self.assertEqual([row[0] for row in rows], sorted({name for name, _bucket in expected}))
        self.assertIn("=Ready, Mat", [row[0] for row in rows], "a name is no formula")
        for name, *amounts, line_total in rows:
            for key, amount in zip(keys, amounts, strict=True):
                self.assertAlmostEqual(amount, expected[name, key], 2)
            self.assertAlmostEqual(line_total, sum(amounts), 2)
        self.assertEqual(total[0], "Grand total")
        for column in range(1, len(heading)):
            self.assertAlmostEqual(total[column], sum(row[column] for row in rows), 2)
        self.assertIn(("Days since", "the due date"), sheets["About"])

    def test_per_currency_the_spreadsheet_has_a_sheet_for_each(self):
        wizard = self.env["collection.ageing.show"].create(
            {"date": day(-7), "basis": "invoice", "amounts": "currency", "company_id": self.company.id}
        )
        sheets = self._sheets(wizard)
        self.assertEqual(list(sheets), ["EUR", "USD", "About"])
        for name in ("EUR", "USD"):
            cells = self._expected(day(-7), "invoice").items()
            expected = sum(two for (_partner, currency, _bucket), (_one, two) in cells if currency.name == name)
            self.assertAlmostEqual(sheets[name][-1][-1], expected, 2)
            self.assertNotIn("Not due", sheets[name][0])

    def test_the_spreadsheet_is_read_in_as_many_statements_for_few_debtors_as_for_many(self):
        model = self._ageing(day(-140))
        model._workbook()
        before = self.cr.sql_log_count
        model._workbook()
        few = self.cr.sql_log_count - before
        model = self._ageing(day(0))
        before = self.cr.sql_log_count
        model._workbook()
        self.assertLessEqual(self.cr.sql_log_count - before, few)

    def test_the_screen_says_its_day_and_basis_and_takes_them_along(self):
        action = self.env["collection.ageing.show"].create({"date": day(-7), "basis": "invoice"}).action_show()
        self.assertEqual(action["name"], "Aged receivables at 03/03/2025, by invoice date")
        context = action["context"]
        self.env["collection.ageing"].invalidate_model()
        rows = self.env["collection.ageing"].with_context(**context).search([("partner_id", "=", self.azure.id)])
        self.assertEqual(
            round(sum(rows.mapped("amount")), 2),
            round(
                sum(
                    one
                    for (partner, *_rest), (one, _two) in self._expected(day(-7), "invoice").items()
                    if partner == self.azure
                ),
                2,
            ),
        )

    def test_odoos_own_export_of_the_list_has_the_same_amounts(self):
        rows = self._ageing(day(-7)).search([])
        data = rows.export_data(["name", "partner_id/name", "bucket", "amount"])["datas"]
        self.assertEqual(len(data), len(self._entries(day(-7))))
        self.assertAlmostEqual(
            sum(float(row[3]) for row in data), sum(amount for _line, amount, _two in self._entries(day(-7))), 2
        )

    def test_a_row_opens_its_invoice(self):
        invoice = self._invoice(10, day(-3), self.ready)
        row = self._ageing(day(0)).search([("name", "=", invoice.name)])
        self.assertEqual((row.days, row.bucket, row.amount), (3, "b1", 10))
        self.assertEqual((row.invoice_user_id, row.date_due), (invoice.invoice_user_id, day(-3)))
        action = row.action_open_invoice()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))

    def test_the_collector_is_who_had_the_debtor_on_that_day(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self._invoice(10, day(-30), self.ready)
        self._assess(day(0))
        follow = self.env["collection.assignment"].sudo()._follow
        follow(self.company, day(0))
        self._case(self.ready).with_context(collection_today=day(5)).user_id = carla
        follow(self.company, day(5))
        domain = [("partner_id", "=", self.ready.id)]
        self.assertFalse(self._ageing(day(4)).search(domain).user_id)
        self.assertEqual(self._ageing(day(5)).search(domain).user_id, carla)
        self.assertEqual(self._ageing(day(5)).search(domain).strategy_id, self.strategy)

    def test_what_will_be_owed_is_not_asked(self):
        with self.assertRaisesRegex(ValidationError, "today or an earlier day"):
            self._on(self.env["collection.ageing.show"], day(0)).create({"date": day(1)})

    def test_each_company_has_its_own_rows_in_its_own_currency(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        other.currency_id = self.euro
        self.env.user.company_ids |= other
        theirs = self._invoice(500, day(-5), self.azure, company_id=other)
        model = self.env["collection.ageing"]
        both = model.with_context(allowed_company_ids=[self.company.id, self.branch.id, other.id])._at(day(0))
        groups = {
            company.id: (currency.name, total)
            for company, currency, total in both._read_group([], ["company_id", "company_currency_id"], ["amount:sum"])
        }
        self.assertEqual(groups[other.id], ("EUR", 500))
        self.assertEqual(groups[self.company.id][0], "USD")
        self.assertIn(self.branch.id, groups)
        mine = model.with_context(allowed_company_ids=[self.company.id])._at(day(0))
        self.assertNotIn(theirs.name, mine.search([("company_id", "=", other.id)]).mapped("name"))
        self.assertEqual(mine.search([]).company_id, self.company | self.branch, "with its branch")
        branch = model.with_context(allowed_company_ids=[self.branch.id])._at(day(0))
        self.assertEqual(branch.search([]).company_id, self.branch, "a branch sees its own")
        forged = mine.with_context(collection_ageing_company=other.id)
        forged.invalidate_model()
        self.assertFalse(forged.search([]), "nobody reads a company by naming it")

    def test_managers_accountants_and_auditors_read_it_and_collectors_do_not(self):
        for number, group in enumerate(
            (
                "debt_collection.group_collection_manager",
                "account.group_account_invoice",
                "debt_collection.group_collection_auditor",
            )
        ):
            user = self._user(f"reader{number}", group)
            wizard = self.env["collection.ageing.show"].with_user(user).create({"date": day(0)})
            wizard.action_show()
            self.assertEqual(wizard.action_download()["type"], "ir.actions.act_url")
            self.assertTrue(self._ageing(day(0), user=user).search_count([]))
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self._ageing(day(0), user=carla).search([])
        with self.assertRaises(AccessError):
            self._ageing(day(0), user=carla)._workbook()
        with self.assertRaises(AccessError):
            self.env["collection.ageing.show"].with_user(carla).create({"date": day(0)})
