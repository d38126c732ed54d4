"""What the stories on the debtor's page share: a debtor with a case of today, a browser without a login, forms."""

from datetime import timedelta

from lxml import html
from odoo.tests import HttpCase

from .common import CollectionCommon


class PageCommon(CollectionCommon, HttpCase):
    """The page is of today: a request knows no simulated day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["collection.case"]._today()

    @classmethod
    def _in_days(cls, days):
        """Return the day so many days from today."""
        return cls.today + timedelta(days=days)

    @classmethod
    def _owing(cls, *amounts_and_days, partner=None):
        """Return the open case of a debtor who owes [(amount, days overdue)], 100 since 10 days ago by default."""
        for amount, days in amounts_and_days or [(100, 10)]:
            cls._invoice(amount, cls._in_days(-days), partner)
        cls._assess(cls.today)
        return cls._case(partner)

    def _get(self, debtor, part="", **query):
        """Return the answer to opening a part of a debtor's page, as any browser does.

        :param debtor: collection.debtor, or str: the path of the page
        :param part: what follows the token: "", "/promise" ...
        """
        self.env.flush_all()
        path = debtor if isinstance(debtor, str) else debtor._page_path()
        params = "&".join(f"{name}={value}" for name, value in query.items())
        return self.url_open(f"{path}{part}{'?' if params else ''}{params}", allow_redirects=False)

    def _form(self, page, action=""):
        """Return (path, values) of the form on a page whose action ends in something; the values as they stand."""
        [form] = [form for form in html.fromstring(page.text).forms if (form.action or "").endswith(action)]
        return form.action, {name: value for name, value in form.fields.items() if value is not None}

    def _send(self, debtor, part, files=None, **values):
        """Fill in the form of a part, send it, and return the answer (303 when it was done)."""
        path, form = self._form(self._get(debtor, part), part)
        return self._post(path, {**form, **values}, files)

    def _post(self, path, values, files=None):
        answer = self.url_open(path, data=values, files=files, allow_redirects=False)
        self.env.invalidate_all()  # the test sees what the request has written
        return answer

    def _text(self, answer):
        """Return the words of a page."""
        return " ".join(html.fromstring(answer.text).text_content().split())
