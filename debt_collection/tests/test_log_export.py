"""The log handed to an auditor: it verifies with Python alone, and what was tampered with is named."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import day
from .common_log import LogCommon


class ExportCommon(LogCommon):
    def _export(self, company=False):
        """Return the folder of an export of the case, or of the company, unzipped."""
        file = io.BytesIO()
        log = self.env["collection.contact"].sudo()
        scope = log._scope_of_company(self.company) if company else log._scope_of_case(self.case)
        log._export(file, scope, with_documents=not company)
        return self._unzip(file)

    def _unzip(self, file):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder.name)
        return Path(folder.name)

    def _run_chain(self, folder, *arguments, cwd=None):
        """Return (status, words) of the command of an auditor who has Python alone."""
        done = subprocess.run(
            # -E and -S: neither Odoo nor anything else that was installed
            ["/usr/bin/env", "-i", os.path.realpath(sys.executable), "-E", "-S", "-m", "chain", *arguments],
            cwd=cwd or folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertFalse(done.stderr)
        return done.returncode, done.stdout

    def _rewrite(self, folder, change):
        """Change the objects of an export, in place or into another list."""
        path = folder / "log.json"
        rows = json.loads(path.read_text(encoding="utf-8"))
        changed = change(rows)
        rows = changed if isinstance(changed, list) else rows
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


@tagged("post_install", "-at_install")
class TestLogExport(ExportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case._log_contact(
            channel="letter", direction="out", outcome="printed", summary="Imprimé — “à payer”",
            text="Prière de payer", amount=99.5,
            documents=[("lettre/../é.pdf", "application/pdf", b"%PDF-1.4"), ("a.txt", "text/plain", b"")],
        )  # fmt: skip

    def test_an_export_verifies_without_odoo(self):
        folder = self._export()
        self.assertEqual(
            sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()),
            ["chain.py", f"documents/{self.case.id}-4-1.pdf", f"documents/{self.case.id}-4-2.txt", "log.json"],
        )
        self.assertEqual(self._run_chain(folder, "log.json"), (0, "All 4 entries in 1 cases verify.\n"))
        tools = Path(sys.modules["odoo.addons.debt_collection.tools.chain"].__file__).parent
        self.assertEqual(self._run_chain(folder, str(folder / "log.json"), cwd=tools)[0], 0)

    def test_an_export_of_a_company_has_all_its_cases_and_the_checksums_alone(self):
        azure = self._partner("Azure")
        self._invoice(100, day(-10), azure)
        self._assess(day(8))
        self._case(azure)._log_contact(channel="note", direction="internal", outcome="note", summary="First")
        folder = self._export(company=True)
        self.assertFalse((folder / "documents").exists())
        self.assertEqual(self._run_chain(folder, "log.json"), (0, "All 5 entries in 2 cases verify.\n"))

    def test_an_export_says_what_was_erased(self):
        self._entries()[3]._erase("Retention")
        status, words = self._run_chain(self._export(), "log.json")
        self.assertEqual(
            (status, words),
            (
                0,
                "All 5 entries in 1 cases verify. Erased since, which is no fault: the words or documents of 3.\n",
            ),
        )

    def test_what_was_tampered_with_is_named(self):
        for words, change in {
            "it has been changed since it was written": lambda rows: rows[1]["entry"].update(summary="Nothing"),
            "its words are not those that were written": lambda rows: rows[1]["words"].update(body="Nothing"),
            "its words are missing": lambda rows: rows[1].update(words=None),
            "it does not follow the entry before it": lambda rows: rows[1]["entry"].update(prev_hash="0" * 64),
        }.items():
            with self.subTest(words):
                folder = self._export()
                self._rewrite(folder, change)
                status, said = self._run_chain(folder, "log.json")
                self.assertEqual(status, 1)
                self.assertIn(f"Entry no. 2 of case {self.case.id}", said)
                self.assertIn(words, said)
        folder = self._export()
        self._rewrite(folder, lambda rows: rows[:1] + rows[2:])
        status, said = self._run_chain(folder, "log.json")
        self.assertEqual(status, 1)
        self.assertRegex(said, "^Entry no. 3 of case .*: entries are missing before it.\n1 of 3 entries in 1 cases do")

    def test_a_document_that_was_tampered_with_is_named(self):
        folder = self._export()
        [letter] = folder.glob("documents/*.pdf")
        letter.write_bytes(b"%PDF-1.5")
        self.assertIn("a document is not the one that was kept", self._run_chain(folder, "log.json")[1])
        letter.unlink()
        self.assertIn("a document is missing", self._run_chain(folder, "log.json")[1])
        folder = self._export()
        self._rewrite(folder, lambda rows: rows[3]["documents"].pop())
        status, said = self._run_chain(folder, "log.json")
        self.assertEqual(status, 1)
        self.assertIn("Entry no. 4", said)

    def test_a_case_told_twice_does_not_verify(self):
        folder = self._export()

        def twice(rows):
            other = {"entry": {**rows[0]["entry"], "case": 0}, "words": rows[0]["words"], "documents": []}
            return [*rows, other, *rows]

        self._rewrite(folder, twice)
        self.assertIn("Entry no. 1 of case", self._run_chain(folder, "log.json")[1])

    def test_what_is_no_export_is_said_to_be_none(self):
        folder = self._export()
        for content in ("nonsense", "[\n{}\n]\n", "[\n[]\n]\n"):
            (folder / "log.json").write_text(content)
            status, words = self._run_chain(folder, "log.json")
            self.assertEqual(status, 2, content)
            self.assertIn("cannot be read as an export of the log", words)
        self.assertEqual(self._run_chain(folder, "other.json")[0], 2)
        self.assertEqual(self._run_chain(folder), (2, "Say which file: python3 -m chain log.json\n"))


@tagged("post_install", "-at_install")
class TestLogExportDownload(ExportCommon, HttpCase):
    def test_a_manager_downloads_it_and_a_collector_does_not(self):
        manager, collector = (
            self._user(name, f"debt_collection.group_collection_{name}", password=f"{name} secret", name=name)
            for name in ("manager", "collector")
        )
        wizard = self.env["collection.verify"].with_user(manager).create({"case_id": self.case.id})
        url = wizard.action_export()["url"]
        self.assertEqual(url, f"/collections/log/case/{self.case.id}")
        company_url = f"/collections/log/company/{self.company.id}"
        self.authenticate("manager", "manager secret")
        for address in (url, company_url):
            answer = self.url_open(address)
            self.assertEqual(answer.headers["Content-Type"], "application/zip")
            folder = self._unzip(io.BytesIO(answer.content))
            self.assertEqual(self._run_chain(folder, "log.json")[0], 0)
        foreign = self.env["res.company"].sudo().create({"name": "Not Theirs"})
        self.assertNotEqual(self.url_open(f"/collections/log/company/{foreign.id}").status_code, 200)
        self.assertEqual(self.url_open("/collections/log/company/0").status_code, 404)
        self.authenticate("collector", "collector secret")
        for address in (url, company_url):
            self.assertNotEqual(self.url_open(address).status_code, 200)
        with self.assertRaises(AccessError):
            wizard.with_user(collector).sudo().sudo(False).action_export()

    def test_verifying_a_company_is_for_managers(self):
        collector = self._user("col", "debt_collection.group_collection_collector", name="Col")
        wizard = self.env["collection.verify"].create({})
        wizard.action_verify()
        self.assertRecordValues(
            wizard,
            [{"state": "right", "result": "All 3 entries verify: nothing was changed, taken out or put in."}],
        )
        self.assertFalse(wizard.unprotected)
        with self.assertRaises(AccessError):
            self.env["collection.verify"].with_user(collector).create({}).action_verify()
        other = self.env["collection.verify"].with_user(collector).create({"case_id": self.case.id})
        other.action_verify()
        self.assertEqual(other.state, "right", "nobody's case is every collector's")

    def test_verifying_says_what_was_erased(self):
        self._entries()[0]._erase("Retention")
        wizard = self.env["collection.verify"].browse(self.case.action_verify_log()["res_id"])
        self.assertEqual(wizard.state, "right")
        self.assertIn("erased 1 times", wizard.erased)
