"""What is wanted before claiming, on the settings page of Collections."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_require_proof = fields.Boolean(related="collection_company_id.collection_require_proof", readonly=False)
