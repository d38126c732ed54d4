"""Seals on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_seal_email = fields.Char(related="collection_company_id.collection_seal_email", readonly=False)
