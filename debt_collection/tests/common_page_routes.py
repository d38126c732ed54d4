"""What the tests of safety share: every part of the debtor's page there is, its forms, and hostile input.

They ask Odoo which routes there are, so that a part that comes later is tried as those before it.
"""

import hashlib
import re
from contextlib import contextmanager
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html
from odoo.http import Request
from odoo.tools import SQL

from ..controllers.page_route import ROOT
from .common_page import PageCommon

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


class PageRoutesCommon(PageCommon):
    """Deco Addict owes two invoices and one that is not due; somebody else owes 999."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._owing((150, 12), (80, 40), (70, -20)).debtor_id
        cls.other_partner = cls._partner("Somebody Else")
        cls.other = cls._owing((999, 12), partner=cls.other_partner).debtor_id

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self._key = Request.csrf_token(self)  # against forged requests: of this browser's session

    # ---- every part -----------------------------------------------------------------------------------------------

    def _rules(self):
        """Return [(path as in the code, endpoint)] of all routes of Odoo."""
        modules = sorted(self.registry._init_modules)
        return list(self.env["ir.http"]._generate_routing_rules(modules, self.env["ir.http"]._get_converters()))

    def _routes(self, *methods, kind="http", number=1):
        """Return [(method, part)] of the page: what follows the token, with a number wherever one belongs."""
        found = []
        for rule, endpoint in self._rules():
            routing = endpoint.routing
            if rule.startswith(ROOT) and routing["type"] == kind:
                part = re.sub(r"<[^>]+>", str(number), rule.removeprefix(ROOT))
                found += [(method, part) for method in routing["methods"] or ["GET", "POST"]]
        return sorted((method, part) for method, part in set(found) if not methods or method in methods)

    def _call(self, method, path, part="", kind="http", **values):
        """Return the answer to a request as a browser makes it, from a page it has seen."""
        self.env["collection.page.guess"].sudo().search([]).unlink()  # nobody has to wait
        self.env.flush_all()
        if kind == "jsonrpc":
            answer = self.url_open(path + part, json={"params": values})
            self.env.invalidate_all()
            return answer
        if method == "GET":
            return self.url_open(f"{path}{part}?{urlencode(values)}", allow_redirects=False)
        return self._post(path + part, {"csrf_token": self._key, **values})

    def _parts(self):
        """Return [(part, answer)] of the pages a debtor can open."""
        answers = [(part, self._get(self.mine, part)) for _method, part in self._routes("GET")]
        return [
            (part, answer)
            for part, answer in answers
            if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
        ]

    def _forms(self):
        """Return [(part, path, form)] of the forms that a debtor finds on the parts of the page."""
        found = []
        for part, answer in self._parts():
            for form in html.fromstring(answer.text).forms:
                path = urlsplit(urljoin(answer.url, form.action or "")).path
                if form.method == "POST" and path.startswith("/collections/page/"):
                    found.append((part, path, form))
        return found

    def _filled(self, form, words=None):
        """Return what is sent when a form is filled in: with words where they can be typed, else with what is allowed.

        :param words: str, typed wherever a person can type, even for a date; None: what the form asks for
        """
        values = {}
        for field in form.inputs:
            kind = field.get("type", field.tag)
            if not field.name or kind in ("submit", "button", "file", "image"):
                continue
            if kind == "hidden":
                values[field.name] = field.value
            elif kind in ("radio", "checkbox"):
                if field.checkable and field.name not in values:
                    values[field.name] = field.get("value", "on")
            elif kind == "select":
                choices = [choice for choice in field.value_options if choice]
                values[field.name] = words or field.value or next(iter(choices), "")
            elif kind in ("date", "number"):
                values[field.name] = words or field.value or field.get("max") or field.get("min") or ""
            else:
                values[field.name] = words or field.value or "Words of the debtor"
        return values

    # ---- what happened --------------------------------------------------------------------------------------------

    def _written(self):
        """Return {table: digest of what stands in it}, of our tables and those of what we might send or book."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                r"""
                SELECT tablename FROM pg_tables
                 WHERE schemaname = 'public'
                   AND (tablename LIKE 'collection\_%%' OR tablename IN ('account_move', 'account_payment', 'mail_mail',
                        'mail_message', 'mail_activity', 'ir_attachment', 'payment_transaction', 'res_partner'))
                   AND tablename <> 'collection_page_guess'
                """
            )
        )
        written = {}
        for (table,) in tables:
            found = self.env.execute_query(SQL("SELECT t::text FROM %s t", SQL.identifier(table)))
            rows = sorted(row for (row,) in found)
            written[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return written

    def _changed(self, before):
        """Return the names of the tables that hold something else than before."""
        after = self._written()
        return sorted(table for table in after if after[table] != before.get(table))

    @contextmanager
    def assertNothingWritten(self, about):
        """Check that nothing is written meanwhile."""
        before = self._written()
        yield
        self.assertFalse(self._changed(before), about)

    def assertHarmless(self, text, about=None):
        """Check that a page or an e-mail runs nothing that somebody typed."""
        if not text.strip():
            return
        root = html.fromstring(text)
        self.assertFalse([script for script in root.iter("script") if "alert(1)" in (script.text or "")], about)
        handlers = [
            name for element in root.iter() for name in element.attrib if name.startswith("on") or "script" in name
        ]
        self.assertFalse(handlers, about)

    def assertGuarded(self, answer, about=None):
        """Check that no search engine, cache, frame or other site keeps an answer."""
        headers = answer.headers
        self.assertIn("noindex", headers.get("X-Robots-Tag", ""), about)
        self.assertIn("no-store", headers.get("Cache-Control", ""), about)
        self.assertEqual(headers.get("Referrer-Policy"), "no-referrer", about)
        self.assertEqual(headers.get("X-Content-Type-Options"), "nosniff", about)
        self.assertIn("frame-ancestors 'none'", headers.get("Content-Security-Policy", ""), about)
