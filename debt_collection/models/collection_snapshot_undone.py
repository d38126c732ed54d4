"""Reconciliations of past days that were taken back: Odoo keeps no trace of them, published figures rest on them."""

from odoo import fields, models

from ..fields import BareMany2one


class CollectionSnapshotUndone(models.Model):
    _name = "collection.snapshot.undone"
    _description = "Reconciliation Taken Back"
    _inherit = ["collection.published"]
    _order = "id desc"
    _rec_name = "debit_name"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True, index=True)
    undone_at = fields.Datetime(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The accounting date from which it had counted.")
    amount = fields.Float(digits=(16, 2), readonly=True, help="In company currency.")
    # copies: the entries may be deleted next
    debit_move_id = BareMany2one("account.move", readonly=True)
    debit_name = fields.Char(readonly=True)
    credit_move_id = BareMany2one("account.move", readonly=True)
    credit_name = fields.Char(readonly=True)
    partner_name = fields.Char(readonly=True)
