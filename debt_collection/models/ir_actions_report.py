"""Whether this server can print right-to-left letters."""

from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _collection_prints_rtl(self):
        """Tell whether this server's wkhtmltopdf can set right-to-left text: only the build with patched Qt can."""
        return _wkhtml().is_patched_qt

    @api.model
    def _collection_rtl_advice(self):
        """Return what is wrong and what to install, in words."""
        return self.env._(
            "This server's wkhtmltopdf (without patched Qt) ruins right-to-left text. Install the build "
            "“with patched qt” that Odoo recommends, then propose the letter again."
        )
