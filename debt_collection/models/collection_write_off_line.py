"""What of an item, or of a small balance nobody chases, is written off."""

from odoo import fields, models


class CollectionWriteOffLine(models.Model):
    _name = "collection.write.off.line"
    _description = "Written-off Item"
    _order = "date_due, id"
    _log_access = False

    write_off_id = fields.Many2one("collection.write.off", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one(
        "collection.item", ondelete="restrict", index=True, help="Empty for a small balance that no case chases."
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal Item", ondelete="set null", index="btree_not_null"
    )
    entry_id = fields.Many2one("account.move", string="Journal Entry", ondelete="set null", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", string="Debtor", ondelete="set null", index="btree_not_null")
    # copies: what was written off is shown when accounting has deleted or replaced its lines
    name = fields.Char(string="Number", required=True)
    date_due = fields.Date(string="Due Date", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(
        required=True, help="What is given up of the item, in its currency; in a settlement, what it covers of it."
    )
    amount_posted = fields.Monetary(string="Written Off", help="What was open and has been written off.")
    live = fields.Boolean(default=True, help="The write-off waits for its approval or for the debtor's payment.")

    _one_live = models.UniqueIndex("(item_id) WHERE live", "An item waits for one write-off at a time.")

    def _open(self):
        """Return the lines of which something is owed now, whatever was paid since they were chosen."""
        return self.filtered(
            lambda line: (
                line.move_line_id.parent_state == "posted"
                and line.currency_id.compare_amounts(line.move_line_id.amount_residual_currency, 0) > 0
            )
        )

    def _book_value(self, amount):
        """Return an amount of the item's currency at the rate the item stands in the books, in company currency."""
        journal_item = self.move_line_id
        if self.currency_id.compare_amounts(amount, journal_item.amount_residual_currency) == 0:
            return journal_item.amount_residual
        share = amount / journal_item.amount_residual_currency
        return journal_item.company_currency_id.round(journal_item.amount_residual * share)
