"""PostgreSQL itself keeps the log as it is: SQL from anywhere fails loudly; what Odoo does by itself still works."""

# ruff: noqa: S608  (the SQL is that of somebody who goes past Odoo; names of tables and columns alone are put in)

import psycopg2
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..triggers import TRIGGERS
from .common_log import LogCommon


@tagged("post_install", "-at_install")
class TestLogTrigger(LogCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry = cls.case._log_contact(
            channel="letter", direction="out", outcome="printed", summary="Printed", text="Please pay",
            documents=[("letter.pdf", "application/pdf", b"%PDF-1.4")],
        )  # fmt: skip
        cls.env.flush_all()

    def _refused(self, query, words=""):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.errors.IntegrityError, f"The contact log is evidence: .*{words}"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query)

    def test_no_value_of_an_entry_can_be_changed(self):
        self.env.cr.execute("SELECT * FROM collection_contact WHERE id = %s", [self.entry.id])
        columns = [column.name for column in self.env.cr.description]
        self.assertGreater(len(columns), 20)
        for column in columns:
            new = {
                "date": "date + interval '1 second'",
                "action_id": f"{self.case.action_ids[0].id}",
                "corrects_id": f"{self._entries()[0].id}",
                "currency_id": f"(SELECT id FROM res_currency WHERE id != {self.entry.currency_id.id} LIMIT 1)",
                "user_id": f"(SELECT id FROM res_users WHERE id != {self.entry.user_id.id} LIMIT 1)",
            }.get(column)
            numeric = self.env["collection.contact"]._fields[column].type in (
                "integer",
                "monetary",
                "float",
                "many2one",
            )
            new = new or (f"coalesce({column}, 0) + 1" if numeric else f"coalesce({column}, '') || 'x'")
            query = f"UPDATE collection_contact SET {column} = {new} WHERE id = {self.entry.id}"
            self._refused(query, f"row {self.entry.id}, column {column}")

    def test_an_evidence_column_cannot_be_emptied(self):
        for column in ("amount", "address", "user_name", "text_digest", "prev_hash", "hash"):
            with self.subTest(column):
                entry = self._entries()[0]
                self._refused(f"UPDATE collection_contact SET {column} = NULL WHERE id = {entry.id}", column)

    def test_nothing_can_be_deleted(self):
        for table in ("collection_contact_text", "collection_contact_document", "collection_contact"):
            self._refused(f"DELETE FROM {table}", "DELETE")
            self._refused(f"TRUNCATE {table} CASCADE", "TRUNCATE")

    def test_words_and_documents_can_be_erased_and_nothing_else(self):
        for table, columns in {
            "collection_contact_text": {"body": "'x'", "salt": "'x'", "contact_id": str(self._entries()[2].id)},
            "collection_contact_document": {
                "name": "'x'", "checksum": "'x'", "salt": "'x'", "size": "1", "mimetype": "'x'", "digest": "'x'",
                "contact_id": str(self._entries()[2].id),
            },
        }.items():  # fmt: skip
            for column, value in columns.items():
                self._refused(f"UPDATE {table} SET {column} = {value} WHERE contact_id = {self.entry.id}", column)
        self.entry._erase("Retention")
        self.env.flush_all()
        self._refused("UPDATE collection_contact_text SET body = 'x', salt = 'x'", "body, salt")

    def test_a_case_with_a_log_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM collection_case WHERE id = %s", [self.case.id])

    # ---- what Odoo does by itself -----------------------------------------------------------------------------------

    def test_actions_users_and_attachments_come_and_go(self):
        user = self._user("temp", "debt_collection.group_collection_manager", name="Temp")
        entry = self._log(user_id=user.id)
        self.env.flush_all()
        user.sudo().unlink()
        self.assertFalse(entry.user_id)
        self.env.cr.execute("DELETE FROM collection_action_line")
        self.env.cr.execute("DELETE FROM collection_action")
        self.env.invalidate_all()
        self.assertFalse(self._entries().action_id)
        self.assertFalse(self._faults())

    def test_contacts_are_merged(self):
        twin = self._partner("Deco Twin")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard.sudo()._merge((self.debtor | twin).ids, twin)
        self.assertFalse(self.debtor.exists())
        self.env.invalidate_all()
        self.assertEqual(self.case.contact_ids.mapped("partner_name"), ["Deco Addict"] * 4)
        self.assertFalse(self._faults())

    def test_an_upgrade_puts_the_triggers_back(self):
        log = self.env["collection.contact"]
        self.assertTrue(log._protected())
        for trigger in TRIGGERS:
            self.env.cr.execute(f"ALTER TABLE collection_contact DISABLE TRIGGER {trigger}")
            self.assertFalse(log._protected())
            self.env.cr.execute(f"DROP TRIGGER {trigger} ON collection_contact")
            self.assertFalse(log._protected())
            log.init()
            self.assertTrue(log._protected())

    # ---- one byte ---------------------------------------------------------------------------------------------------

    def test_one_byte_changed_past_the_triggers_is_found_and_named(self):
        second = self._entries()[1]
        self._tamper(second, summary=second.summary[:-1] + "!")
        wizard = self.env["collection.verify"].browse(self.case.action_verify_log()["res_id"])
        self.assertRecordValues(wizard, [{"state": "wrong", "result": "1 of 4 entries do not verify."}])
        self.assertRecordValues(
            wizard.line_ids,
            [{"contact_id": second.id, "seq": 2, "fault": "It has been changed since it was written."}],
        )
