"""The proof of delivery of what an item claims."""

from odoo import fields, models


class CollectionItem(models.Model):
    _inherit = "collection.item"

    proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_item_proof_rel",
        string="Proof of Delivery",
        help="Delivery note, signed report or tracking record: what shows that the debtor received what is claimed.",
    )
