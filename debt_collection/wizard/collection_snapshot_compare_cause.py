"""What was entered or taken back after a day was published, and changes its figures."""

from odoo import fields, models


class CollectionSnapshotCompareCause(models.TransientModel):
    _name = "collection.snapshot.compare.cause"
    _description = "Why Published Figures Differ From the Ledger"

    compare_id = fields.Many2one("collection.snapshot.compare", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="compare_id.currency_id")
    kind = fields.Selection(
        [
            ("posted", "Entered since"),
            ("changed", "Posted or reset since"),
            ("withdrawn", "Taken back since"),
            ("matched", "Reconciled since"),
            ("unmatched", "Unreconciled since"),
        ],
        string="What",
        readonly=True,
    )
    happened_at = fields.Datetime(string="When", readonly=True)
    date = fields.Date(string="Accounting Date", readonly=True)
    name = fields.Char(string="Entry", readonly=True)
    other_name = fields.Char(string="With", readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    amount = fields.Monetary(readonly=True)
    move_ids = fields.Json(readonly=True)

    def action_entries(self):
        """Open the entries of this line."""
        return self._entries()

    def _entries(self):
        """Return the action that opens the entries, those that still exist, with the user's own rights."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", sorted({move_id for cause in self for move_id in cause.move_ids}))],
            "context": {"create": False},
        }
