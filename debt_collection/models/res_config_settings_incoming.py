"""The collections mailbox on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_alias_name = fields.Char(related="collection_company_id.collection_alias_name", readonly=False)
    collection_alias_email = fields.Char(related="collection_company_id.collection_alias_email")
    collection_alias_domain = fields.Char(related="collection_company_id.alias_domain_id.name")
