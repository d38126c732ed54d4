"""The debtor's page against OWASP's top ten, by the names of 2021, as far as each applies.

A06 (old components) is the business of who installs Odoo; the module brings no library of its own.
"""

import base64
import socket
from unittest.mock import patch
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_page_routes import SCRIPT, PageRoutesCommon

# what breaks what is put together from strings: SQL, formats, JSON, paths, headers, encodings
HOSTILE = [
    "'; DROP TABLE collection_debtor; --",
    "1 OR 1=1",
    "%s %(id)s {0} ${7*7} {{7*7}}",
    "../../../../etc/passwd",
    SCRIPT,
    "a\r\nSet-Cookie: stolen=1",
    "\x00",
    "\u202e\ud7ff\U0010ffff\ufeff",
    "x" * 100_000,
    "-1",
    "0",
    "NaN",
    "1e999",
    "9" * 40,
    "[]",
]
NAMES = [
    "done", "lang", "line_ids", "line", "lines", "amount", "currency", "date", "next", "redirect", "url", "debtor",
    "partner_id", "csrf_token", "form_key", "token", "path", "kw", "values",
]  # fmt: skip

# under which a number, an address or a word might be listened to
NUMBERS = ("line_ids", "line", "line_id", "lines", "invoice", "item", "move_id", "plan", "plan_id", "id", "sheet")
TARGETS = ("next", "done", "redirect", "url", "return_url", "landing_route", "back")
WORDS = ("done", "lang", "line_ids", "line", "debtor", "self_", "for", "what", "amount", "currency", "about", "item")


class PageHostileCommon(PageRoutesCommon):
    def _query(self, method, part, name, value, path=None):
        """Return the answer to a part of the page asked with a value, bytes or str, under some names at once."""
        names = [name] if isinstance(name, str) else name
        query = "&".join(f"{quote(one)}={quote(value)}" for one in names)
        path = path or self.mine._page_path()
        if method == "GET":
            return self.url_open(f"{path}{part}?{query}", allow_redirects=False)
        values = {"csrf_token": self._key, "form_key": "0" * 32, **dict.fromkeys(names, value)}
        return self._post(path + part, values)


