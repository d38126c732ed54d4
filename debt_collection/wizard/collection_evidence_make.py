"""In which language the evidence file of a case is made."""

from odoo import api, fields, models


class CollectionEvidenceMake(models.TransientModel):
    _name = "collection.evidence.make"
    _description = "Make an Evidence File"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        compute="_compute_lang",
        store=True,
        readonly=False,
    )

    @api.depends("case_id")
    def _compute_lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        for wizard in self:
            # sudo: the language of the creditor
            wanted = (wizard.case_id.company_id.sudo().partner_id.lang, self.env.lang, "en_US")
            wizard.lang = next((code for code in wanted if code in installed), next(iter(installed)))

    def action_make(self):
        """Make the file, keep it with the case, and download it."""
        self.ensure_one()
        attachment = self.case_id._make_evidence(self.lang)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }
