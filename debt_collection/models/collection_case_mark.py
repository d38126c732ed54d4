"""The mark of its debtor, on a case."""

from odoo import fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    legal_status = fields.Selection(related="debtor_id.legal_status")
    representative_id = fields.Many2one(related="debtor_id.representative_id")
    legal_date = fields.Date(related="debtor_id.legal_date")
    legal_reference = fields.Char(related="debtor_id.legal_reference")

    def action_mark(self):
        """Ask which mark the debtor gets, and who represents it."""
        self.ensure_one()
        return self.debtor_id.action_mark()

    def action_unmark(self):
        """Take the debtor's mark off."""
        self.ensure_one()
        self.debtor_id.action_unmark()
