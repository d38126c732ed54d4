"""What takes over when a level's channel cannot reach the debtor or has failed: the next of these, in their order."""

from odoo import fields, models


class CollectionLevelFallback(models.Model):
    _name = "collection.level.fallback"
    _description = "Fallback Channel of a Level"
    _order = "sequence, id"

    level_id = fields.Many2one("collection.level", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    channel_id = fields.Many2one("collection.channel", required=True, ondelete="cascade")

    _channel_uniq = models.Constraint("UNIQUE(level_id, channel_id)", "A channel is once among a level's fallbacks.")
