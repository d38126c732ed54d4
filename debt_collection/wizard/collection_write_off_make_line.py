"""An item to write off, and how much of it."""

from odoo import api, fields, models


class CollectionWriteOffMakeLine(models.TransientModel):
    _name = "collection.write.off.make.line"
    _description = "Item to Write Off"

    wizard_id = fields.Many2one("collection.write.off.make", required=True, ondelete="cascade")
    case_id = fields.Many2one(related="wizard_id.case_id")
    item_id = fields.Many2one(
        "collection.item",
        required=True,
        ondelete="cascade",
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
    )
    date_due = fields.Date(related="item_id.date_due")
    currency_id = fields.Many2one(related="item_id.currency_id")
    amount_open = fields.Monetary(related="item_id.amount_currency", string="Open")
    amount = fields.Monetary(
        string="Write Off", compute="_compute_amount", store=True, readonly=False, help="In the item's currency."
    )

    @api.depends("item_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.item_id._to_give_up()

    def _open_amount(self):
        """Return what is open of the item now, from the ledger."""
        # sudo: a collector of the case sees what is open of its items
        journal_item = self.item_id.sudo().move_line_id
        return journal_item.amount_residual_currency if journal_item.parent_state == "posted" else 0

    def _book_value(self):
        """Return the amount in company currency, at the rate the item stands in the books."""
        item = self.item_id
        if not item.amount_currency:
            return 0
        return item.company_currency_id.round(self.amount * item.amount_residual / item.amount_currency)

    def _prepare_line(self):
        """Return the values of the write-off's line."""
        item = self.item_id.sudo()  # sudo: the journal item behind an item of the case
        return {
            "item_id": item.id,
            "move_line_id": item.move_line_id.id,
            "partner_id": item.move_line_id.partner_id.commercial_partner_id.id,
            "name": item.name,
            "date_due": item.date_due,
            "currency_id": item.currency_id.id,
            "amount": self.amount,
        }
