"""Whose statement of account a user may read."""

from odoo import api, models
from odoo.exceptions import AccessError

# these read the journal items of every customer anyway, or the cases of every debtor
_ALL = (
    "debt_collection.group_collection_manager",
    "debt_collection.group_collection_auditor",
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class CollectionStatement(models.AbstractModel):
    _inherit = "collection.statement"

    @api.model
    def _readable(self, partners, company):
        """Return those of some commercial entities whose account in a company the user may read.

        Managers, auditors and accountants: all. A collector: own debtors, and those who are nobody's.
        :param partners: res.partner, commercial entities
        :param company: res.company
        """
        user = self.env.user
        none = partners.browse()
        if company.root_id not in user.company_ids.root_id:
            return none
        if self.env.su or any(user.has_group(group) for group in _ALL):
            return partners
        if not user.has_group("debt_collection.group_collection_collector"):
            return none
        domain = [("company_id", "=", company.root_id.id), ("partner_id", "in", partners.ids)]
        # sudo: which of them are somebody's; the rules say which are the user's
        known = self.env["collection.debtor"].sudo().search(domain)
        own = self.env["collection.debtor"].search(domain).sudo()
        own = own.filtered(lambda debtor: debtor.case_ids or debtor.user_id <= user)
        return partners.filtered(lambda partner: partner in own.partner_id or partner not in known.partner_id)

    @api.model
    def _check_readable(self, partners, company):
        """Check that the user may read the accounts of some commercial entities.

        :raises AccessError:
        """
        if hidden := partners - self._readable(partners, company):
            raise AccessError(
                self.env._("The account of %s is not yours to read: another collector has it.", hidden[:1].display_name)
            )
