"""The manager's page: what it says of figures worked out by hand, whom it tells, and what lies behind a figure."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CollectionCommon

APRIL = ("2025-04-01", "2025-04-30")
BUCKETS = ("not_due", "b1", "b2", "b3", "b4", "b5")


@tagged("post_install", "-at_install")
class TestDashboard(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        collector = "debt_collection.group_collection_collector"
        cls.carla, cls.dan = (cls._user(name.lower(), collector, name=name) for name in ("Carla", "Dan"))
        # the published example: 15,000 owed, 4,000 of it current, sales of 10,000 in 30 days
        cls._publish("2025-02-28", cls.carla, (2000, 6000))
        cls._publish("2025-03-10", cls.carla, (5000, 6000), sales=6000, collected=5000)
        cls._publish("2025-03-31", cls.carla, (3000, 6000))
        cls._publish("2025-04-10", cls.carla, (3000, 6000), sales=6000, collected=3000)
        cls._publish("2025-04-20", cls.dan, (1000, 2000), sales=4000, collected=1000)
        cls._publish("2025-04-30", cls.carla, (3000, 4000, 3000), disputed=500)
        cls._publish("2025-04-30", cls.dan, (1000, 2000, 2000))
        for user, channel, attempts, answered, cost in (
            (cls.carla, "email", 10, 3, 0.0), (cls.dan, "call", 4, 2, 18.0),
        ):  # fmt: skip
            cls.env["collection.snapshot.contact"].sudo().create(
                {
                    "company_id": cls.company.id, "date": "2025-04-05", "user_id": user.id, "channel": channel,
                    "attempts": attempts, "answered": answered, "cost": cost,
                }
            )  # fmt: skip

    @classmethod
    def _publish(cls, day, user, buckets, company=None, **values):
        """Publish a day's figures of a collector: what is owed by bucket, the youngest first, and what happened."""
        company = company or cls.company
        return cls.env["collection.snapshot"].sudo().create(
            {
                "company_id": company.id, "date": day, "user_id": user and user.id, "limits": "30,60,90,120",
                "currency_id": company.currency_id.id, "receivables": sum(buckets),
                **dict(zip(BUCKETS, buckets, strict=False)), **values,
            }
        )  # fmt: skip

    def _page(self, first, last, user=None, viewer=None):
        dashboard = self._on(self.env["collection.dashboard"].with_user(viewer or self.env.user), date(2025, 5, 2))
        return dashboard.get_data(self.company.id, first, last, user and user.id)

    def _tiles(self, *args, **kwargs):
        return {tile["code"]: tile for tile in self._page(*args, **kwargs)["tiles"]}

    def _figures(self, tiles, *codes):
        return [tiles[code]["text"].replace("\N{NO-BREAK SPACE}", " ") for code in codes]

    def _cells(self, table):
        return [[cell["text"].replace("\N{NO-BREAK SPACE}", " ") for cell in row["cells"]] for row in table["rows"]]

    def _dashboard_of(self, user):
        return self.env["collection.dashboard"].with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _hand_over(self, case, user, on):
        """Give a case to a collector on a day."""
        case.with_context(collection_today=on).user_id = user

    # ---- what it says ---------------------------------------------------------------------------------------------

    def test_the_published_example_is_on_the_tiles(self):
        tiles = self._tiles(*APRIL)
        self.assertEqual(
            self._figures(tiles, "receivables", "overdue", "collected", "dso", "add", "percent_current", "disputed"),
            ["$ 15,000", "$ 11,000", "$ 4,000", "45.0 days", "33.0 days", "26.7 %", "$ 500"],
        )
        self.assertEqual(tiles["dso"]["detail"], "Best possible: 12.0 days")
        # (9,000 + 10,000 - 15,000) / (9,000 + 10,000 - 4,000), and 5 answers to 14 contacts
        self.assertEqual(self._figures(tiles, "cei", "response_rate"), ["26.7 %", "35.7 %"])

    def test_a_change_is_against_the_month_before_and_says_whether_it_is_better(self):
        tiles = self._tiles(*APRIL)
        changes = {code: tile["change"] for code, tile in tiles.items() if tile["change"]}
        found = {code: (c["direction"], c["text"], c["tone"]) for code, c in changes.items()}
        # in March 9,000 were owed (3,000 current) on sales of 6,000 in 31 days: DSO 46.5, ADD 31;
        # CEI (8,000 + 6,000 - 9,000) / (8,000 + 6,000 - 3,000) = 45.45 %
        self.assertEqual(
            found,
            {
                "receivables": ("up", "66.7 %", "danger"),
                "overdue": ("up", "83.3 %", "danger"),
                "collected": ("down", "20.0 %", "danger"),
                "dso": ("down", "1.5 days", "success"),
                "add": ("up", "2.0 days", "danger"),
                "cei": ("down", "18.8 points", "danger"),
                "percent_current": ("down", "6.7 points", "danger"),
            },
        )
        self.assertEqual(changes["dso"]["title"], "Before: 46.5 days")

    def test_without_sales_there_is_no_dso_rather_than_none_at_all(self):
        tiles = self._tiles("2025-04-21", "2025-04-30")
        self.assertEqual(self._figures(tiles, "dso", "add", "promise_kept_rate", "response_rate"), ["—"] * 4)
        self.assertEqual(tiles["dso"]["detail"], "Best possible: —")
        self.assertFalse(tiles["dso"]["change"])

    def test_a_collectors_figures_are_of_the_debtors_that_one_had(self):
        tiles = self._tiles(*APRIL, user=self.carla)
        # 10,000 owed on sales of 6,000 in 30 days
        self.assertEqual(
            self._figures(tiles, "receivables", "collected", "dso", "response_rate"),
            ["$ 10,000", "$ 3,000", "50.0 days", "30.0 %"],
        )
        self.assertEqual(self._cells(self._page(*APRIL, user=self.dan)["team"]), [
            ["Dan", "$ 1,000", "—", "4", "0", "$ 0"]])  # fmt: skip

    def test_what_was_not_published_is_neither_shown_nor_compared_with(self):
        page = self._page("2025-02-01", "2025-04-30")
        self.assertEqual(page["period_text"], "02/28/2025 – 04/30/2025")
        self.assertFalse(any(tile["change"] for tile in page["tiles"]))
        self.assertEqual(page["published_text"], "As published up to 04/30/2025")
        # before the first day there is no opening, and so nothing that could have been collected
        self.assertEqual({t["code"]: t["text"] for t in page["tiles"]}["cei"], "—")
        beyond = self._page("2025-05-01", "2025-05-31")
        self.assertNotIn("tiles", beyond)
        self.assertIn("from 02/28/2025 to 04/30/2025", beyond["period_text"])

    def test_periods_are_compared_with_their_like(self):
        for first, last, before in (
            ((2025, 4, 1), (2025, 4, 30), ((2025, 3, 1), (2025, 3, 31))),
            ((2025, 3, 1), (2025, 3, 22), ((2025, 2, 1), (2025, 2, 22))),
            ((2025, 1, 1), (2025, 3, 31), ((2024, 10, 1), (2024, 12, 31))),
            ((2025, 1, 1), (2025, 11, 22), ((2024, 1, 1), (2024, 11, 22))),
            ((2025, 4, 11), (2025, 4, 20), ((2025, 4, 1), (2025, 4, 10))),
        ):
            found = self.env["collection.dashboard"]._period_before(date(*first), date(*last))
            self.assertEqual(found, tuple(date(*day) for day in before))

    def test_charts_have_a_point_a_week_and_words_for_each(self):
        ageing, dso, collected = self._page(*APRIL)["charts"]
        # April 2025 in weeks from Sunday, cut off at its ends
        self.assertEqual([p["date_to"][-2:] for p in ageing["points"]], ["05", "12", "19", "26", "30"])
        self.assertEqual([d["values"][-1] for d in ageing["datasets"]], [4000, 6000, 5000, 0, 0, 0])
        self.assertEqual(collected["datasets"][0]["values"], [0, 3000, 0, 1000, 0])
        self.assertEqual(collected["datasets"][0]["texts"][1].replace("\N{NO-BREAK SPACE}", " "), "$ 3,000")
        # 90 days back from April is before the first published day
        self.assertEqual(dso["datasets"][0]["values"], [None] * 5)
        self.assertEqual(dso["datasets"][0]["texts"], ["—"] * 5)

    def test_the_roll_rates_are_of_whole_months(self):
        roll = self._page("2025-04-01", "2025-04-30")["roll"]
        self.assertEqual([row["label"] for row in roll["rows"]], ["Mar 2025", "Apr 2025"])
        # 3,000 not due at the end of March, 6,000 up to 30 days late at the end of April; 6,000 became 5,000
        self.assertEqual([c["text"] for c in roll["rows"][1]["cells"]], ["200.0 %", "83.3 %", "—", "—", "—"])
        self.assertEqual(roll["rows"][1]["cells"][0]["intensity"], 1.0)
        until_mid_april = self._page("2025-04-01", "2025-04-15")["roll"]
        self.assertEqual([row["label"] for row in until_mid_april["rows"]], ["Mar 2025"])

    def test_channels_are_listed_with_the_best_answered_first(self):
        page = self._page(*APRIL)
        self.assertEqual(
            self._cells(page["channels"]),
            [["Phone call", "4", "0", "2", "50.0 %", "$ 18.00"], ["E-mail", "10", "0", "3", "30.0 %", "$ 0.00"]],
        )
        self.assertEqual([cells[:2] for cells in self._cells(page["team"])], [["Carla", "$ 3,000"], ["Dan", "$ 1,000"]])

    def test_promises_count_for_who_had_the_debtor_on_the_day(self):
        invoices = self._invoice(900, date(2025, 3, 1)), self._invoice(400, date(2025, 3, 1), self._partner("Two"))
        self._assess(date(2025, 4, 1))
        cases = [self._case(move.partner_id) for move in invoices]
        self._hand_over(cases[0], self.carla, date(2025, 4, 1))
        self._hand_over(cases[1], self.dan, date(2025, 4, 1))
        for case, day, state, amount in (
            (cases[0], "2025-04-10", "kept", 300), (cases[0], "2025-04-12", "broken", 300),
            (cases[1], "2025-04-20", "partial", 100), (cases[1], "2025-05-01", "open", 150),
            (cases[1], "2025-05-02", "open", 50), (cases[1], "2025-05-03", "open", 20),
            (cases[0], "2025-05-04", "open", 70), (cases[0], "2025-04-14", "cancelled", 70),
        ):  # fmt: skip
            self.env["collection.promise"].sudo().create(
                {
                    "case_id": case.id, "amount": amount, "currency_id": case.currency_id.id, "state": state,
                    "date": day, "date_judged": day, "date_made": "2025-04-01",
                }
            )  # fmt: skip
        self._hand_over(cases[0], self.dan, date(2025, 4, 13))
        tile = self._tiles(*APRIL)["promise_kept_rate"]
        self.assertEqual((tile["text"], tile["detail"]), ("33.3 %", "1 of 3 due"))
        self.assertEqual(self._tiles(*APRIL, user=self.carla)["promise_kept_rate"]["detail"], "1 of 2 due")
        page = self._page(*APRIL)
        # seen on Friday, May 2; the week ends on Saturday
        self.assertEqual(
            self._cells(page["promises"]),
            [
                ["Late", "1", "$ 150"],
                ["Today", "1", "$ 50"],
                ["Rest of this week", "1", "$ 20"],
                ["Later", "1", "$ 70"],
            ],
        )
        self.assertEqual(
            [cells[:2] for cells in self._cells(page["debtors"])], [["Deco Addict", "$ 900"], ["Two", "$ 400"]]
        )

    # ---- whom it tells, and what may be asked ---------------------------------------------------------------------

    def test_managers_and_auditors_may_look_and_nobody_else(self):
        auditor = self._user("audrey", "debt_collection.group_collection_auditor")
        self.assertEqual(self._figures(self._tiles(*APRIL, viewer=auditor), "dso"), ["45.0 days"])
        self.assertFalse(self._dashboard_of(auditor).get_filters()["can_compute"])
        for user in (self.carla, self._user("anna", "account.group_account_invoice")):
            dashboard = self._dashboard_of(user)
            for ask in (
                dashboard.get_filters,
                lambda dashboard=dashboard: dashboard.get_data(self.company.id, *APRIL),
                lambda dashboard=dashboard: dashboard.open_records("receivables", self.company.id, *APRIL),
                dashboard.compute_now,
            ):
                with self.assertRaises(AccessError, msg=user.login):
                    ask()

    def test_another_companys_figures_are_refused(self):
        other = self.setup_other_company()["company"]
        self._publish("2025-04-30", False, (777,), company=other)
        manager = self._user("mona", "debt_collection.group_collection_manager")
        for company_id in (other.id, 0, 10**9):
            with self.assertRaisesRegex(AccessError, "do not work in this company"):
                self._dashboard_of(manager).get_data(company_id, *APRIL)
            with self.assertRaisesRegex(AccessError, "do not work in this company"):
                self._dashboard_of(manager).open_records("receivables", company_id, *APRIL)
        self.assertEqual(self._figures(self._tiles(*APRIL), "receivables"), ["$ 15,000"])

    def test_a_branch_is_shown_the_figures_of_its_root(self):
        branch = self._branch()
        local = self._user("local", "debt_collection.group_collection_manager", companies=branch)
        dashboard = self.env["collection.dashboard"].with_user(local).with_context(allowed_company_ids=branch.ids)
        self.assertEqual([c["id"] for c in dashboard.get_filters()["companies"]], self.company.ids)
        tiles = {tile["code"]: tile for tile in dashboard.get_data(branch.id, *APRIL)["tiles"]}
        self.assertEqual(self._figures(tiles, "receivables"), ["$ 15,000"])

    def test_dates_that_make_no_period_are_refused_in_words(self):
        for first, last, words in (
            ("2025-04-30", "2025-04-01", "ends before it begins"),
            ("yesterday", "2025-04-01", "first and the last day"),
            (False, "2025-04-01", "first and the last day"),
            ("2022-01-01", "2025-01-01", "at most 36 months"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._page(first, last)
        self.assertTrue(self._page("2022-05-01", "2025-04-30")["tiles"])

    def test_before_anything_is_published_a_manager_can_have_it_computed(self):
        self.env["collection.snapshot"].sudo().search([("company_id", "=", self.company.id)]).unlink()
        page = self._page(*APRIL)
        self.assertFalse(page["published"])
        self.assertNotIn("tiles", page)
        self.assertEqual(self._cells(page["debtors"]), [])
        manager = self._user("mona", "debt_collection.group_collection_manager")
        with patch.object(type(self.env["collection.snapshot"]), "_cron_snapshot", create=True) as cron:
            self._dashboard_of(manager).compute_now()
        cron.assert_called_once()

    def test_the_page_costs_as_many_statements_however_many_days_there_are(self):
        def cost():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._page("2025-03-01", "2025-04-30")
            return self.env.cr.sql_log_count - before

        self._page("2025-03-01", "2025-04-30")
        few = cost()
        for number in range(1, 31):
            self._publish(f"2025-03-{number:02}", self.dan, (10,), sales=1, collected=1)
        self.assertEqual(cost(), few)

    # ---- the records behind a figure ------------------------------------------------------------------------------

    def _records(self, code, first="2025-04-01", last="2025-04-30", **more):
        dashboard = self._on(self.env["collection.dashboard"], date(2025, 5, 2))
        action = dashboard.open_records(code, self.company.id, first, last, **more)
        return self.env[action["res_model"]].search(action["domain"])

    def test_what_was_owed_on_a_past_day_includes_what_was_paid_since(self):
        paid_before = self._invoice(100, date(2025, 4, 10))
        paid_since = self._invoice(200, date(2025, 4, 20))
        still_open = self._invoice(300, date(2025, 5, 20), invoice_date=date(2025, 4, 20))
        invoiced_since = self._invoice(400, date(2025, 6, 1), invoice_date=date(2025, 5, 1))
        self._pay(paid_before, date(2025, 4, 15))
        self._pay(paid_since, date(2025, 5, 1))
        moves = paid_before | paid_since | still_open | invoiced_since
        for code, key, expected in (
            ("receivables", None, paid_since | still_open),
            ("dso", None, paid_since | still_open),
            ("overdue", None, paid_since),
            ("percent_current", None, still_open),
            ("bucket", "b1", paid_since),
            ("bucket", "b2", moves.browse()),
        ):
            self.assertEqual(self._records(code, key=key).move_id & moves, expected, (code, key))
        received = self._records("collected")
        self.assertEqual(-sum(received.mapped("balance")), 100)
        # today's are those that are open today
        self.assertEqual(self._records("receivables", last="2025-05-02").move_id & moves, still_open | invoiced_since)

    def test_a_collectors_items_are_of_the_debtors_that_one_has(self):
        invoices = self._invoice(100, date(2025, 3, 1)), self._invoice(70, date(2025, 3, 1), self._partner("Two"))
        self._assess(date(2025, 4, 1))
        self._hand_over(self._case(invoices[0].partner_id), self.carla, date(2025, 4, 1))
        self._hand_over(self._case(invoices[1].partner_id), self.dan, date(2025, 4, 1))
        self.assertEqual(self._records("overdue", user_id=self.carla.id).move_id, invoices[0])
        self.assertEqual(self._records("cases", user_id=self.dan.id).partner_id, invoices[1].partner_id)
        case = self._case(invoices[0].partner_id)
        dashboard = self.env["collection.dashboard"]
        self.assertEqual(dashboard.open_records("debtor", self.company.id, key=case.id)["res_id"], case.id)
        with self.assertRaisesRegex(UserError, "no longer there"):
            dashboard.open_records("debtor", self.company.id, key=10**9)

    def test_every_figure_of_the_page_opens(self):
        self._invoice(100, date(2025, 3, 1))
        self._assess(date(2025, 4, 1))
        dashboard = self.env["collection.dashboard"]

        def targets(value):
            if isinstance(value, dict) and value.keys() >= {"code", "user_id", "key", "date_from"}:
                yield value
            for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                yield from targets(inner)

        found = list(targets(self._page(*APRIL)))
        self.assertGreater(len(found), 20)
        for target in found:
            action = dashboard.open_records(company_id=self.company.id, **target)
            self.env[action["res_model"]].search(action["domain"], limit=1)
        with self.assertRaisesRegex(UserError, "no records"):
            dashboard.open_records("mischief", self.company.id, *APRIL)

    def test_who_may_not_read_the_accounts_is_shown_cases(self):
        manager = self._user("mona", "debt_collection.group_collection_manager")
        action = self._dashboard_of(manager).open_records("receivables", self.company.id, *APRIL)
        self.assertEqual(action["res_model"], "collection.case")
        with self.assertRaisesRegex(UserError, "may read the accounts"):
            self._dashboard_of(manager).open_records("collected", self.company.id, *APRIL)
