"""The mailbox of a company's collections department: what is sent to it reaches the cases."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_alias_id = fields.Many2one(
        "mail.alias", string="Alias for Collections", ondelete="set null", copy=False, index="btree_not_null"
    )
    collection_alias_name = fields.Char(
        string="Collections Mailbox",
        compute="_compute_collection_alias_name",
        inverse="_inverse_collection_alias_name",
        compute_sudo=True,
        help="What stands before the @ in the address to which debtors answer. Empty: no mailbox of its own.",
    )
    collection_alias_email = fields.Char(
        string="Address of the Collections Mailbox", compute="_compute_collection_alias_name", compute_sudo=True
    )

    @api.depends("collection_alias_id.alias_name", "collection_alias_id.alias_domain_id.name")
    def _compute_collection_alias_name(self):
        for company in self:
            alias = company.collection_alias_id
            company.collection_alias_name = alias.alias_name
            company.collection_alias_email = alias.alias_full_name if alias.alias_domain_id else False

    def _inverse_collection_alias_name(self):
        for company in self:
            name = (company.collection_alias_name or "").strip()
            alias = company.sudo().collection_alias_id  # sudo: the alias is ours, who may set the company may name it
            if not name:
                alias.unlink()
            elif alias:
                if alias.alias_name != name:
                    alias.alias_name = name
            else:
                company._collection_make_alias(name)

    def _collection_make_alias(self, name):
        """Make the alias of this company.

        :raises UserError: when the company has no e-mail domain, or somebody else has the name
        """
        self.ensure_one()
        if not self.alias_domain_id:
            raise UserError(
                self.env._(
                    "%s has no e-mail domain yet: choose one under Settings, Emails, Alias Domain. Then name the "
                    "mailbox.",
                    self.name,
                )
            )
        # sudo: see `_inverse_collection_alias_name`
        self.sudo().collection_alias_id = (
            self.env["mail.alias"]
            .sudo()
            .create(
                {
                    "alias_name": name,
                    "alias_domain_id": self.alias_domain_id.id,
                    "alias_model_id": self.env["ir.model"].sudo()._get_id("collection.incoming"),
                    "alias_defaults": repr({"company_id": self.root_id.id}),
                    "alias_contact": "everyone",
                }
            )
        )

    def write(self, vals):
        """The mailbox moves with the company's e-mail domain."""
        result = super().write(vals)
        if "alias_domain_id" in vals:
            for company in self.filtered("collection_alias_id"):
                # sudo: see `_inverse_collection_alias_name`
                company.sudo().collection_alias_id.alias_domain_id = company.alias_domain_id
        return result
