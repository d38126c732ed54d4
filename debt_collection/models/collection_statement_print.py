"""Statements of account on paper: one PDF for those that go together, each in its debtor's language."""

from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools import sheets
from ..tools.text import filled_lines
from .collection_action_letter import LETTER, SHEETS


class CollectionStatement(models.AbstractModel):
    _inherit = "collection.statement"

    @api.model
    def _languages(self, partners, addresses, company):
        """Return {commercial entity: code of its language}: chosen, of the address, its own, the company's.

        :param addresses: {commercial entity: res.partner}
        """
        installed = dict(self.env["res.lang"].get_installed())
        fallback = (company.root_id.sudo().partner_id.lang, "en_US", *installed)
        chosen = self.env["collection.debtor"]._chosen_languages(partners, company)
        return {
            partner: next(
                code
                for code in (chosen.get(partner), addresses[partner].lang, partner.lang, *fallback)
                if code in installed
            )
            for partner in partners
        }

    @api.model
    def _print(self, partners, company, date_from, date_to, language=None, **options):
        """Return {commercial entity: PDF (bytes) of its statement}, made in one call per language and 50 debtors.

        :param partners: res.partner, commercial entities; whether the user may read them is the caller's to check
        :param language: code, for all; default each debtor's own
        :param options: see `_paper_values`
        :raises UserError: when this server cannot print
        """
        partners = partners.sudo()  # sudo: name, address and language of who is written to
        addresses = partners._collections_addresses("letter", company)
        languages = dict.fromkeys(partners, language) if language else self._languages(partners, addresses, company)
        for code in set(languages.values()):
            self._check_prints(code)
        printed = {}
        for code, group in partners.grouped(languages.get).items():
            for start in range(0, len(group), SHEETS):
                some = group[start : start + SHEETS]
                users = self._contact_users(some, company)
                statements = self.with_context(lang=code)._statements(some, company, date_from, date_to)
                values = [
                    self._paper_values(
                        partner, addresses[partner], users[partner], company, code, date_from, date_to,
                        statements[partner.id], **options,
                    )
                    for partner in some
                ]  # fmt: skip
                printed |= dict(zip(some, self._print_language(values, company, code), strict=True))
        return {partner: printed[partner] for partner in partners}

    @api.model
    def _check_prints(self, language):
        """:raises UserError: when this server cannot set a language well, or nothing at all"""
        reports = self.env["ir.actions.report"]
        if _wkhtml().state == "install":
            raise UserError(self.env._("wkhtmltopdf is not installed on the server: no statement can be made."))
        if self.env["res.lang"]._get_data(code=language).direction == "rtl" and not reports._collection_prints_rtl():
            raise UserError(reports._collection_rtl_advice())

    @api.model
    def _paper_values(self, partner, address, user, company, language, date_from, date_to, statement,
                      with_movements=True, interest=None):  # fmt: skip
        """Return what the QWeb template shows of one statement.

        :param user: res.users whom the debtor may ask, or none
        :param with_movements: bool; without, the open items alone
        :param interest: {partner id: {res.currency: amount}} to show for information, or None
        """
        actions = self.env["collection.action"].with_context(lang=language)
        root = company.root_id.sudo()  # sudo: name and address of the creditor, as on any invoice
        names = [partner.name]
        if address != partner and address.name and address.name != partner.name:
            names.append(actions.env._("Attn: %s", address.name))
        frame = actions._frame(root, user, language)
        day, shown = frame["day"], [account["currency"] for account in statement["currencies"]]
        env = actions.env
        return {
            **frame,
            "partner": partner.with_context(lang=language),
            "address_lines": [
                *filter(None, names),
                *filled_lines(address.with_context(lang=language)._display_address(without_company=True)),
            ],
            "period": env._("%(first)s to %(last)s", first=day(date_from), last=day(date_to))
            if date_from
            else env._("Until %s", day(date_to)),
            "date_from": date_from,
            "date_to": date_to,
            "accounts": statement["currencies"],
            "total": statement["total"],
            "with_total": shown not in ([], [root.currency_id]),
            "with_movements": with_movements,
            "interest": (interest or {}).get(partner.id, {}),
            "kinds": self.with_context(lang=language)._kinds(),
            "banks": actions._banks(root, [{"currency": currency, "move": env["account.move"]} for currency in shown]),
            "reference": None,
            # an amount without the sign of its currency, which stands above the column
            "figure": lambda amount, currency: formatLang(env, amount, digits=currency.decimal_places),
        }

    @api.model
    def _contact_users(self, partners, company):
        """Return {commercial entity: res.users, its collector or the company's default one}, in one search."""
        # sudo: name, number and address of a colleague, which the debtor is shown anyway
        debtors = self.env["collection.debtor"].sudo()
        found = debtors.search([("company_id", "=", company.root_id.id), ("partner_id", "in", partners.ids)])
        default = company._collection_settings().collection_user_id
        users = dict.fromkeys(partners, default)
        for debtor in found:
            case = debtor.case_ids.filtered(lambda one: one.state == "open")
            users[debtor.partner_id] = case.user_id or debtor.user_id or default
        return users

    @api.model
    def _joined(self, pdfs):
        """Return one PDF (bytes) of several."""
        return sheets.join([sheets.pages(pdf) for pdf in pdfs])

    @api.model
    def _file_name(self, name, date_to, ending):
        """Return the name of a file with statements."""
        return self.env._(
            "Statement %(name)s %(date)s.%(ending)s",
            name=(name or "").replace("/", "-"),
            date=date_to.isoformat(),
            ending=ending,
        )

    @api.model
    def _kinds(self):
        """Return {kind of a movement: in words}."""
        return {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "payment": self.env._("Payment"),
            "refund": self.env._("Refund"),
            "exchange": self.env._("Exchange difference"),
            "write_off": self.env._("Write-off"),
            "conversion": self.env._("Settled in another currency"),
            "transfer": self.env._("Settled with another account"),
            "entry": self.env._("Other entry"),
        }

    @api.model
    def _print_language(self, values, company, language):
        """Return a list of PDFs (bytes), one for each of some statements in one language, made in one call."""
        if self.env["collection.action"]._prints_blank():
            pdf = sheets.blank(len(values))
        else:
            pdf = self._pdf(self._html(values, company, language), company, language)
        return [sheets.join([pages]) for pages in sheets.split(pdf, len(values))]

    @api.model
    def _html(self, values, company, language):
        """Return the HTML of some statements, each beginning with a heading of the first level."""
        root = company.root_id.sudo()
        # sudo: the template formats what was gathered for these statements, and reads nothing of its own
        qweb = self.env["ir.actions.report"].sudo().with_company(root).with_context(lang=language, debug=False)
        top = self.env["collection.action"].with_company(root)._letter_top()
        return qweb._render_template("debt_collection.statement", {"statements": values, "top": top})

    @api.model
    def _pdf(self, html, company, language):
        # sudo: the paper of our letters
        reports = self.env["ir.actions.report"].sudo().with_company(company.root_id)
        reports = reports.with_context(lang=language, debug=False)
        html = reports._collection_directed(html)
        bodies, _ids, header, footer, paper = reports._get_report(LETTER)._prepare_html(html, report_model=False)
        return reports._run_wkhtmltopdf(
            bodies, report_ref=LETTER, header=header, footer=footer, specific_paperformat_args=paper
        )
