"""How important a debtor is as a customer: who is called first, and whom one would not like to lose."""

from odoo import api, fields, models

IMPORTANCE = [("normal", "Normal"), ("important", "Important"), ("vip", "VIP")]


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    importance = fields.Selection(
        IMPORTANCE,
        default="normal",
        required=True,
        help="How important the debtor is as a customer. The points of the worklist count it.",
    )

    def init(self):
        """Let debtors that assess inserts, many in a statement, be normal customers."""
        self.env.cr.execute("ALTER TABLE collection_debtor ALTER COLUMN importance SET DEFAULT 'normal'")
        return super().init()

    @api.model
    def _told_to_cases(self):
        return super()._told_to_cases() | {"importance"}
