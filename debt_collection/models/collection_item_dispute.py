"""What of an item can be disputed: what is open, and not disputed yet."""

from odoo import models


class CollectionItem(models.Model):
    _inherit = "collection.item"

    def _amount_open(self):
        """Return what is open of this item by the ledger now, in its currency; 0 when it is settled or gone."""
        self.ensure_one()
        # sudo: the amount alone, which the item shows
        line = self.sudo().move_line_id
        return max(line.amount_residual_currency, 0.0) if line.parent_state == "posted" else 0.0

    def _disputed(self):
        """Return {item: what of it is disputed now}, in the item's currency; items without dispute are left out."""
        # sudo: every dispute counts, whoever looks into it
        lines = self.env["collection.dispute.line"].sudo()
        return dict(lines._read_group([("item_id", "in", self.ids), ("live", "=", True)], ["item_id"], ["amount:sum"]))

    def _disputable(self):
        """Return {item: what can still be disputed of it}, in the item's currency."""
        disputed = self._disputed()
        return {item: max(item._amount_open() - disputed.get(item, 0.0), 0.0) for item in self}
