"""What a company decides about its collections."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_strategy_id = fields.Many2one(
        "collection.strategy",
        default=lambda self: self.env.ref("debt_collection.strategy_standard", raise_if_not_found=False),
        help="Followed for every debtor that has no strategy of its own.",
    )
    collection_user_id = fields.Many2one(
        "res.users",
        string="Default Collector",
        help="Takes the cases of debtors that have no collector of their own.",
    )
    collection_stopped = fields.Boolean(
        string="Stop All Sending",
        help="While this is on, no reminder of this company leaves by any channel. Approved ones wait.",
    )
    collection_daily_cap = fields.Integer(
        string="Reminders a Day",
        default=500,
        help="At most this many reminders leave in a day; the others wait for the next day. 0 means no limit.",
    )

    @api.model
    def _collection_roots(self):
        """Return the root companies, those that own debtors and cases; branches are rooms of their root."""
        return self.sudo().search([("parent_id", "=", False)])

    @api.model
    def _collection_give_default_strategy(self):
        """Give the standard strategy to the root companies that have none (at installation)."""
        standard = self.env.ref("debt_collection.strategy_standard")
        self._collection_roots().filtered(lambda company: not company.collection_strategy_id).write(
            {"collection_strategy_id": standard.id}
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_without_cases(self):
        # sudo: cases of any collector count
        if self.env["collection.case"].sudo().search_count([("company_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("A company with collection cases cannot be deleted: their log is evidence."))

    def _collection_sender_warning(self):
        """Return what is wrong when this company's reminders have no sender of their own; False when all is well."""
        self.ensure_one()
        if self.email or self.default_from_email or self.collection_user_id.email:
            return False
        return self.env._(
            "Reminders of cases without a collector have no sender's address: fill in the e-mail of %s.", self.name
        )

    def _collection_settings(self):
        """Return the root company of this one, with rights to read what it decided on collections.

        sudo: a collector of a branch may have no access to the root company's record, and only settings are read.
        """
        self.ensure_one()
        return self.root_id.sudo()
