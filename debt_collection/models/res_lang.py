"""A language's date format, for texts that SQL writes."""

from odoo import models

_DIRECTIVES = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%b": "Mon", "%B": "FMMonth"}


class ResLang(models.Model):
    _inherit = "res.lang"

    def _sql_date_format(self):
        """Return this language's date format as PostgreSQL's to_char takes it; ISO where it cannot be said."""
        pattern = self.date_format or ""
        for directive, replacement in _DIRECTIVES.items():
            pattern = pattern.replace(directive, replacement)
        return "YYYY-MM-DD" if not pattern or "%" in pattern else pattern
