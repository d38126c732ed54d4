"""What the stories on payment plans of the debtor's page share: asking, looking at the agreement, signing."""

import base64
import json
from io import BytesIO
from urllib.parse import urlencode

from lxml import html
from PIL import Image, ImageDraw

from .common_page import PageCommon


def picture(width=300, height=100, kind="PNG", drawn=True):
    """Return the picture of a signature, in base64."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if drawn:
        ImageDraw.Draw(image).line([(10, 80), (150, 10), (290, 80)], fill="black", width=3)
    content = BytesIO()
    (image if kind == "PNG" else image.convert("RGB")).save(content, kind)
    return base64.b64encode(content.getvalue()).decode()


class PagePlanCommon(PageCommon):
    """The company offers at once up to 1,000, in up to 6 instalments of 50 at least; one plan in 90 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "collection_page_plan_amount": 1000,
                "collection_page_plan_number": 6,
                "collection_page_plan_minimum": 50,
                "collection_page_plans": 1,
            }
        )

    def _look(self, debtor, lines=None, **values):
        """Return the answer to asking for the schedule of some lines; of all that is overdue by default."""
        if lines is None:
            lines = [line["line_id"] for line in self._lines(debtor) if line["days_late"] > 0]
        values = {"number": 3, "frequency": "monthly", "first": self._in_days(7).isoformat(), **values}
        query = urlencode([*values.items(), *(("line", line) for line in lines)])
        self.env.flush_all()
        return self.url_open(f"{debtor._page_path()}/plan/preview?{query}", allow_redirects=False)

    def _lines(self, debtor):
        return self.env["collection.page"].sudo()._lines(debtor.sudo())

    def _ask(self, debtor, lines=None, **values):
        """Look at a schedule and ask for it; return the answer."""
        page = self._look(debtor, lines, **values)
        self.assertEqual(page.status_code, 200, self._text(page))
        [form] = [form for form in html.fromstring(page.text).forms if form.action.endswith("/plan")]
        return self._post(form.action, form.form_values())

    def _plan(self, debtor):
        """Return the last plan of a debtor, or none."""
        return self.env["collection.plan"].search([("case_id.debtor_id", "=", debtor.id)], limit=1)

    def _sign_url(self, debtor):
        """Return where the signature widget of the debtor's agreement sends the signature."""
        page = self._get(debtor, "/plan/sign")
        self.assertEqual(page.status_code, 200)
        [widget] = html.fromstring(page.text).xpath("//owl-component[@name='portal.signature_form']")
        return json.loads(widget.get("props"))["callUrl"]

    def _sign(self, debtor, name="Ann Other", signature=None, url=None):
        """Sign as the widget does, and return what it is answered."""
        return self._sent(url or self._sign_url(debtor), name, signature).json()["result"]

    def _sent(self, url, name="Ann Other", signature=None):
        """Return the answer to what the widget sends."""
        params = {"name": name, "signature": picture() if signature is None else signature}
        answer = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return answer

    def _mails(self, case):
        return self.env["mail.mail"].sudo().search([("model", "=", case._name), ("res_id", "=", case.id)])
