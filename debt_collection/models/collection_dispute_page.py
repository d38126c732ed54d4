"""Where a dispute was raised, what came with it, and whether its answer was told."""

from odoo import fields, models


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"
    _protected = frozenset(["origin", "told"])

    origin = fields.Selection(
        [("case", "By a colleague"), ("call", "On the phone"), ("page", "By the debtor, online")],
        string="Raised",
        default="case",
        required=True,
        readonly=True,
    )
    told = fields.Boolean(string="Debtor Told", readonly=True, help="What was found was sent to the debtor.")
    file_ids = fields.Many2many("ir.attachment", compute="_compute_file_ids", string="Files")

    def _compute_file_ids(self):
        files = self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        by_dispute = files.grouped("res_id")
        for dispute in self:
            dispute.file_ids = by_dispute.get(dispute.id)
