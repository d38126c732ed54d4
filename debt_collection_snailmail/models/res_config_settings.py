"""Snailmail on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_snailmail = fields.Boolean(related="collection_company_id.collection_snailmail", readonly=False)
