"""The contact log: everything is in it, nothing of it changes, and tampering shows."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools import chain
from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestContact(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(100, day(-10))
        cls._follow_up(day(0))
        cls._follow_up(day(7))
        cls.case = cls._case()
        cls.case._log_contact(channel="call", direction="in", outcome="refuses", summary="Says it is too much")

    def _entries(self):
        self.env.invalidate_all()
        return self.case.contact_ids.sorted("seq")

    def _tamper(self, entry, **values):
        """Change an entry behind Odoo's back."""
        self.env.flush_all()
        for column, value in values.items():
            self.env.cr.execute(
                SQL("UPDATE collection_contact SET %s = %s WHERE id = %s", SQL.identifier(column), value, entry.id)
            )
        self.env.invalidate_all()

    def test_every_notice_has_its_entry(self):
        first, second, call = self._entries()
        self.assertEqual((first.seq, second.seq, call.seq), (1, 2, 3))
        self.assertRecordValues(
            first | second,
            [
                {
                    "channel": "email",
                    "outcome": "sent",
                    "address": self.debtor.email,
                    "amount": 100,
                    "partner_ref": self.debtor.id,
                    "partner_name": self.debtor.name,
                    "user_name": self.env.user.name,
                    "action_id": action.id,
                }
                for action in self.case.action_ids.sorted("id")
            ],
        )
        self.assertIn("Friendly words", first.text)
        self.assertIn("Reminder words", second.text)

    def test_every_end_of_an_action_has_its_entry(self):
        customers = [self._partner(f"Customer {number}") for number in range(4)]
        invoices = [self._invoice(100, day(-10), customer) for customer in customers]
        run = self._run(day(0))
        run.action_approve()
        actions = run.action_ids.sorted(lambda action: action.partner_id.name)
        self._pay(invoices[0], day(0))
        self._dispatch(day(0))
        self._leave(actions[1], day(0))
        actions[2].sudo()._mark_failed("Mailbox full")
        actions[3].sudo()._mark_unknown("The line went dead")
        self.assertEqual(actions.mapped("state"), ["skipped", "sent", "failed", "unknown"])
        for action in actions:
            self.assertEqual(action.case_id.contact_ids.mapped("outcome"), [action.state])
            self.assertTrue(action.case_id.contact_ids.summary)

    # ---- nothing changes ------------------------------------------------------------------------------------------

    def test_not_even_the_superuser_changes_or_deletes_an_entry(self):
        entry = self._entries()[0].sudo()
        with self.assertRaises(UserError):
            entry.summary = "It never happened"
        with self.assertRaises(UserError):
            entry.write({"outcome": "failed"})
        with self.assertRaises(UserError):
            entry.unlink()

    def test_nobody_adds_an_entry_by_hand(self):
        with self.assertRaises(UserError):
            self.env["collection.contact"].create(
                {
                    "case_id": self.case.id,
                    "seq": 9,
                    "channel": "note",
                    "outcome": "note",
                    "date": day(0),
                    "summary": "X",
                }
            )

    def test_a_correction_is_a_new_entry(self):
        wrong = self._entries()[-1]
        wizard = self.env["collection.log.call"].with_context(**wrong.action_correct()["context"])
        wizard.create({"outcome": "promise", "direction": "in", "notes": "Says next week, in fact"}).action_confirm()
        entries = self._entries()
        self.assertEqual(len(entries), 4)
        self.assertRecordValues(entries[-1], [{"corrects_id": wrong.id, "corrects_seq": 3, "outcome": "promise"}])
        self.assertEqual(wrong.outcome, "refuses")
        self.assertFalse(entries._verify_chain())

    def test_the_text_stays_what_it_was_when_the_template_changes(self):
        before = self._entries()[0].text
        self.friendly.mail_template_id.sudo().body_html = "<p>Other words</p>"
        self.debtor.name = "Deco Renamed"
        entry = self._entries()[0]
        self.assertEqual(entry.text, before)
        self.assertEqual(entry.partner_name, "Deco Addict")
        self.assertFalse(entry._verify_chain())

    def test_an_entry_stays_when_its_user_goes(self):
        user = self._user("temp", "debt_collection.group_collection_manager", name="Temp")
        entry = self._on(self.case.with_user(user), day(8))._log_contact(
            channel="note", direction="internal", outcome="note", summary="Was here"
        )
        user.sudo().unlink()
        self.env.invalidate_all()
        self.assertEqual(entry.user_name, "Temp")
        self.assertFalse(entry._verify_chain())

    def test_words_may_be_erased_with_the_chain_intact(self):
        entries = self._entries()
        entries.text_ids.sudo().unlink()
        entries = self._entries()
        self.assertFalse(entries[0].text)
        self.assertFalse(entries._verify_chain())

    # ---- tampering ------------------------------------------------------------------------------------------------

    def test_an_untouched_log_verifies(self):
        self.assertFalse(self._entries()._verify_chain())

    def test_a_changed_entry_is_found(self):
        entries = self._entries()
        for column, value in {
            "summary": "Nothing", "outcome": "failed", "amount": 1, "address": "x@example.com", "user_name": "Nobody",
            "date": "2020-01-01", "partner_name": "Nobody", "partner_ref": 1, "channel": "letter", "direction": "in",
            "text_digest": "0",
        }.items():  # fmt: skip
            with self.env.cr.savepoint() as savepoint:
                self._tamper(entries[1], **{column: value})
                self.assertEqual(self._entries()._verify_chain(), entries[1], column)
                savepoint.close(rollback=True)

    def test_changed_words_are_found(self):
        _first, second, _third = self._entries()
        self.env.cr.execute("UPDATE collection_contact_text SET body = 'No words' WHERE contact_id = %s", [second.id])
        self.assertEqual(self._entries()._verify_chain(), second)

    def test_an_entry_taken_out_is_found_at_the_next(self):
        _first, second, third = self._entries()
        self.env.cr.execute("DELETE FROM collection_contact WHERE id = %s", [second.id])
        self.assertEqual(self._entries()._verify_chain(), third)

    def test_an_entry_changed_with_a_hash_made_to_fit_is_found_at_the_next(self):
        first, second, _third = self._entries()
        self._tamper(first, summary="Nothing")
        self._tamper(first, hash=chain.link(first.prev_hash, chain.digest(first._evidence())))
        self.assertEqual(self._entries()._verify_chain(), second)

    def test_two_entries_swapped_are_found(self):
        first, second, _third = self._entries()
        for number, entry in ((9, first), (1, second), (2, first)):
            self._tamper(entry, seq=number)
        self.assertTrue(first | second <= self._entries()._verify_chain())

    def test_each_case_has_a_chain_of_its_own(self):
        azure = self._partner("Azure")
        self._invoice(100, day(-10), azure)
        self._assess(day(8))
        entry = self._case(azure)._log_contact(channel="note", direction="internal", outcome="note", summary="First")
        self.assertEqual(entry.seq, 1)
        self._tamper(self._entries()[0], summary="Nothing")
        self.assertFalse(entry._verify_chain())
