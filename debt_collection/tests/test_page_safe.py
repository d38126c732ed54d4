"""Every part of the debtor's page, also one that comes later, is entered by a link alone and leaves no trace."""

from odoo.tests import tagged

from ..controllers.page_route import ROOT
from .common_page_routes import PageRoutesCommon

# What is open to everybody and no part of the page. Who adds a route here has thought about: what proves who asks, what
# is told to who has no proof, what a fetch (GET) may write, what a search engine finds.
OPEN_TO_ALL = {
    "/collections/pay/<int:move_id>/<string:signature>",
    "/pay/<int:move_id>/<string:signature>",
    "/collections/opt-out/<string:token>",
    "/collections/opt-out/<string:token>/confirm",
    "/collections/opt-out/<string:token>/undo",
    "/c/<string:token>",  # leads to the page, which looks at the token
}
# what takes no key against forged requests: what mail programs post by themselves (RFC 8058)
WITHOUT_FORM_KEY = {"/collections/opt-out/<string:token>"}


@tagged("post_install", "-at_install")
class TestPageSafe(PageRoutesCommon):
    def _every_route(self):
        """Return [(method, part, kind)] of all there are."""
        return [(*route, kind) for kind in ("http", "jsonrpc") for route in self._routes(kind=kind)]

    def assertRefused(self, path, status, but=()):
        """Check that a link opens no part, and that all are told the same.

        :param but: parts that are for who has such a link
        """
        for method, part, kind in self._every_route():
            if part in but:
                continue
            with self.subTest(method=method, part=part):
                with self.assertNothingWritten(part):
                    answer = self._call(method, path, part, kind=kind)
                self.assertNotIn("150.00", answer.text)
                self.assertNotIn("Deco", answer.text)
                if kind == "jsonrpc":
                    self.assertNotIn("Traceback", answer.text)
                    self.assertNotIn('"result": true', answer.text)
                else:
                    self.assertEqual(answer.status_code, status)
                    self.assertGuarded(answer)

    def test_no_part_opens_with_a_link_that_was_never_made(self):
        self.assertRefused("/collections/page/" + "x" * 32, 404)

    def test_no_part_opens_with_an_altered_link(self):
        path = self.mine._page_path()
        self.assertRefused(path[:-1] + ("A" if path[-1] != "A" else "B"), 404)

    def test_no_part_opens_with_the_day_of_a_link_moved(self):
        today, later = (self.mine._page_path(self._in_days(days)) for days in (-1, 90))
        # the key and the day of a link that is open, the signature of one that is old
        self.assertRefused(later[:-13] + today[-13:], 404)

    def test_no_part_opens_with_an_old_link(self):
        self.assertRefused(self.mine._page_path(self._in_days(-1)), 410, but={"/renew"})

    def test_no_part_opens_with_a_revoked_link(self):
        path = self.mine._page_path()
        self.mine._revoke_page()
        self.assertRefused(path, 404)

    def test_no_part_opens_when_the_company_has_no_page(self):
        path = self.mine._page_path()
        self.company.collection_page = False
        self.assertRefused(path, 404)

    def test_the_link_is_taken_from_the_path_alone(self):
        token = self.mine._page_path().rsplit("/", 1)[1]
        for method, part in self._routes():
            with self.subTest(method=method, part=part):
                answer = self._call(method, "/collections/page/" + "x" * 32, part, token=token, debtor=self.mine.id)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("150.00", answer.text)

    def test_a_part_with_a_number_that_is_not_the_debtors_shows_nothing_of_others(self):
        lines = self.env["account.move.line"].search([("partner_id", "=", self.other_partner.id)])
        for number in [*lines.ids, *lines.move_id.ids, 0, 2**31 - 1, 2**40]:
            for method, part in self._routes(number=number):
                if str(number) in part:
                    with self.subTest(method=method, part=part):
                        answer = self._call(method, self.mine._page_path(), part)
                        self.assertIn(answer.status_code, (404, 422))
                        self.assertNotIn("999.00", answer.text)

    def test_every_answer_is_kept_by_nobody(self):
        path = self.mine._page_path()
        for method, part in self._routes():
            with self.subTest(method=method, part=part):
                self.assertGuarded(self._call(method, path, part))
        for part, page in self._parts():
            self.assertIn('<meta name="robots" content="noindex', page.text, part)
            self.assertIn('<meta name="referrer" content="no-referrer"', page.text, part)

    def test_no_answer_gives_away_the_link_to_another_site(self):
        """Whatever else is loaded or linked, the address of the page is not told to it; here: nothing is loaded."""
        for part, page in self._parts():
            with self.subTest(part=part):
                self.assertNotRegex(page.text, r'(?:src|srcset|action)="(?:https?:)?//')
                self.assertNotRegex(page.text, r'<link[^>]+href="(?:https?:)?//')

    def test_no_search_engine_is_told_of_any_part(self):
        for rule, endpoint in self._rules():
            if rule.startswith(ROOT):
                self.assertIs(endpoint.routing.get("sitemap"), False, rule)
        robots = self.url_open("/robots.txt")
        self.assertNotIn("/collections", robots.text if robots.status_code == 200 else "")

    def test_opening_a_part_writes_nothing(self):
        path = self.mine._page_path()
        for _method, part in self._routes("GET"):
            with self.subTest(part=part), self.assertNothingWritten(part):
                self._get(path, part)
                self.url_open(path + part, method="HEAD")

    def test_what_another_site_posts_is_refused_and_changes_nothing(self):
        path = self.mine._page_path()
        forms = {target: self._filled(form) for _part, target, form in self._forms()}
        for _method, part in self._routes("POST"):
            values = {**forms.get(path + part, {}), "form_key": "0" * 32}
            values.pop("csrf_token", None)
            for forged in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 40 + "o9999999999"}):
                with self.subTest(part=part, forged=forged), self.assertNothingWritten(part):
                    self.assertEqual(self._post(path + part, {**values, **forged}).status_code, 400)

    def test_each_part_takes_only_the_methods_it_is_for(self):
        path = self.mine._page_path()
        known = {}
        for method, part in self._routes():
            known.setdefault(part, set()).add(method)
        for part, methods in known.items():
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
                with self.subTest(method=method, part=part), self.assertNothingWritten(part):
                    answer = self.url_open(path + part, method=method, allow_redirects=False)
                    self.assertEqual(answer.status_code, 405)

    def test_every_public_route_has_been_thought_about(self):
        for rule, endpoint in self._rules():
            ours = endpoint.__module__.startswith("odoo.addons.debt_collection.")
            if not ours or endpoint.routing["auth"] == "user":
                continue
            if not rule.startswith(ROOT):
                self.assertIn(rule, OPEN_TO_ALL)
            elif endpoint.routing["type"] == "http":
                self.assertTrue(endpoint.routing["methods"], rule)
            if endpoint.routing.get("csrf") is False:
                self.assertIn(rule, WITHOUT_FORM_KEY)
            self.assertFalse(endpoint.routing.get("cors"), rule)

    def test_who_is_logged_in_elsewhere_sees_no_more_than_anybody(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self._user("visitor", "base.group_portal", companies=elsewhere)
        public = {part: self._text(page) for part, page in self._parts()}
        self.authenticate("visitor", "visitor")
        visited = {part: self._text(page) for part, page in self._parts()}
        self.assertEqual(visited, public)
        for text in visited.values():
            self.assertNotIn("999.00", text)
        self.assertEqual(self._get("/collections/page/" + "x" * 32).status_code, 404)

    def test_two_debtors_of_one_browser_are_kept_apart(self):
        self.assertIn("150.00", self._text(self._get(self.mine)))
        text = self._text(self._get(self.other))
        self.assertNotIn("150.00", text)
        self.assertIn("999.00", text)

    def test_the_routes_of_the_page_are_found(self):
        """Without this, tests that go through all routes could pass for want of any."""
        self.assertIn(("GET", ""), self._routes())
        self.assertIn("", dict(self._parts()))
