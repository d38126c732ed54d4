"""The link to the debtor's page in what is sent: the button of an e-mail, the code of a letter, the address in an SMS.

Each notice carries a new link, good from the day it leaves. It is the debtor's key: what a colleague looks at, before
or after, shows where the link stands and does not hold one, since who may read a case need not be one who may act on
it. Whoever works on the case opens the page by a link of a day (see collection_debtor_page_work.py).
"""

import base64

from odoo import api, fields, models

from ..tools import qr_code


class CollectionAction(models.Model):
    _inherit = "collection.action"

    # it holds the debtor's key; texts are rendered with rights
    sms_pay_link = fields.Char(groups="base.group_system")

    def _page_debtor(self):
        """Return the debtor whose page this notice leads to; none where the company shows no page."""
        self.ensure_one()
        debtor = self.case_id.debtor_id
        return debtor if self.company_id._collection_settings().collection_page else debtor.browse()

    @api.model
    def _add_links(self, lines):
        """Lead to the debtor's page, with the item chosen; where there is no page, to Odoo's own for each invoice."""
        without_page = {}
        for action, shown in lines.items():
            debtor = action._page_debtor()
            if not debtor:
                without_page[action] = shown
                continue
            page = debtor._page_url()
            for line in shown:
                chosen = line["item"].move_line_id.id
                line["url"] = f"{page}/pay?line={chosen}" if chosen else page
        return super()._add_links(without_page)

    def _notices(self, links=False, level=None, lines=None):
        """Add the link to the debtor's page: `page_shown` (bool), and `page_url` where links are made."""
        notices = super()._notices(links, level, lines)
        for action, values in notices.items():
            debtor = action._page_debtor()
            values["page_shown"] = bool(debtor)
            values["page_url"] = debtor._page_url() if links and debtor else None
        return notices

    # ---- letters --------------------------------------------------------------------------------------------------

    def _letter_notices(self):
        """Return what letters show: when they are printed to be sent, with the link as a QR code and to be typed."""
        notices = self._notices()
        for action, values in notices.items():
            values["page_code"] = values["page_short_url"] = None
            if values["page_shown"] and self.env.context.get("collection_letter_links"):
                url = action._page_debtor()._page_short_url()
                # drawn here: wkhtmltopdf need not ask the server for it
                values["page_code"] = f"data:image/png;base64,{base64.b64encode(qr_code.png(url)).decode()}"
                values["page_short_url"] = url
        return notices

    def _print(self, language):
        letters = self.with_context(collection_letter_links=True)
        return super(CollectionAction, letters)._print(language)

    # ---- on the screen --------------------------------------------------------------------------------------------

    @api.depends_context("collection_preview")
    def _compute_sms_pay_link(self):
        """Lead to the page by its short address; a preview shows one of the same length that opens nothing."""
        preview = self.env.context.get("collection_preview")
        with_page = self.filtered(lambda action: action._page_debtor())
        for action in with_page:
            debtor = action._page_debtor()
            action.sms_pay_link = debtor._page_example_url(debtor.company_id) if preview else debtor._page_short_url()
        return super(CollectionAction, self - with_page)._compute_sms_pay_link()
