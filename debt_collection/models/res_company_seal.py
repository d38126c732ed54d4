"""Where a company's seals are mailed to."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_normalize_all, email_split


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_seal_email = fields.Char(
        string="Mail the Seals To",
        help="An address out of reach of whoever runs the system: an auditor, a lawyer, a mailbox elsewhere.",
    )

    @api.constrains("collection_seal_email")
    def _check_collection_seal_email(self):
        for company in self.filtered("collection_seal_email"):
            written = [part for part in company.collection_seal_email.replace(";", ",").split(",") if part.strip()]
            if len(email_normalize_all(company.collection_seal_email)) != len(written) or not email_split(
                company.collection_seal_email
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” is not an e-mail address. Write addresses like auditor@example.com, with commas between.",
                        company.collection_seal_email,
                    )
                )
