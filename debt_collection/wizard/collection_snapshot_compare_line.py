"""One figure of a published day: what was published, and what the ledger says today."""

from odoo import fields, models


class CollectionSnapshotCompareLine(models.TransientModel):
    _name = "collection.snapshot.compare.line"
    _description = "Published Figure Against the Ledger"

    compare_id = fields.Many2one("collection.snapshot.compare", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="compare_id.currency_id")
    label = fields.Char(string="Figure", readonly=True)
    published = fields.Monetary(readonly=True)
    ledger = fields.Monetary(string="Ledger Today", readonly=True)
    difference = fields.Monetary(readonly=True)
    differs = fields.Boolean(readonly=True)
