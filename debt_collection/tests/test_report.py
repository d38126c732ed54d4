"""The periodic report: the status of each account, what was recovered, what stands in the way, and what to do next."""

from datetime import datetime, time
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import CollectionCommon, day
from .common_report import sheets_of


class ReportCommon(CollectionCommon):
    """A week, Monday to Sunday: day(0) to day(6). The report is made on day(7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = day(7)
        cls.env = cls.env(context={**cls.env.context, "collection_today": cls.today.isoformat()})
        cls.report = cls.env["collection.report"]

    def _gather(self, user=None, **period):
        dates = {"date_from": day(0), "date_to": day(6), **period}
        return self.report.sudo()._gather(self.company, user=user, **dates)

    def _accounts(self, **options):
        """Return {debtor: account in words}."""
        data = self._gather(**options)
        return {row["debtor"]: row for row in self.report.sudo()._in_words(data)}

    def _logged(self, case, on, outcome="sent", channel="email", direction="out"):
        return case._log_contact(
            channel=channel, direction=direction, outcome=outcome, summary="Said", date=datetime.combine(on, time(12))
        )


@tagged("post_install", "-at_install")
class TestReport(ReportCommon):
    # ---- recovered against due ------------------------------------------------------------------------------------

    def test_what_was_recovered_is_set_against_what_was_due(self):
        azure, ready, later = (self._partner(name) for name in ("Azure", "Ready Mat", "Later"))
        old = self._invoice(100, day(-10))
        self._pay(old, day(-5), 10)  # before the period: 90 are due at its start
        self._pay(old, day(3), 40)
        self._invoice(300, day(2), azure, invoice_date=day(1))  # made and fallen due in it
        settled = self._invoice(50, day(-5), ready)
        self._assess(day(0))
        self._pay(settled, day(5))
        self._invoice(70, day(10), later)  # not due
        self._assess(day(6))
        self._pay(old, day(7), 20)  # after it
        accounts = self._accounts()
        self.assertEqual(
            {name: (row["claim"], row["due"], row["recovered"], row["days_late"]) for name, row in accounts.items()},
            {"Azure": (300, 300, 0, 5), "Deco Addict": (30, 90, 40, 17), "Ready Mat": (0, 50, 50, None)},
        )
        self.assertEqual(list(accounts), ["Azure", "Deco Addict", "Ready Mat"], "most to collect first")
        figures = self._gather()["figures"]
        self.assertEqual((figures["due"], figures["recovered"], figures["to_collect"]), (440, 90, 330))
        self.assertAlmostEqual(figures["recovered_share"], 100 * 90 / 440)
        # 100 less 10 and 50 before the week began; what is not due yet is owed, too
        self.assertEqual(figures["opening"], 210)

    def test_a_foreign_debt_counts_in_the_currency_of_the_company(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        invoice = self._invoice(100, day(-10), currency_id=euro)
        self._pay(invoice, day(3), 20, currency_id=euro.id)
        row = self._accounts()["Deco Addict"]
        self.assertEqual((row["claim"], row["due"], row["recovered"]), (40, 50, 10))

    def test_a_credit_note_is_not_money_recovered(self):
        invoice = self._invoice(100, day(-10))
        credit = self._credit_note(30, day(2))
        (self._receivable(invoice) | self._receivable(credit)).reconcile()
        row = self._accounts()["Deco Addict"]
        self.assertEqual((row["claim"], row["due"], row["recovered"]), (70, 100, 0))

    def test_the_report_tells_how_often_when_and_how_a_debtor_was_contacted(self):
        self._invoice(100, day(-10))
        self._assess(day(0))
        case = self._case()
        self._logged(case, day(-1))  # the week before
        self._logged(case, day(0))
        self._logged(case, day(4), "no_answer", "call")
        self._logged(case, day(5), "received", direction="in")
        self._logged(case, day(5), "failed")
        self._logged(case, day(7))
        row = self._accounts()["Deco Addict"]
        self.assertEqual((row["contacts"], row["last_contact"], row["last_how"]), (2, day(4), "Phone call"))
        figures = self._gather()["figures"]
        self.assertEqual((figures["contacts"], figures["contacted"]), (2, 1))

    def test_promises_are_counted_when_made_and_when_due(self):
        first, second = self._invoice(100, day(-10)), self._invoice(50, day(-8))
        self._assess(day(-3))
        case, make = self._case(), self.env["collection.promise"]._make
        make(self._on(case, day(-3)), self._item(first), 100, day(2))
        make(self._on(case, day(1)), self._item(second), 50, day(9))
        self._pay(first, day(2))
        figures = self._gather()["figures"]
        self.assertEqual([figures[name] for name in ("promises_made", "promises_due", "promises_kept")], [1, 1, 1])

    def test_a_collector_is_told_of_own_accounts(self):
        anna = self._user("anna", "debt_collection.group_collection_collector", name="Anna")
        azure = self._partner("Azure")
        self._invoice(100, day(-10))
        self._invoice(300, day(-10), azure)
        self.env["collection.debtor"]._get(self.company, azure).user_id = anna
        self._assess(day(-2))
        self.env["collection.assignment"]._follow(self.company, day(-2))
        data = self._gather(user=anna)
        self.assertEqual([row["debtor"] for row in data["accounts"]], ["Azure"])
        self.assertEqual(data["figures"]["opening"], 300)
        self.assertEqual(self.report.sudo()._in_words(data)[0]["collector"], "Anna")

    def test_the_accounts_of_other_companies_are_not_told(self):
        self._invoice(100, day(-10))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        data = self.report.sudo()._gather(other, day(0), day(6))
        self.assertEqual((data["accounts"], data["figures"]["opening"]), ([], 0))

    # ---- what stands in the way -----------------------------------------------------------------------------------

    def test_nothing_stands_in_the_way_of_an_ordinary_account(self):
        self._invoice(100, day(-10))
        self.assertEqual(self._accounts()["Deco Addict"]["obstacle"], "")

    def test_what_is_disputed_on_hold_or_left_alone_stands_in_the_way(self):
        disputed, held, alone = (self._partner(name) for name in ("Disputed", "Held", "Alone"))
        invoices = {partner: self._invoice(100, day(-10), partner) for partner in (disputed, held, alone)}
        self._assess(day(0))
        reason = self.env.ref("debt_collection.dispute_reason_damaged")
        reason.write({"days": 10, "user_id": False})
        self.env["collection.dispute"].with_context(collection_today=day(0).isoformat())._raise(
            self._case(disputed), {self._item(invoices[disputed]): 60}, reason
        )
        self.env["collection.hold"].create(
            {"case_id": self._case(held).id, "until": day(12), "reason": "New manager"}
        ).action_confirm()
        self._case(alone).debtor_id.write({"do_not_follow_up": True, "do_not_follow_up_reason": "Our own supplier"})
        told = {name: row["obstacle"] for name, row in self._accounts().items()}
        self.assertEqual(
            told,
            {
                "Disputed": f"{self.company.currency_id.format(60)} disputed, to be resolved by 03/20/2025",
                "Held": "On hold until 03/22/2025: New manager",
                "Alone": "Not to be followed up: Our own supplier",
            },
        )

    def test_a_debtor_whom_nothing_reaches_and_a_missing_proof_stand_in_the_way(self):
        lost = self._partner("Lost", email=False, street=False, city=False)
        self._invoice(100, day(-10), lost)
        self.assertEqual(self._accounts()["Lost"]["obstacle"], "No address or number reaches the debtor")
        self.company.collection_require_proof = True
        self.assertIn("No proof of delivery of 1 invoices", self._accounts()["Lost"]["obstacle"])

    # ---- what to do next ------------------------------------------------------------------------------------------

    def _next(self, name="Deco Addict"):
        row = self._accounts()[name]
        return row["step"], row["step_date"], row["why"]

    def _use_up(self):
        """Have the debtor receive every level, so that the strategy has nothing more to say."""
        self.strategy.level_ids.filtered(lambda level: level.delay_days > 5).active = False
        self._follow_up(day(0))

    def test_the_strategy_comes_first(self):
        self._invoice(100, day(-10))
        step, date, why = self._next()
        self.assertEqual((step, date), ("Friendly", day(7)))
        self.assertEqual(why, self._case().reason)

    def test_after_a_broken_promise_somebody_calls(self):
        invoice = self._invoice(100, day(-20))
        self._use_up()
        self.env["collection.promise"]._make(self._on(self._case(), day(0)), self._item(invoice), 100, day(1))
        self._assess(day(5), partners=self.debtor)
        case = self._case()
        self.assertTrue(case.promise_broken)
        row = self._accounts()["Deco Addict"]
        self.assertIn("Promise for 03/11/2025 broken", row["obstacle"])
        # a broken promise begins another round: where the strategy has no step in it, somebody calls
        case.sudo().next_level_id = False
        with patch.object(type(case), "_assess"):
            step, date, why = self._next()
        self.assertEqual((step, date), ("Call", self.today))
        self.assertIn("03/11/2025", why)

    def test_a_dispute_past_its_deadline_is_escalated_and_one_before_it_waited_for(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        reason = self.env.ref("debt_collection.dispute_reason_damaged")
        reason.write({"days": 10, "user_id": False})
        disputes = self.env["collection.dispute"].with_context(collection_today=day(0).isoformat())
        dispute = disputes._raise(self._case(), {self._item(invoice): 100}, reason)
        self.assertEqual(self._next()[0], "Wait")
        dispute.sudo().deadline = day(6)
        step, date, why = self._next()
        self.assertEqual((step, date), ("Escalate the dispute", self.today))
        self.assertIn("03/16/2025", why)

    def test_a_small_balance_is_written_off(self):
        self.company.collection_small_balance = 5
        invoice = self._invoice(100, day(-20))
        self._use_up()
        self._pay(invoice, day(2), 95)
        self.assertEqual(self._next()[0], "Write off")
        self.company.collection_small_balance = 4.99
        self.assertNotEqual(self._next()[0], "Write off")

    def test_an_old_account_that_had_every_level_goes_to_others(self):
        self._invoice(100, day(-113))  # 120 days late on the day of the report
        self._use_up()
        self.assertEqual(self._next()[0], "Decide")
        self._invoice(10, day(-114), self._partner("Older"))
        self._follow_up(day(1))
        step, date, why = self._next("Older")
        self.assertEqual((step, date), ("Hand over to an agency or a lawyer, or write off", self.today))
        self.assertIn("121 days late", why)

    def test_after_three_contacts_without_an_answer_somebody_speaks_with_the_debtor(self):
        self._invoice(100, day(-20))
        self._use_up()  # the first
        case = self._case()
        later = fields.Date.today()
        self._logged(case, later, "no_answer", "call")
        self.assertEqual(self._next()[0], "Decide")
        self._logged(case, later)
        step, _date, why = self._next()
        self.assertEqual(step, "Call or visit")
        self.assertIn("3 contacts", why)
        case._log_contact(channel="email", direction="in", outcome="received", summary="We will look")
        self.assertEqual(self._next()[0], "Decide", "it has answered")

    def test_a_settled_account_needs_nothing_more(self):
        invoice = self._invoice(100, day(-10))
        self._assess(day(0))
        self._pay(invoice, day(3))
        self.assertEqual(self._next(), ("None", None, "Nothing overdue any more"))

    # ---- the files ------------------------------------------------------------------------------------------------

    def test_the_workbook_has_every_account_and_the_totals(self):
        azure = self._partner('=HYPERLINK("http://evil")')
        self._pay(self._invoice(100, day(-10)), day(3), 40)
        self._invoice(300, day(-10), azure)
        made = self.report.sudo()._make(self.company, day(0), day(6))
        summary, accounts = sheets_of(made["xlsx"])
        self.assertEqual(accounts[0][:4], ["Debtor", "Collector", "Status", "To collect"])
        self.assertEqual([row[0] for row in accounts[1:]], ['=HYPERLINK("http://evil")', "Deco Addict", "Total"])
        self.assertEqual(accounts[3][3], 360)
        told = dict(row[:2] for row in summary)
        self.assertEqual(told["Recovered against due"], "10.0 %")
        self.assertEqual(told["To collect now, from the accounts below"], self.company.currency_id.format(360))

    def test_what_cannot_be_said_is_a_dash(self):
        with patch.object(type(self.env["collection.kpi"]), "_compute", return_value={}):
            summary = dict(self.report.sudo()._summary(self._gather()))
        self.assertEqual((summary["DSO"], summary["Recovered against due"]), ("—", "—"))

    def test_without_an_account_there_is_a_report_that_says_so(self):
        html = self._html(self._gather())
        self.assertIn("Nothing is overdue", html)
        _summary, accounts = sheets_of(self.report.sudo()._make(self.company, day(0), day(6))["xlsx"])
        self.assertEqual(len(accounts), 1)

    def _html(self, data, lang="en_US"):
        report = self.report.sudo().with_context(lang=lang)
        return str(report._html(data, "Weekly", report._in_words(data)))

    def test_a_hostile_name_is_text(self):
        self._invoice(100, day(-10), self._partner("<script>alert(1)</script>"))
        html = self._html(self._gather())
        self.assertNotIn("<script>", html)
        self.assertIn("&lt;script&gt;", html)

    def test_the_page_lists_the_largest_and_says_that_the_spreadsheet_has_all(self):
        for number in range(3):
            self._invoice(100 + number, day(-10), self._partner(f"Debtor {number}"))
        with patch("odoo.addons.debt_collection.models.collection_report_files.LISTED", 2):
            html = " ".join(self._html(self._gather()).split())
        self.assertIn("The 2 accounts with most to collect, of 3", html)
        self.assertIn("Debtor 2", html)
        self.assertNotIn("Debtor 0", html)

    def test_an_arabic_report_runs_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self._invoice(100, day(-10))
        self.assertIn('dir="rtl"', self._html(self._gather(), "ar_001"))

    def test_the_pdf_is_made(self):
        self._invoice(100, day(-10))
        report = self.report.sudo().with_context(force_report_rendering=True)
        self.assertTrue(report._make(self.company, day(0), day(6))["pdf"].startswith(b"%PDF"))

    def test_five_more_accounts_take_less_than_a_statement_each(self):
        self._invoice(100, day(-10))
        self._assess(self.today)
        self._statements()
        one = self._statements()
        for number in range(5):
            self._invoice(100, day(-10), self._partner(f"Debtor {number}"))
        self._statements()
        self.assertLess(self._statements(), one + 5)

    def _statements(self):
        """Return how many statements a report takes."""
        self.env.flush_all()
        start = self.cr.sql_log_count
        self._gather()
        self.env.flush_all()
        return self.cr.sql_log_count - start
