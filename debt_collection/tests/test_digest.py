"""Odoo's digest tells of the collections: figures by hand, and nothing to who may not see them."""

from datetime import datetime, time, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CollectionCommon, day

FIGURES = ("collected", "overdue", "promises", "contacts")


@tagged("post_install", "-at_install")
class TestDigest(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Digest", "company_id": cls.company.id, **{f"kpi_collection_{name}": True for name in FIGURES}}
        )

    def _figures(self, start, end, user=None):
        """Return the figures of a digest, Odoo's way: after the first moment, until the last."""
        digest = self.digest.with_user(user) if user else self.digest
        digest = digest.with_context(start_datetime=start, end_datetime=end)
        digest.invalidate_recordset()
        return [digest[f"kpi_collection_{name}_value"] for name in FIGURES]

    def _week(self):
        return datetime.combine(day(0), time(6)), datetime.combine(day(7), time(6))

    def test_a_week_by_hand(self):
        first, second = self._invoice(100, day(-10)), self._invoice(50, day(3))
        self._invoice(500, day(30))
        self._assess(day(0))
        case = self._case()
        self.env["collection.promise"]._make(self._on(case, day(0)), self._item(first), 30, day(2))
        self._pay(first, day(2), 30)
        self._pay(second, day(8))  # after the week
        self._assess(day(2), partners=self.debtor)
        for on in (1, 2, 9):
            case._log_contact(channel="email", direction="out", outcome="sent", summary="A notice",
                              date=datetime.combine(day(on), time(12)))  # fmt: skip
        # 70 of the first and the second were past due at the end of the week
        self.assertEqual(self._figures(*self._week()), [30, 120, 1, 1])

    def test_what_was_published_of_a_day_is_told(self):
        self._invoice(100, day(-10))
        self.env["collection.snapshot"].sudo().create(
            {
                "company_id": self.company.id,
                "date": day(7),
                "currency_id": self.company.currency_id.id,
                "b1": 60,
                "b3": 5,
            }
        )
        self.assertEqual(self._figures(*self._week())[1], 65)

    def test_nothing_owed_is_nought(self):
        self.assertEqual(self._figures(*self._week()), [0, 0, 0, 0])

    def test_a_user_who_may_not_see_the_accounts_gets_the_digest_without_them(self):
        sam = self._user("sam", "base.group_user", email="sam@office.example")
        with self.assertRaises(AccessError):
            self._figures(*self._week(), user=sam)
        with freeze_time(datetime.combine(day(7), time(6))):
            told = self.digest._compute_kpis(self.company, sam)
            mine = self.digest._compute_kpis(self.company, self.env.user)
        self.assertFalse([kpi for kpi in told if kpi["kpi_name"].startswith("kpi_collection")])
        self.assertEqual(len([kpi for kpi in mine if kpi["kpi_name"].startswith("kpi_collection")]), 4)

    def test_each_figure_opens_its_records(self):
        actions = self.digest._compute_kpis_actions(self.company, self.env.user)
        for name in FIGURES:
            action, _menu = actions[f"kpi_collection_{name}"].split("?")
            self.assertEqual(self.env.ref(action)._name, "ir.actions.act_window")

    def test_another_company_is_not_told(self):
        self._invoice(100, day(-10))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids |= other
        self.digest.company_id = other
        start, end = self._week()
        self.assertEqual(self._figures(start, end + timedelta(days=1)), [0, 0, 0, 0])