@tagged("post_install", "-at_install")
class TestPageAccess(PageHostileCommon):
    """A01 broken access control."""

    def test_numbers_of_others_are_told_the_same_as_numbers_of_nobody(self):
        others = self._receivable(self.env["account.move"].search([("partner_id", "=", self.other_partner.id)]))
        mine = {line["line_id"] for line in self.env["collection.page"].sudo()._lines(self.mine)}
        # the number of another's invoice may be that of a line of one's own
        numbers = [number for number in (others.id, others.move_id.id, 2**31) if number not in mine]
        for method, part in self._routes():
            with self.subTest(method=method, part=part):
                answers = [self._query(method, part, NUMBERS, str(number)) for number in numbers]
                self.assertEqual(len({answer.status_code for answer in answers}), 1)
                for answer in answers:
                    self.assertNotIn("999.00", answer.text)
                    self.assertNotIn("Somebody Else", answer.text)

    def test_lines_of_others_in_any_form_do_nothing(self):
        others = self._receivable(self.env["account.move"].search([("partner_id", "=", self.other_partner.id)]))
        mine = {str(line["line_id"]) for line in self.env["collection.page"].sudo()._lines(self.mine)}
        for part, path, form in self._forms():
            values = self._filled(form)
            chosen = [name for name, value in values.items() if value in mine]
            if chosen:
                with self.subTest(part=part), self.assertNothingWritten(part):
                    answer = self._post(path, {**values, **dict.fromkeys(chosen, str(others.id))})
                    self.assertNotEqual(answer.status_code, 303)
                    self.assertNotIn("999.00", answer.text)

    def test_nothing_redirects_to_another_site(self):
        for method, part in self._routes():
            for target in ("http://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
                answer = self._query(method, part, TARGETS, target)
                with self.subTest(method=method, part=part, target=target):
                    location = answer.headers.get("Location", "")
                    self.assertNotRegex(location, r"^(//|/\\|\\|javascript|https?://(?!127\.0\.0\.1))")
                    # as a value of a field it may come back, as an address to go to it may not
                    self.assertNotRegex(answer.text, r'(?:href|action)="[^"]*evil\.example')
                    self.assertNotRegex(answer.text, r'(?:href|action)="javascript')

    def test_what_another_host_was_asked_for_leads_nowhere_else(self):
        before = self.env["mail.mail"].sudo().search([])
        for _part, path, form in self._forms():
            values = self._filled(form)
            answer = self.url_open(
                path, data=values, headers={"X-Forwarded-Host": "evil.example"}, allow_redirects=False
            )
            self.assertNotIn("evil.example", answer.headers.get("Location", ""))
        self.env.invalidate_all()
        for mail in self.env["mail.mail"].sudo().search([]) - before:
            self.assertNotIn("evil.example", mail.body_html or "")


@tagged("post_install", "-at_install")
class TestPageSecrets(PageHostileCommon):
    """A02 cryptographic failures, A07 authentication failures, A09 logging failures."""

    def test_a_link_of_another_database_opens_nothing(self):
        path = self.mine._page_path()
        self.assertEqual(self._get(path).status_code, 200)
        self.env["ir.config_parameter"].sudo().set_param("database.secret", "of another database")
        self.assertEqual(self._get(path).status_code, 404)

    def test_a_link_tells_nothing_of_who_it_is_of(self):
        raw = [base64.urlsafe_b64decode(debtor._page_token(self.today)) for debtor in (self.mine, self.other)]
        # of the two only the day is the same: neither a number that counts up nor a part of a name
        self.assertEqual(raw[0][10:14], raw[1][10:14])
        for begin, end in ((0, 10), (14, 24)):
            alike = sum(a == b for a, b in zip(raw[0][begin:end], raw[1][begin:end], strict=True))
            self.assertLess(alike, 4)

    def test_the_link_of_a_day_has_a_signature_of_its_own(self):
        tokens = [self.mine._page_token(self._in_days(days)) for days in range(5)]
        self.assertEqual(len({token[-13:] for token in tokens}), 5)

    def test_the_key_is_read_by_nobody_who_works_with_debtors(self):
        for groups in ("collection_collector", "collection_manager", "collection_auditor"):
            user = self._user(f"reader {groups}", f"debt_collection.group_{groups}")
            with self.assertRaises(AccessError):
                self.mine.with_user(user).read(["page_key"])
            with self.assertRaises(AccessError):
                self.mine.with_user(user).search([("page_key", "=like", "a%")])

    def test_a_copy_of_a_debtor_has_no_link_of_the_first(self):
        keys = (self.mine | self.other).sudo().mapped("page_key")
        self.assertEqual(len(set(keys)), 2)

    def test_no_log_line_of_ours_holds_a_link(self):
        good = self.mine._page_path()
        links = [good, self.mine._page_path(self._in_days(-1)), "/collections/page/" + "y" * 32]
        with self.assertLogs("odoo.addons.debt_collection", "DEBUG") as logged:
            self.env["collection.page.guess"].sudo()._count("192.0.2.1")  # assertLogs wants one line at least
            for link in [*links, *links[2:] * 25]:
                self._get(link)
            for _part, path, form in self._forms():
                self._post(path, self._filled(form))
        lines = "\n".join(logged.output)
        self.assertIn("127.0.0.1", lines)
        for link in links:
            self.assertNotIn(link.rsplit("/", 1)[1], lines)


@tagged("post_install", "-at_install")
class TestPageInjection(PageHostileCommon):
    """A03 injection."""

    def assertSound(self, answer, about):
        self.assertLess(answer.status_code, 500, about)
        self.assertHarmless(answer.text, about)
        self.assertNotIn("stolen", answer.headers.get("Set-Cookie", ""), about)
        self.assertNotIn("root:x:", answer.text, about)
        self.assertNotIn("999.00", answer.text, about)

    def test_no_parameter_breaks_a_page(self):
        for method, part in self._routes("GET"):
            for value in HOSTILE:
                with self.subTest(part=part, value=value[:40]):
                    value = value[:700]  # what an address holds of all names; the rest is refused by any server
                    self.assertSound(self._query(method, part, WORDS, value), part)

    def test_no_bytes_break_a_page(self):
        path = self.mine._page_path()
        for _method, part in self._routes("GET"):
            for query in ("done=%ff%fe", "lang=%00", "lang[]=fr_FR", "done=a&done=b", "lang=fr_FR&lang=..", "=", "&&&"):
                with self.subTest(part=part, query=query):
                    self.assertSound(self.url_open(f"{path}{part}?{query}", allow_redirects=False), part)

    def test_no_field_of_a_form_breaks_it(self):
        for part, path, form in self._forms():
            values = self._filled(form)
            for name in values.keys() - {"csrf_token"}:
                for value in HOSTILE:
                    with self.subTest(part=part, name=name, value=value[:40]):
                        key = self.env["collection.page.act"]._new_key()
                        self.assertSound(self._post(path, {**values, "form_key": key, name: value}), part)

    def test_a_form_with_fields_missing_or_twice_breaks_nothing(self):
        for part, path, form in self._forms():
            values = self._filled(form)
            for name in values.keys() - {"csrf_token"}:
                with self.subTest(part=part, name=name):
                    less = {key: value for key, value in values.items() if key != name}
                    self.assertSound(self._post(path, less), part)
                    twice = {**values, name: [values[name] or "", "x"]}
                    twice["form_key"] = self.env["collection.page.act"]._new_key()
                    self.assertSound(self._post(path, twice), part)
                    # a file where words are expected
                    file = {name: ("a.txt", b"words", "text/plain")}
                    self.assertSound(self._post(path, less, files=file), part)

    def test_script_that_a_debtor_types_runs_nowhere(self):
        self.env["collection.page.act"].sudo().search([]).unlink()
        mails = self.env["mail.mail"].sudo().search([])
        contacts = self.env["collection.contact"].sudo().search([])
        for part, path, form in self._forms():
            values = self._filled(form)
            typed = [
                field.name
                for field in form.inputs
                if field.name and (field.tag == "textarea" or field.get("type", "text") in ("text", "search", "email"))
            ]
            answer = self._post(path, {**values, **dict.fromkeys(filter(None, typed), SCRIPT)})
            self.assertHarmless(answer.text, part)
        for part, page in self._parts():
            self.assertHarmless(page.text, part)
        self.env.invalidate_all()
        for mail in self.env["mail.mail"].sudo().search([]) - mails:
            self.assertHarmless(mail.body_html, mail.subject)
        for contact in self.env["collection.contact"].sudo().search([]) - contacts:
            for document in contact.text_ids.mapped("body"):
                self.assertIsInstance(document, str)
        for message in self.mine.case_ids.sudo().message_ids:
            self.assertHarmless(message.body or "", message.subject)

    def test_script_in_names_runs_nowhere(self):
        self.debtor.write({"name": SCRIPT, "street": SCRIPT})
        self.company.write({"name": SCRIPT[:60]})
        self._invoice(33, self._in_days(-3), ref=SCRIPT, payment_reference=SCRIPT)
        self._assess(self.today)
        for part, page in self._parts():
            self.assertHarmless(page.text, part)

    def test_a_language_no_browser_asks_for_breaks_nothing(self):
        for words in ("*", "xx;q=abc", ",,,;", "\xff", "a" * 9000, "fr_FR; DROP"):
            answer = self.url_open("/collections/page/nothing", headers={"Accept-Language": words.encode("latin-1")})
            self.assertIn(answer.status_code, (404, 429, 431))

    def test_any_parameter_at_all_is_answered(self):
        path = self.mine._page_path()
        self.env.flush_all()

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            st.dictionaries(
                st.sampled_from(NAMES) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=9),
                st.binary(max_size=80) | st.text(st.characters(codec="utf-8"), max_size=80) | st.sampled_from(HOSTILE),
                max_size=4,
            )
        )
        def ask(values):
            query = "&".join(f"{quote(name)}={quote(value[:500])}" for name, value in values.items())
            answer = self.url_open(f"{path}?{query}", allow_redirects=False)
            # "self" is Odoo's own: no route of it can be asked with that
            assert answer.status_code == 200 or "self" in values, query

        ask()


