"""The PDF of a batch of letters: a list of them, then the letters in print order, with separators where wanted."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tools import sheets
from .collection_action_letter import LETTER


class CollectionAction(models.Model):
    _inherit = "collection.action"

    _protected = frozenset(["print_position"])

    print_position = fields.Integer(string="Position", readonly=True, help="Its number in the list of its letters.")

    def _print_order(self, addresses):
        """Return these letters in the order in which their company prints them.

        :param addresses: {action: res.partner}
        """
        company = self.company_id[:1]._collection_settings()

        def place(action):
            address = addresses[action]
            country = address.country_id
            abroad = bool(country) and country != company.country_id
            code = country.code or ""
            return abroad, code if abroad else "", address.zip or "", (address.city or "").casefold(), name(action)

        def name(action):
            # sudo: see _addresses
            return (action.partner_id.sudo().name or "").casefold(), action.id

        def language(action):
            return action._language(addresses[action]), place(action)

        return self.sorted({"postcode": place, "name": name, "language": language}[company.collection_letter_order])

    def _make_batch(self, run, addresses, printed):
        """Return the PDF (ir.attachment) of these letters, in their order, kept with their batch.

        :param run: collection.run, or none
        :param addresses: {action: res.partner}
        :param printed: {action id: Printed}
        """
        settings = self.company_id[:1]._collection_settings()
        both_sides = settings.collection_letter_both_sides
        letters = [printed[action.id].pages for action in self]
        front, separators = self._print_list(run, addresses, [len(pages) for pages in letters])
        parts = [front] if front else []
        for position, pages in enumerate(letters):
            parts += [separators[position], pages] if separators else [pages]
        name = (run.name or "").replace("/", "-")
        registered = self[:1].channel == "registered"
        # sudo: kept with the batch, whose rules it follows
        batch = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self.env._("Registered letters %(batch)s.pdf", batch=name)
                    if registered
                    else self.env._("Letters %(batch)s.pdf", batch=name),
                    "raw": sheets.join(parts, both_sides),
                    "mimetype": "application/pdf",
                    "res_model": "collection.run",
                    "res_id": run.id,
                }
            )
        )
        run.sudo().letter_ids |= batch
        return batch

    def _print_list(self, run, addresses, numbers):
        """Return (the pages of the list of these letters, [the page of each separator]), made in one call; each is
        empty where the company prints none.

        :param numbers: how many pages each letter has
        """
        company = self.company_id[:1]._collection_settings()
        listed, separated = company.collection_letter_list, company.collection_letter_separators
        if not listed and not separated:
            return [], []
        number = len(self) if separated else 0
        if self._prints_blank():
            pages = sheets.pages(sheets.blank(listed + number))
        else:
            html = self._list_html(run, addresses, numbers, listed, separated)
            # sudo: the paper of our letters
            reports = self.env["ir.actions.report"].sudo().with_company(company)
            margins = {"data-report-margin-top": 12, "data-report-margin-bottom": 12, "data-report-header-spacing": 0}
            pages = sheets.pages(reports._run_wkhtmltopdf([html], report_ref=LETTER, specific_paperformat_args=margins))
        split_at = len(pages) - number
        return pages[:split_at], [[page] for page in pages[split_at:]]

    def _list_html(self, run, addresses, numbers, listed, separated):
        """Return the HTML of the list of these letters and of their separators, in the company's language."""
        company = self.company_id[:1]._collection_settings()
        language = self._office_language(company)
        direction = self.env["res.lang"]._lang_get(language).direction
        actions = self.with_context(lang=language)
        channels = dict(actions._fields["channel"]._description_selection(actions.env))
        both_sides = company.collection_letter_both_sides
        today = self.env["collection.case"]._today()
        values = {
            "company": company,
            "lang": language,
            "direction": direction,
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "batch": run.name,
            "date": format_date(actions.env, today, lang_code=language),
            "listed": listed,
            "separated": separated,
            "registered": self[:1].channel == "registered",
            "pages": sum(numbers),
            "sheets": sum(sheets.sheets(number, both_sides) for number in numbers),
            "total": len(self),
            "letters": [
                {
                    "number": position,
                    "title": actions.env._("Letter %(number)s of %(total)s", number=position, total=len(self)),
                    "debtor": action.partner_id.sudo().name,  # sudo: see _addresses
                    "place": " ".join(filter(None, [addresses[action].zip, addresses[action].city])),
                    "country": addresses[action].country_id.code,
                    "level": action.level_id.name,
                    "amount": format_amount(actions.env, action.amount, action.currency_id, lang_code=language),
                    "pages": number,
                    "channel": channels[action.channel],
                }
                for position, (action, number) in enumerate(zip(actions, numbers, strict=True), 1)
            ],
        }
        # sudo: the template lays out what is gathered here, and reads nothing of its own
        qweb = self.env["ir.qweb"].sudo().with_context(lang=language)
        return qweb._render("debt_collection.letter_list", values, lang=language)

    @api.model
    def _office_language(self, company):
        """Return the code of the language of the list: the company's, or English where this server cannot print it."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = company.partner_id.lang if company.partner_id.lang in installed else self.env.lang
        language = wanted if wanted in installed else "en_US"
        reports = self.env["ir.actions.report"]
        right_to_left = self.env["res.lang"]._lang_get(language).direction == "rtl"
        return "en_US" if right_to_left and not reports._collection_prints_rtl() else language
