"""The daily seal: it leaves the house, and finds a log that was written anew with hashes that are right."""

import base64
import io
import json
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psycopg2
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools import chain
from ..tools import seal as seals
from .common import CollectionCommon, day


class SealStories(CollectionCommon):
    """A company with a case of three entries, and one of a single entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collection_seal_email = "auditor@example.com"
        cls.azure = cls._partner("Azure")
        cls._invoice(100, day(-10))
        cls._invoice(200, day(-10), cls.azure)
        cls._assess(day(0))
        cls.case, cls.other = cls._case(), cls._case(cls.azure)
        for words in ("First", "Second", "Third"):
            cls._note(cls.case, words)
        cls._note(cls.other, "Only")

    @classmethod
    def _note(cls, case, words):
        return case._log_contact(channel="note", direction="internal", outcome="note", summary=words, text=words)

    def _seal(self, on, company=None):
        return self._on(self.env["collection.seal"].sudo(), on)._seal(company or self.company)

    def _behind_odoos_back(self, table, statement):
        """Do what somebody does who owns the database and switches the triggers off."""
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))
        self.env.cr.execute(statement)
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", SQL.identifier(table)))
        self.env.invalidate_all()

    def _rewrite(self, case, seq, **values):
        """Change an entry and give it and all after it hashes that are right."""
        previous = None
        for entry in case.contact_ids.sorted("seq").filtered(lambda entry: entry.seq >= seq):
            changed = entry._evidence() | (values if entry.seq == seq else {})
            new_hash = chain.link(previous or entry.prev_hash, chain.digest(changed))
            assignments = {"hash": new_hash, "prev_hash": previous or entry.prev_hash}
            if entry.seq == seq:
                assignments |= values
            columns = SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in assignments.items())
            self._behind_odoos_back(
                "collection_contact", SQL("UPDATE collection_contact SET %s WHERE id = %s", columns, entry.id)
            )
            previous = new_hash

    @contextmanager
    def _mail_server(self):
        """A mail server that takes everything; yields the messages it took."""
        messages = []

        def send_email(_server, message, *_args, **_kwargs):
            messages.append(message)
            return message["Message-Id"]

        with (
            patch.object(IrMail_Server, "_disable_send", lambda _server: False),
            patch.object(IrMail_Server, "_connect__", return_value=None),
            patch.object(IrMail_Server, "send_email", send_email),
        ):
            yield messages

    def _check(self, **values):
        wizard = self.env["collection.seal.check"].create({"company_id": self.company.id, **values})
        if values:
            wizard.action_check()
        else:
            wizard.action_check_all()
        return wizard


@tagged("post_install", "-at_install")
class TestSeal(SealStories):
    # ---- what is sealed -------------------------------------------------------------------------------------------

    def test_a_seal_covers_the_last_entry_of_each_case_that_grew(self):
        seal = self._seal(day(1))
        last, only = self.case.contact_ids.sorted("seq")[-1], self.other.contact_ids
        self.assertEqual(
            {(head.case_id, head.seq, head.hash) for head in seal.head_ids},
            {(self.case, 3, last.hash), (self.other, 1, only.hash)},
        )
        self.assertRecordValues(seal, [{"number": 1, "date": day(1), "case_count": 2, "prev_hash": "0" * 64}])
        self._note(self.other, "More")
        second = self._seal(day(2))
        self.assertEqual(second.head_ids.mapped("case_id"), self.other)
        self.assertEqual((second.number, second.prev_hash), (2, seal.hash))

    def test_a_day_without_entries_has_no_seal_and_a_day_has_one_seal(self):
        self._seal(day(1))
        self.assertFalse(self._seal(day(2)))
        self._note(self.case, "Fourth")
        self.assertTrue(self._seal(day(2)))
        self._note(self.case, "Fifth")
        self.assertFalse(self._seal(day(2)))
        self.assertTrue(self._seal(day(3)))

    def test_the_hash_is_that_of_the_published_form(self):
        seal = self._seal(day(1))
        heads = ",".join(
            f'[{head.case_id.id},{head.seq},"{head.hash}"]'
            for head in seal.head_ids.sorted(lambda head: head.case_id.id)
        )
        text = (
            f'{{"company":{self.company.id},"date":"2025-03-11","heads":[{heads}],"previous":"{"0" * 64}","version":1}}'
        )
        self.assertEqual(seals.canonical(seal._as_dict()), text)
        self.assertEqual(seal.hash, seals.digest(seal._as_dict()))

    def test_each_company_has_seals_of_its_own(self):
        other = self.setup_other_company()["company"]
        self.assertFalse(self._seal(day(1), other))
        mine = self._seal(day(1))
        self.assertEqual(mine.head_ids.case_id.company_id, self.company)
        user = self._user("elsewhere", "debt_collection.group_collection_manager", companies=other)
        self.assertFalse(self.env["collection.seal"].with_user(user).search([]))
        with self.assertRaises(UserError):
            self.env["collection.seal.check"].with_user(user).create({"company_id": self.company.id}).action_check_all()

    # ---- nothing changes ------------------------------------------------------------------------------------------

    def test_not_even_the_superuser_changes_or_deletes_a_seal(self):
        seal = self._seal(day(1)).sudo()
        for attempt in (
            lambda: seal.write({"hash": "0"}),
            lambda: seal.head_ids.write({"hash": "0"}),
            seal.unlink,
            seal.head_ids.unlink,
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_postgresql_refuses_it_too(self):
        seal = self._seal(day(1))
        self.env.flush_all()
        for statement in (
            "UPDATE collection_seal SET hash = '0' WHERE id = %s",
            "UPDATE collection_seal SET date = '2020-01-01' WHERE id = %s",
            "DELETE FROM collection_seal WHERE id = %s",
            "UPDATE collection_seal_head SET seq = 9 WHERE seal_id = %s",
            "DELETE FROM collection_seal_head WHERE seal_id = %s",
            "TRUNCATE collection_seal_head -- %s",
        ):
            with (
                self.assertRaises(psycopg2.IntegrityError, msg=statement),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [seal.id])

    def test_nobody_but_a_manager_seals(self):
        collector = self._user("collector", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self.env["collection.seal"].with_user(collector).action_seal_now()
        with self.assertRaises(UserError):
            self.env["collection.seal"].create({"company_id": self.company.id})

    # ---- it leaves ------------------------------------------------------------------------------------------------

    def test_a_seal_is_mailed_with_all_it_covers(self):
        seal = self._seal(day(1))
        self.assertEqual(seal.mail_state, "waiting")
        with self._mail_server() as messages:
            self.env["collection.seal"].sudo()._mail_waiting()
        self.assertEqual([message["To"] for message in messages], ["auditor@example.com"])
        self.assertRecordValues(seal, [{"mail_state": "sent", "mail_address": "auditor@example.com"}])
        mail = self.env["mail.mail"].sudo().search([("email_to", "=", "auditor@example.com")])
        self.assertIn(seal.hash, mail.body_html)
        self.assertEqual(mail.attachment_ids.name, "seal-2025-03-11.json")
        mailed = json.loads(mail.attachment_ids.raw)
        self.assertEqual(mailed["hash"], seal.hash)
        self.assertEqual([head[0] for head in mailed["heads"]], sorted([self.case.id, self.other.id]))

    def test_a_seal_that_cannot_be_mailed_is_shown_and_mailed_again(self):
        seal = self._seal(day(1))
        with (
            patch.object(IrMail_Server, "_connect__", side_effect=ConnectionRefusedError("Nobody there")),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self.env["collection.seal"].sudo()._mail_waiting()
        self.assertEqual(seal.mail_state, "failed")
        self.assertIn("Nobody there", seal.mail_failure)
        with self._mail_server() as messages:
            self.env["collection.seal"].sudo()._mail_waiting()
            self.env["collection.seal"].sudo()._mail_waiting()
        self.assertEqual(len(messages), 1)
        self.assertRecordValues(seal, [{"mail_state": "sent", "mail_failure": False}])

    def test_without_an_address_the_seal_stays_in_the_house(self):
        self.company.collection_seal_email = False
        seal = self._seal(day(1))
        self.assertEqual(seal.mail_state, "house")
        with self.assertRaises(UserError):
            seal.action_mail()
        with self.assertRaises(ValidationError):
            self.company.collection_seal_email = "the auditor"

    def test_the_scheduled_action_seals_and_mails_every_company(self):
        with self.enter_registry_test_mode(), self._mail_server():
            self._on(self.env["collection.seal"].sudo(), day(1))._cron_seal()
        seal = self.env["collection.seal"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(seal, [{"date": day(1), "mail_state": "sent"}])

    # ---- it finds ------------------------------------------------------------------------------------------------

    def test_an_untouched_log_agrees(self):
        seal = self._seal(day(1))
        self.assertEqual(self._check().verdict, "good")
        self.assertEqual(self._check(file=base64.b64encode(seal._file().raw)).verdict, "good")
        self.assertEqual(self._check(date=day(1), hash=seal.hash).verdict, "good")

    def test_a_chain_written_anew_with_right_hashes_is_found_and_named(self):
        self._note(self.case, "Fourth")
        self._seal(day(1))
        self._note(self.case, "Fifth")
        self._seal(day(2))
        self._rewrite(self.case, 5, summary="It never happened")
        self.assertFalse(self.case.contact_ids._verify_chain())
        words, rows = self.env["collection.seal"]._verify(self.company)
        self.assertFalse(words)
        self.assertEqual(
            rows,
            [{"case_id": self.case.id, "seq": 5, "missing": False, "date": day(2), "good_seq": 4}],
        )
        wizard = self._check()
        self.assertEqual(wizard.verdict, "bad")
        self.assertIn("Deco Addict", wizard.result)
        self.assertIn("entry 5", wizard.result)
        self.assertNotIn("Azure", wizard.result)

    def test_entries_cut_off_are_found(self):
        self._seal(day(1))
        entry = self.other.contact_ids.id
        for table, column in (("collection_contact_text", "contact_id"), ("collection_contact", "id")):
            names = SQL.identifier(table), SQL.identifier(column)
            self._behind_odoos_back(table, SQL("DELETE FROM %s WHERE %s = %s", *names, entry))
        _words, rows = self.env["collection.seal"]._verify(self.company)
        self.assertEqual([(row["case_id"], row["missing"]) for row in rows], [(self.other.id, True)])

    def test_chain_and_seals_written_anew_are_found_against_the_mailed_file(self):
        seal = self._seal(day(1))
        mailed = seal._file().raw
        self._rewrite(self.case, 2, summary="It never happened")
        last = self.case.contact_ids.sorted("seq")[-1]
        self._behind_odoos_back(
            "collection_seal_head",
            SQL("UPDATE collection_seal_head SET hash = %s WHERE case_id = %s", last.hash, self.case.id),
        )
        forged = seals.digest(seal._as_dict())
        self._behind_odoos_back("collection_seal", SQL("UPDATE collection_seal SET hash = %s", forged))
        self.assertEqual(self._check().verdict, "good", "nothing in the house tells")
        wizard = self._check(file=base64.b64encode(mailed))
        self.assertEqual(wizard.verdict, "bad")
        self.assertIn("Deco Addict", wizard.result)
        self.assertIn("made anew", wizard.result)
        self.assertNotIn("Azure", wizard.result)
        self.assertEqual(self._check(date=day(1), hash=json.loads(mailed)["hash"]).verdict, "bad")

    def test_a_seal_changed_or_removed_is_found(self):
        first = self._seal(day(1))
        mailed = first._file().raw
        self._note(self.case, "Fourth")
        self._seal(day(2))
        head = first.head_ids[0]
        with self.env.cr.savepoint() as savepoint:
            self._behind_odoos_back(
                "collection_seal_head", SQL("UPDATE collection_seal_head SET seq = 2 WHERE id = %s", head.id)
            )
            self.assertIn("its hash is not that", " ".join(self.env["collection.seal"]._verify(self.company)[0]))
            savepoint.close(rollback=True)
        self._behind_odoos_back(
            "collection_seal_head", SQL("DELETE FROM collection_seal_head WHERE seal_id = %s", first.id)
        )
        self._behind_odoos_back("collection_seal", SQL("DELETE FROM collection_seal WHERE id = %s", first.id))
        self.assertIn("does not follow", " ".join(self.env["collection.seal"]._verify(self.company)[0]))
        self.assertIn("removed", self._check(file=base64.b64encode(mailed)).result)

    def test_a_file_that_is_no_seal_is_refused(self):
        seal = self._seal(day(1))
        changed = json.loads(seal._file().raw)
        changed["heads"][0][1] = 9
        foreign = seal._as_dict() | {"company": self.company.id + 1}
        foreign["hash"] = seals.digest(foreign)
        for raw in (b"hello", b"[]", b'{"heads": []}', json.dumps(changed).encode(), json.dumps(foreign).encode()):
            with self.assertRaises(UserError):
                self._check(file=base64.b64encode(raw))
        with self.assertRaises(UserError):
            self._check(date=day(1))

    def test_seal_and_log_are_compared_outside_odoo(self):
        first = self._seal(day(1))._as_dict()
        self._note(self.case, "Fourth")
        second = self._seal(day(2))._as_dict()
        self.assertEqual(seals.unlinked([first, second]), [])
        self.assertEqual(seals.unlinked([second, first]), [1])
        entries = {(entry.case_id.id, entry.seq): entry.hash for entry in (self.case | self.other).contact_ids}
        self.assertEqual(seals.disagreements(first["heads"] + second["heads"], entries), [])
        entries[self.case.id, 3] = "0" * 64
        del entries[self.other.id, 1]
        self.assertEqual(
            seals.disagreements(first["heads"], entries),
            sorted([(self.case.id, 3, "changed"), (self.other.id, 1, "missing")]),
        )

    def test_the_auditor_s_command_compares_seals_with_an_export(self):
        mailed = self._seal(day(1))._as_dict()
        log = [
            {"entry": {"case": entry.case_id.id, "seq": entry.seq, "hash": entry.hash}}
            for entry in (self.case | self.other).contact_ids
        ]
        with TemporaryDirectory() as folder:
            seal_file, log_file = Path(folder, "seal.json"), Path(folder, "log.json")

            def status(seal_text, entries):
                seal_file.write_text(seal_text)
                log_file.write_text(json.dumps(entries))
                with redirect_stdout(io.StringIO()) as printed:
                    return seals.main([str(seal_file), str(log_file)]), printed.getvalue()

            self.assertEqual(status(json.dumps(mailed), log)[0], 0)
            self.assertEqual(status(json.dumps(mailed | {"date": "2025-03-12"}), log)[0], 1)
            self.assertEqual(status("no seal", log)[0], 2)
            self.assertEqual(status(json.dumps(mailed), [])[0], 2)
            [changed] = [line for line in log if (line["entry"]["case"], line["entry"]["seq"]) == (self.case.id, 3)]
            changed["entry"]["hash"] = "0" * 64
            code, printed = status(json.dumps(mailed), log)
            self.assertEqual(code, 1)
            self.assertIn(f"Case {self.case.id}: entry no. 3, sealed on 2025-03-11, is changed.", printed)
