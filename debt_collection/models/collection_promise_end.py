"""Ending a promise by hand: cancelled for a reason, or its cheque bounced, with the company's fee."""

from odoo import api, models
from odoo.exceptions import UserError


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    def action_cancel(self):
        """Ask why this promise is cancelled."""
        return self._ask_end("cancel")

    def action_bounce(self):
        """Ask why this cheque or note bounced."""
        return self._ask_end("bounce")

    def _ask_end(self, how):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_promise_end_action")
        action["name"] = action["display_name"] = self.display_name
        action["context"] = {"default_promise_id": self.id, "default_how": how}
        return action

    def action_reconcile_by_hand(self):
        """Open the debtor's unreconciled lines, to match the payment with what was promised."""
        self.ensure_one()
        return self.case_id.action_reconcile_credits()

    def action_open_case(self):
        """Open the case of this promise."""
        self.ensure_one()
        return self.case_id.get_formview_action()

    def _cancel(self, reason):
        """Cancel this open promise: its items are reminded of again.

        :param reason: str, for the log
        :raises UserError: when it is not open any more
        """
        self.ensure_one()
        self.case_id._check_may_work()
        # sudo: promises are written by what is done; access to the case is checked above
        promise = self.sudo()
        if promise.state not in ("open", "to_match"):
            raise UserError(self.env._("Only an open promise can be cancelled: this one is judged already."))
        promise.write({"state": "cancelled", "cancel_reason": reason})
        promise.line_ids.live = False
        promise.activity_id.unlink()
        promise._log_end(
            self.env._("%(promise)s: cancelled: %(reason)s", promise=promise._name_of(self.env), reason=reason)
        )
        promise.case_id._reassess()

    def _bounce(self, reason, charge_fee=True):
        """Note that the document was not honoured: the promise is broken for good, whatever is paid later.

        :param reason: str, what the bank says
        :param charge_fee: invoice the company's fee to the debtor, when it has set one
        :return: the account.move of the fee, or none
        :raises UserError: when it is no document, or was ended already
        """
        self.ensure_one()
        self.case_id._check_may_work()
        # sudo: see _cancel
        promise = self.sudo()
        if promise.kind == "promise":
            raise UserError(self.env._("Only a cheque or a promissory note can bounce."))
        if promise.bounce_reason or promise.cancel_reason:
            raise UserError(self.env._("This document was ended already."))
        was_broken = promise.state == "broken"
        promise.bounce_reason = reason
        if charge_fee:
            promise.fee_move_id = promise._invoice_fee()
        # the judgement writes the log, unless the promise was broken before
        promise.case_id._reassess()
        if was_broken:
            promise._log_end(promise._judgement("broken"))
        return promise.fee_move_id

    def _log_end(self, summary):
        self.case_id._log_contact(
            channel="note", direction="internal", outcome="note", summary=summary, user_id=self.env.uid
        )

    def _invoice_fee(self):
        """Post the invoice of the company's fee for a bounced document; return it, or none when no fee is set."""
        settings = self.company_id._collection_settings()
        if not settings._collection_bounce_fee_is_set():
            return self.env["account.move"]
        # sudo: the company has decided on the fee in its settings; who notes the bounce need not keep its books
        line = {
            "product_id": settings.collection_bounce_product_id.id,
            "name": self._fee_words(settings.collection_bounce_product_id),
            "price_unit": settings.collection_bounce_fee,
        }
        move = self.case_id.sudo()._draft_invoice(settings, settings.currency_id, [line])
        move.action_post()
        self._log_end(
            self.env._(
                "%(promise)s: a fee of %(fee)s was invoiced as %(number)s.",
                promise=self._name_of(self.env),
                fee=move.currency_id.format(move.amount_total),
                number=move.name,
            )
        )
        return move

    def _fee_words(self, product):
        """Return what the line of the fee's invoice says, in the debtor's language."""
        debtors = self.with_context(lang=self.case_id.partner_id.lang).env
        return debtors._(
            "%(product)s: %(document)s", product=product.with_env(debtors).name, document=self._name_of(debtors)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A promise cannot be deleted: cancel it, and say why."))
