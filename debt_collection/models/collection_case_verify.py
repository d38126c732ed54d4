"""The log of a case as evidence: verified on a click, and handed to an auditor."""

from odoo import models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def action_verify_log(self):
        """Verify the contact log of this case, and show what was found."""
        self.ensure_one()
        return self.env["collection.verify"].create({"case_id": self.id}).action_verify()