@tagged("post_install", "-at_install")
class TestPageDesign(PageHostileCommon):
    """A04 insecure design, A05 misconfiguration, A08 integrity, A10 requests forged by the server."""

    def test_a_form_sent_twice_is_done_once(self):
        for part, path, form in self._forms():
            with self.subTest(part=part):
                values = self._filled(form)
                first = self._post(path, values)
                with self.assertNothingWritten(part):
                    second = self._post(path, values)
                self.assertEqual(second.status_code, first.status_code)

    def test_no_form_can_be_sent_without_end(self):
        """What a debtor does on the page is limited in every kind that stops or delays something."""
        for part, path, form in self._forms():
            values = self._filled(form)
            if "form_key" not in values:
                continue
            answers = []
            for _time in range(12):
                values["form_key"] = self.env["collection.page.act"]._new_key()
                answers.append(self._post(path, values).status_code)
            with self.subTest(part=part):
                self.assertNotEqual(answers[-1], 303, "the twelfth is refused, or there is a limit elsewhere")

    @mute_logger("odoo.http")
    def test_an_error_of_ours_tells_the_public_nothing_of_it(self):
        pages = type(self.env["collection.page"])
        with patch.object(pages, "_frame", side_effect=RuntimeError("what only we know")):
            for method, part in self._routes():
                answer = self._call(method, self.mine._page_path(), part)
                if answer.status_code == 500:
                    for words in ("what only we know", "Traceback", "collection.page", "RuntimeError", "/models/"):
                        self.assertNotIn(words, answer.text, part)

    def test_a_key_that_nobody_was_given_is_refused_with_a_sentence(self):
        acts = self.env["collection.page.act"].sudo()
        for part, path, form in self._forms():
            values = self._filled(form)
            if "form_key" in values:
                for key in ("", "1", "0" * 31, "Z" * 32, "\x00" * 32, "0" * 33):
                    with self.subTest(part=part, key=key), self.assertNothingWritten(part):
                        self.assertEqual(self._post(path, {**values, "form_key": key}).status_code, 422)
        self.assertFalse(acts.search([("form_key", "=like", "%Z%")]))

    def test_the_server_fetches_nothing_that_a_debtor_names(self):
        with socket.create_server(("127.0.0.1", 0)) as trap:
            trap.settimeout(0.2)
            address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
            words = f'{address} <img src="{address}"><iframe src="{address}"/>'
            for method, part in self._routes():
                for name in ("url", "next", "done", "callback", "file", "webhook"):
                    self._query(method, part, name, address)
            for _part, path, form in self._forms():
                self._post(path, {**self._filled(form), "name": words, "text": words})
            for _method, part in self._routes("GET"):
                self._get(self.mine, part)
            with self.assertRaises(TimeoutError):
                trap.accept()
