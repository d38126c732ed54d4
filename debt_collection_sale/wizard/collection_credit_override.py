"""A manager's reason for an order, as for an invoice."""

from odoo import api, fields, models


class CollectionCreditOverride(models.TransientModel):
    _inherit = "collection.credit.override"

    order_ids = fields.Many2many("sale.order", string="Orders")

    @api.model
    def _document_fields(self):
        """Return {model: the field of the wizard that holds its documents}."""
        return {**super()._document_fields(), "sale.order": "order_ids"}

    def _confirm(self, documents):
        """Do what the button does that was pressed, with the user's own rights."""
        return documents.action_confirm() if documents._name == "sale.order" else super()._confirm(documents)
