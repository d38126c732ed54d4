"""Why a collections manager goes on selling to who does not pay."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CollectionCreditOverride(models.TransientModel):
    _name = "collection.credit.override"
    _description = "Confirm for a Customer in Collections"

    move_ids = fields.Many2many("account.move", string="Invoices")
    warning = fields.Text(compute="_compute_warning")
    reason = fields.Char()

    @api.model
    def _for(self, documents):
        """Return a wizard about some documents of one model."""
        return self.create({self._document_fields()[documents._name]: documents.ids})

    @api.model
    def _document_fields(self):
        """Return {model: the field of the wizard that holds its documents}."""
        return {"account.move": "move_ids"}

    def _documents(self):
        """Return what is to be confirmed."""
        return next((self[name] for name in self._document_fields().values() if self[name]), self.move_ids)

    @api.depends(lambda self: tuple(self._document_fields().values()))
    def _compute_warning(self):
        for wizard in self:
            wizard.warning = self.env["collection.credit"]._warnings(wizard._documents())

    def action_confirm(self):
        """Confirm the documents, and leave the reason in the logs of the cases."""
        self.ensure_one()
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may confirm for a customer in collections."))
        if not (self.reason or "").strip():
            raise ValidationError(self.env._("Say why: the reason is kept in the log of the case."))
        documents = self._documents()
        flagged = self.env["collection.credit"]._in_the_way(documents)
        result = self._confirm(documents)
        for document in flagged:
            cases = document.partner_id._collection_flagged_cases(document.company_id)
            for case in cases.values():
                case._log_contact(
                    channel="note",
                    direction="internal",
                    outcome="note",
                    summary=self.env._(
                        "%(document)s confirmed all the same: %(reason)s",
                        document=document.display_name,
                        reason=self.reason,
                    ),
                )
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}

    def _confirm(self, documents):
        """Do what the button does that was pressed, with the user's own rights."""
        return documents.action_post()
