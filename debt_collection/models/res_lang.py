"""The language of a company, for texts that SQL writes."""

from odoo import api, models

_DIRECTIVES = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%b": "Mon", "%B": "FMMonth"}


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model
    def _collection_language(self, company):
        """Return (code, date format as PostgreSQL's to_char takes it) of the language a company is written about in.

        The format is that of ISO 8601 where PostgreSQL cannot say the language's own.
        """
        # of the contact nothing else is read
        code = company.partner_id.with_context(prefetch_fields=False).lang
        language = self._get_data(code=code or "en_US")
        pattern = language.date_format or ""
        for directive, replacement in _DIRECTIVES.items():
            pattern = pattern.replace(directive, replacement)
        return language.code or "en_US", "YYYY-MM-DD" if not pattern or "%" in pattern else pattern
