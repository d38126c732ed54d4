"""Whether a person may confirm what is sold to who does not pay: a question asked at a button, and nowhere else."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request


class CollectionCredit(models.AbstractModel):
    _name = "collection.credit"
    _description = "Selling to Who Does Not Pay"

    # Scheduled actions, payments, the customer's portal and other programs go on as if there were no such setting.

    @api.model
    def _pressed(self, model, method):
        """Tell whether a person has pressed this very button in the web client."""
        return self._clicked("/web/dataset/call_button") and (model, method) == (
            request.params.get("model"),
            request.params.get("method"),
        )

    @api.model
    def _clicked(self, *routes):
        """Tell whether the current request is a person's click in the web client, to one of some routes."""
        return bool(request) and request.httprequest.path.startswith(routes)

    @api.model
    def _in_the_way(self, documents):
        """Return those of some documents that take a manager: the company wants it, and the customer is flagged.

        :param documents: records with company_id and partner_id
        """
        flagged = documents.browse()
        for company, own in documents.grouped("company_id").items():
            if company._collection_settings().collection_credit_block:
                flagged |= own.filtered(lambda document: self._customer(document).collection_flagged)
        return flagged

    @api.model
    def _question(self, documents):
        """Return what is asked before some documents are confirmed, or None when nothing is in the way.

        :param documents: records with company_id and partner_id that the current user is about to confirm
        :return: the action of the wizard that asks a collections manager for a reason
        :raises UserError: for whoever is not one, with what to do
        """
        flagged = self._in_the_way(documents)
        if not flagged:
            return None
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise UserError(
                self.env._("%s\nA collections manager can confirm, with a reason.", self._warnings(flagged))
            )
        wizard = self.env["collection.credit.override"]._for(documents)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm All the Same"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": dict(self.env.context),  # what the button says of how to confirm
        }

    @api.model
    def _refuse(self, documents):
        """Refuse to confirm many documents at once, when some take a manager."""
        if flagged := self._in_the_way(documents):
            raise UserError(
                self.env._(
                    "%s\nA collections manager can confirm these one at a time, with a reason.",
                    self._warnings(flagged),
                )
            )

    @api.model
    def _warnings(self, documents):
        """Return the warnings about the customers of some documents, a line each."""
        return "\n".join(
            dict.fromkeys(filter(None, (self._customer(document).collection_credit_warning for document in documents)))
        )

    @api.model
    def _customer(self, document):
        return document.partner_id.with_company(document.company_id)
