"""What is missing on a case, with a way to fill in each or to ask whoever can."""

from odoo import api, fields, models


class CollectionMissing(models.TransientModel):
    _name = "collection.missing"
    _description = "What Is Missing on a Case"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    line_ids = fields.One2many("collection.missing.line", "missing_id")

    @api.model_create_multi
    def create(self, vals_list):
        """List what is missing now."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.case_id._check_may_work()
            self.env["collection.missing.line"].create(
                [
                    {
                        "missing_id": wizard.id,
                        "kind": missing.kind,
                        "name": missing.text,
                        "user_id": missing.user.id,
                        "res_model": missing.record._name,
                        "res_id": missing.record.id,
                    }
                    for missing in wizard.case_id._missing()
                ]
            )
        return wizards

    def _show(self):
        """Return the action that shows this list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What is missing: %s", self.case_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
