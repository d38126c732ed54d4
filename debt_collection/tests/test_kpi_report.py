"""The screen of the KPIs: periods, what they are compared with, what opens, what is downloaded, and who may look."""

import base64
import io
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from openpyxl import load_workbook

from .common import DAY, CollectionCommon, day

AUDITOR = "debt_collection.group_collection_auditor"
COLLECTOR = "debt_collection.group_collection_collector"
MANAGER = "debt_collection.group_collection_manager"
FEBRUARY = (date(2025, 2, 1), date(2025, 2, 28))


@tagged("post_install", "-at_install")
class TestKpiReport(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.azure = cls._partner("Azure")
        # sold in January, 400 of it paid in February; sold in February and not due before April
        cls.old = cls._invoice(1000, date(2025, 1, 31), invoice_date=date(2025, 1, 1))
        cls.new = cls._invoice(280, date(2025, 4, 5), cls.azure, invoice_date=date(2025, 2, 10))
        cls.payment = cls._pay(cls.old, date(2025, 2, 20), amount=400)
        # paid in full only in March: open at the end of February
        cls.late = cls._invoice(50, date(2025, 2, 10), cls.azure, invoice_date=date(2025, 2, 1))
        cls._pay(cls.late, date(2025, 3, 3))

    def _report(self, on=DAY, user=None, **values):
        model = self.env["collection.kpi.report"]
        return self._on(model.with_user(user) if user else model, on).create({"company_id": self.company.id, **values})

    def _row(self, report, code):
        [row] = [row for row in report.table["rows"] if row["code"] == code]
        return row

    def _opened(self, code, period=FEBRUARY, **values):
        action = self.env["collection.kpi"]._open(code, self.company, *period, **values)
        return self.env[action["res_model"]].search(action["domain"])

    def test_last_month_is_shown_beside_the_month_before(self):
        report = self._report()
        self.assertEqual((report.date_from, report.date_to), FEBRUARY)
        self.assertEqual([column["date_from"] for column in report.table["columns"]], ["2025-02-01", "2025-01-01"])
        row = self._row(report, "receivables")
        self.assertEqual(row["cells"], ["$\xa0930.00", "$\xa01,000.00"])
        self.assertEqual((row["change"], row["tone"]), ("−$\xa070.00", "better"))
        # January: 1,000 / 1,000 x 31; February: 930 / 330 x 28 = 78.9
        row = self._row(report, "dso")
        self.assertEqual((row["cells"], row["change"], row["tone"]), (["78.9", "31.0"], "+47.9", "worse"))
        row = self._row(report, "sales")
        self.assertEqual((row["change"], row["tone"]), ("−$\xa0670.00", ""), "neither better nor worse by itself")

    def test_what_cannot_be_said_is_a_dash_and_has_no_change(self):
        row = self._row(self._report(), "promise_kept_rate")
        self.assertEqual((row["cells"], row["change"], row["tone"]), (["–", "–"], "", ""))

    def test_each_period_has_one_before_it(self):
        for period, first, last, before in (
            ("this_month", "2025-03-01", "2025-03-10", ("2025-02-01", "2025-02-10")),
            ("last_quarter", "2024-10-01", "2024-12-31", ("2024-07-01", "2024-09-30")),
            ("this_quarter", "2025-01-01", "2025-03-10", ("2024-10-01", "2024-12-10")),
            ("this_year", "2025-01-01", "2025-03-10", ("2024-01-01", "2024-03-10")),
            ("last_year", "2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31")),
        ):
            report = self._report(period=period)
            self.assertEqual((str(report.date_from), str(report.date_to)), (first, last), period)
            self.assertEqual(tuple(map(str, report._period_before())), before, period)
        report = self._report(period="custom", date_from=date(2025, 2, 10), date_to=date(2025, 2, 19))
        self.assertEqual(tuple(map(str, report._period_before())), ("2025-01-31", "2025-02-09"))

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaises(ValidationError):
            self._report(period="custom", date_from=date(2025, 3, 1), date_to=date(2025, 2, 1))

    def test_the_form_shows_the_days_chosen_and_groups(self):
        with Form(self._on(self.env["collection.kpi.report"], day(0))) as form:
            form.period = "custom"
            form.date_from, form.date_to = date(2025, 1, 1), date(2025, 1, 31)
            self.assertEqual(form.table["columns"][0]["date_to"], "2025-01-31")
            form.group_by = "country_id"
            self.assertEqual([column["label"] for column in form.table["columns"]], ["No country"])
            self.assertFalse(form.table["change"])

    def test_groups_stand_side_by_side_and_who_has_none_comes_last(self):
        self.azure.country_id = self.env.ref("base.fr")
        table = self._report(group_by="country_id").table
        self.assertEqual([column["label"] for column in table["columns"]], ["France", "No country"])
        [row] = [row for row in table["rows"] if row["code"] == "sales"]
        self.assertEqual(row["cells"], ["$\xa0330.00", "$\xa00.00"])

    def test_without_contacts_there_is_no_channel_to_show(self):
        self.assertEqual(self._report(group_by="channel").table["columns"], [])

    def test_the_workbook_has_the_figures_and_what_they_mean(self):
        action = self._report().action_export()
        file = self.env["collection.download"].search([("name", "=", "kpi_2025-02-01_2025-02-28.xlsx")])
        self.assertIn(str(file.id), action["url"])
        book = load_workbook(io.BytesIO(base64.b64decode(file.content)))
        figures, meaning = book.worksheets
        names = [cell.value for cell in figures[1]]
        self.assertEqual(figures.max_row, 3)
        self.assertEqual(figures.cell(2, names.index("Receivables") + 1).value, 930)
        self.assertAlmostEqual(figures.cell(2, names.index("DSO") + 1).value, 930 / 330 * 28)
        self.assertEqual(meaning.max_row, len(names))

    def test_each_figure_opens_what_is_behind_it(self):
        receivable = self._receivable
        self.assertEqual(
            self._opened("receivables"), receivable(self.old) | receivable(self.new) | receivable(self.late)
        )
        self.assertEqual(self._opened("overdue"), receivable(self.old) | receivable(self.late))
        self.assertEqual(self._opened("percent_current"), receivable(self.new))
        self.assertEqual(self._opened("roll_0"), receivable(self.old) | receivable(self.late))
        self.assertFalse(self._opened("roll_1"))
        self.assertEqual(self._opened("sales"), receivable(self.new) | receivable(self.late))
        self.assertEqual(self._opened("collected"), receivable(self.payment.move_id))
        self.assertEqual(self._opened("recovery_rate"), receivable(self.old))
        self.assertFalse(self._opened("days_to_pay"), "nothing was paid in full in February")
        self.assertEqual(self._opened("days_to_pay", (date(2025, 3, 1), date(2025, 3, 31))), receivable(self.late))
        self.assertEqual(self._opened("at_risk_rate", (date(2025, 4, 1), date(2025, 4, 30))), receivable(self.old))

    def test_what_opens_adds_up_to_the_figure_at_any_past_day(self):
        for at in (date(2025, 1, 15), date(2025, 2, 15), date(2025, 2, 28), date(2025, 3, 2), date(2025, 3, 3)):
            values = self.env["collection.kpi"]._compute(self.company, at, at)[None]
            lines = self._opened("receivables", (at, at))
            owed = sum(
                line.balance
                - sum(partial.amount for partial in line.matched_credit_ids if partial.max_date <= at)
                + sum(partial.amount for partial in line.matched_debit_ids if partial.max_date <= at)
                for line in lines
            )
            self.assertAlmostEqual(values["receivables"], owed, 2)

    def test_every_figure_opens(self):
        for row in self.env["collection.kpi"]._definitions(self.company):
            self._opened(row["code"])

    def test_a_collectors_or_a_countrys_figure_opens_their_debtors_alone(self):
        carla = self._user("carla", COLLECTOR)
        debtor = self.env["collection.debtor"].sudo()._get(self.company, self.azure)
        self.env["collection.assignment"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": debtor.id,
                "user_id": carla.id,
                "date_from": day(-100),
            }
        )
        theirs = self._receivable(self.new) | self._receivable(self.late)
        self.assertEqual(self._opened("receivables", user=carla), theirs)
        self.assertEqual(self._opened("receivables", group_by="user_id"), self._receivable(self.old))
        self.azure.country_id = self.env.ref("base.fr")
        self.assertEqual(self._opened("receivables", group_by="country_id", key=self.azure.country_id.id), theirs)
        self.assertEqual(self._opened("receivables", group_by="country_id"), self._receivable(self.old))
        self.assertFalse(self._opened("contacts", group_by="channel", key="email"))
        self.assertFalse(self._opened("promise_kept_rate", user=carla))

    def test_managers_and_auditors_of_the_company_may_look_and_nobody_else(self):
        kpis = self.env["collection.kpi"]
        for name, groups in (("boss", MANAGER), ("auditor", AUDITOR)):
            user = self._user(name, groups)
            report = self._report(user=user)
            self.assertEqual(self._row(report, "sales")["cells"][0], "$\xa0330.00")
            report.action_export()
            self._on(self.env["collection.kpi.report"].with_user(user), day(0)).action_open()
        auditor = self.env["res.users"].search([("login", "=", "auditor")])
        action = kpis.with_user(auditor).open_records("receivables", self.company.id, "2025-02-01", "2025-02-28")
        self.assertEqual(action["res_model"], "account.move.line")
        carla = self._user("carla", COLLECTOR)
        with self.assertRaises(AccessError):
            kpis.with_user(carla).open_records("receivables", self.company.id, "2025-02-01", "2025-02-28")
        with self.assertRaises(AccessError):
            self.env["collection.kpi.report"].with_user(carla).action_open()
        stranger = self._user("stranger", MANAGER, companies=self.env["res.company"].create({"name": "Elsewhere"}))
        with self.assertRaises(AccessError):
            kpis.with_user(stranger).open_records("receivables", self.company.id, "2025-02-01", "2025-02-28")

    def test_who_may_not_read_the_accounts_is_told_what_to_ask_for(self):
        boss = self._user("boss", MANAGER)
        with self.assertRaisesRegex(UserError, "Journal Item"):
            self.env["collection.kpi"].with_user(boss).open_records(
                "receivables", self.company.id, "2025-02-01", "2025-02-28"
            )
