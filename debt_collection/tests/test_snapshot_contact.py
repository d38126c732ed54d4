"""How each channel did: a day's contacts are counted when the days for an answer have passed, and stay counted."""

from datetime import datetime, time

from odoo.tests import tagged

from .common import day
from .test_snapshot import SnapshotStories


@tagged("post_install", "-at_install")
class TestSnapshotContact(SnapshotStories):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(100, day(-5))
        cls._assess(day(0))
        cls.case = cls._case()

    def _log(self, on, channel="email", outcome="sent", direction="out", **values):
        return self.case._log_contact(
            channel=channel, outcome=outcome, direction=direction, summary=outcome,
            date=datetime.combine(on, time(12)), **values,
        )  # fmt: skip

    def _counted(self, today):
        """Publish what is complete on a day; return {(day, channel): (attempts, reached, right party, answered)}."""
        contacts = self.env["collection.snapshot.contact"].sudo()
        contacts._take(self.company, today)
        return {
            (row.date, row.channel): (row.attempts, row.reached, row.right_party, row.answered)
            for row in contacts.search([("company_id", "=", self.company.id)])
        }

    def test_who_was_reached_and_who_decides(self):
        for outcome in ("reached", "third_party", "no_answer", "wrong_number", "promise"):
            self._log(day(0), "call", outcome)
        for outcome in ("failed", "skipped", "unknown", "scheduled"):
            self._log(day(0), "call", outcome)
        self._log(day(0), "note", "note", "internal")
        self.assertEqual(self._counted(day(8)), {(day(0), "call"): (5, 3, 2, 1)})

    def test_a_day_waits_until_the_days_for_an_answer_have_passed(self):
        self._log(day(0))
        self.assertEqual(self._counted(day(7)), {})
        self.assertEqual(self._counted(day(8)), {(day(0), "email"): (1, 0, 0, 0)})

    def test_a_reply_in_time_is_an_answer(self):
        self._log(day(0))
        self._log(day(1))
        self._log(day(8), outcome="received", direction="in")
        self.assertEqual(self._counted(day(9)), {(day(0), "email"): (1, 0, 0, 0), (day(1), "email"): (1, 0, 0, 1)})

    def test_what_comes_back_by_itself_is_no_answer(self):
        self._log(day(0))
        self._log(day(1), outcome="auto_reply", direction="in")
        self._log(day(1), outcome="bounced", direction="in")
        self.assertEqual(self._counted(day(8)), {(day(0), "email"): (1, 0, 0, 0)})

    def test_money_is_an_answer_and_a_credit_note_is_not(self):
        self._log(day(0))
        self._credit_note(10, day(1))
        self._log(day(3))
        self._payment(10, day(8))
        self.assertEqual(self._counted(day(11)), {(day(0), "email"): (1, 0, 0, 0), (day(3), "email"): (1, 0, 0, 1)})

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        entry = self._log(day(0), "call", "reached")
        self._log(day(0), "call", "no_answer", corrects_id=entry.id)
        self.assertEqual(self._counted(day(8)), {(day(0), "call"): (1, 0, 0, 0)})

    def test_what_was_counted_stays(self):
        self._log(day(0))
        self._counted(day(8))
        self._payment(10, day(1))  # entered late
        self._log(day(0), outcome="delivered")
        self._log(day(1))
        self.assertEqual(self._counted(day(9)), {(day(0), "email"): (1, 0, 0, 0), (day(1), "email"): (1, 0, 0, 1)})
