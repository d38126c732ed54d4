"""An auditor sees every screen of ours without the buttons that change something."""

from odoo import models

# whoever is in one of these does more than read
WORKERS = ("debt_collection.group_collection_collector", "account.group_account_invoice")
AUDITOR = "debt_collection.group_collection_auditor"
# buttons that show, print or verify; by the beginnings of their methods' names
READING = ("action_open", "action_view", "action_preview", "action_show", "action_verify", "action_export",
           "action_download", "action_check", "action_cases", "action_promises", "action_print", "action_statement",
           "action_see", "action_xlsx", "action_pdf")  # fmt: skip


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_access_rights(self, tree):
        """Take the buttons that change something out of our views, for who audits and does nothing else."""
        names = [node.get("model_access_rights", "") for node in tree.xpath("//*[@model_access_rights]")]
        tree = super()._postprocess_access_rights(tree)
        if any(name.startswith("collection.") for name in names) and self._is_only_auditor():
            for button in tree.xpath("//button[@type='object']"):
                if not button.get("name").startswith(READING):
                    button.getparent().remove(button)
        return tree

    def _is_only_auditor(self):
        user = self.env.user
        return user.has_group(AUDITOR) and not any(map(user.has_group, WORKERS))
