"""What a level says in an SMS, and how many segments that takes in each language."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.rendering_tools import parse_inline_template

from ..tools import sms

# what the text may name, and of what length it typically is
EXAMPLES = {
    "object.company_id.name": None,
    "object.partner_id.name": "Deco Addict",
    "object.claim_text": None,
    "object.oldest_number": "INV/2025/00001",
    "object.sms_pay_link": None,
}


class CollectionLevel(models.Model):
    _inherit = "collection.level"

    sms_text = fields.Text(
        string="SMS Text",
        translate=True,
        help="Empty: the general words. It may name {{ object.company_id.name }}, {{ object.partner_id.name }}, "
        "{{ object.claim_text }}, {{ object.oldest_number }} and {{ object.sms_pay_link }}.",
    )
    sms_max_segments = fields.Integer(
        string="SMS Segments at Most",
        default=3,
        required=True,
        help="A longer text is not sent and never cut: the action fails with the reason. Operators charge by segment.",
    )
    sms_count_html = fields.Html(string="Length", compute="_compute_sms_count_html", sanitize=False)

    _sms_max_segments_positive = models.Constraint(
        "CHECK(sms_max_segments > 0)", "An SMS takes at least one segment: allow one or more."
    )

    @api.constrains("sms_text")
    def _check_sms_text(self):
        for level in self:
            text = level.sms_text or ""
            named = {expression for _literal, expression, _default in parse_inline_template(text) if expression}
            literal = "".join(part for part, _expression, _default in parse_inline_template(text))
            if named - EXAMPLES.keys() or "{{" in literal or "}}" in literal:
                raise ValidationError(
                    self.env._(
                        "The SMS text of “%(level)s” names what cannot be filled in. It may name: %(names)s.",
                        level=level.name,
                        names=", ".join(f"{{{{ {name} }}}}" for name in EXAMPLES),
                    )
                )

    def _sms_source(self):
        """Return the text of an SMS of this level with its placeholders, in the language of the context."""
        self.ensure_one()
        return self.sms_text or self._sms_general_words()

    @api.model
    def _sms_general_words(self):
        """Return the words for a level that has none of its own."""
        return self.env._(
            "{{ object.company_id.name }}: {{ object.claim_text }} is overdue ({{ object.oldest_number }}). Please pay "
            "within seven days, or call us. {{ object.sms_pay_link }}"
        )

    @api.depends("sms_text", "sms_max_segments")
    @api.depends_context("lang", "company")
    def _compute_sms_count_html(self):
        """Show the text in each installed language as a debtor might get it, with its length."""
        here = self.env.lang or "en_US"
        for level in self:
            rows = []
            for code, name in self.env["res.lang"].get_installed():
                # what is being edited is the text of the user's own language
                source = level if code == here or not level._origin else level._origin
                text = source.with_context(lang=code)._sms_example()
                encoding, characters, number = sms.segments(text)
                rows.append(
                    {
                        "language": name,
                        "lang": code.replace("_", "-"),
                        "text": text,
                        "encoding": encoding,
                        "characters": characters,
                        "segments": number,
                        "too_long": number > level.sms_max_segments,
                    }
                )
            level.sms_count_html = self.env["ir.qweb"]._render(
                "debt_collection.level_sms_count", {"rows": rows, "most": level.sms_max_segments}
            )

    def _sms_example(self):
        """Return the text filled with typical values, in the language of the context."""
        self.ensure_one()
        company = self.env.company
        pay_link = f"{company.get_base_url()}/pay/12345/{'x' * 16}"
        if company._collection_settings().collection_page:
            pay_link = self.env["collection.debtor"]._page_example_url(company)
        examples = dict(
            EXAMPLES,
            **{
                "object.company_id.name": company.name,
                "object.claim_text": company.currency_id.format(1234.56),
                "object.sms_pay_link": pay_link,
            },
        )
        parts = [
            literal + (examples.get(expression, "") if expression else "")
            for literal, expression, _default in parse_inline_template(self._sms_source())
        ]
        return sms.plain("".join(parts))
