"""Evidence files run in the direction of their language, as letters do."""

from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _prepare_html(self, html, report_model=False):
        """Let header, body and footer of an evidence file run in the direction of its language."""
        if report_model == "collection.case":
            html = self._collection_directed(html)
        return super()._prepare_html(html, report_model=report_model)
