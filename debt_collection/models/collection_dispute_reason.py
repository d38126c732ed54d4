"""Why debtors dispute an invoice, and whose it is to look into it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionDisputeReason(models.Model):
    _name = "collection.dispute.reason"
    _description = "Reason for a Dispute"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    department = fields.Char(translate=True, help="Who in the company looks into it, such as Sales or Logistics.")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain=lambda self: [("all_group_ids", "in", self._group_ids())],
        help="Gets the disputes raised for this reason. Empty: the collector of the case.",
    )
    days = fields.Integer(
        string="Days to Resolve", default=10, help="After these days the collections managers are asked."
    )

    _days_positive = models.Constraint("CHECK(days >= 0)", "The days to resolve a dispute cannot be negative.")

    @api.constrains("user_id")
    def _check_user_id(self):
        self._check_may_look(self.user_id)

    @api.model
    def _group_ids(self):
        """Return the ids of the groups whose users can open a dispute."""
        return [
            self.env.ref("debt_collection.group_collection_collector").id,
            self.env.ref("account.group_account_invoice").id,
        ]

    @api.model
    def _check_may_look(self, users):
        """Refuse users who could not open the disputes they are to look into."""
        groups = set(self._group_ids())
        for user in users.sudo():  # sudo: only the groups are read
            if not groups & set(user.all_group_ids.ids):
                raise ValidationError(
                    self.env._(
                        "%s cannot open disputes. Choose somebody else, or give this user the role of a collector.",
                        user.name,
                    )
                )
