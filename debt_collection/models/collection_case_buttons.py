"""What a person does from a case."""

from odoo import models
from odoo.exceptions import AccessError, UserError


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def action_refresh(self):
        """Read the ledger again for this case."""
        self._check_may_work()
        self._reassess()

    def action_read_ledger(self):
        """Open, refresh and close the cases of the current company now, without waiting for the daily action."""
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may read the whole ledger."))
        # sudo: assess writes what the ledger says, whoever asks for it
        self.sudo()._assess(self.env.company)

    def action_take(self):
        """Make the user the collector of these cases."""
        self.user_id = self.env.user

    def action_register_payment(self):
        """Open Odoo's own payment wizard on what is overdue and followed up (all open items when nothing is)."""
        self.ensure_one()
        overdue = self.open_item_ids.filtered(lambda item: item.status == "overdue")
        lines = (overdue or self.open_item_ids).move_line_id
        if not lines:
            raise UserError(self.env._("This case has no open item to pay."))
        action = lines.action_register_payment()
        # back to the case afterwards, not to the payment
        action["context"] = dict(action["context"], collection_case_id=self.id, dont_redirect_to_payments=True)
        return action

    def action_reconcile_credits(self):
        """Open the debtor's unreconciled receivable lines, credits included, to select and match them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.account_move_line_action_open")
        action.update(
            domain=self.env["account.move.line"]._collections_open_domain(self.partner_id, self.company_id),
            name=self.env._("Not reconciled: %s", self.display_name),
        )
        action["display_name"] = action["name"]
        return action

    def action_apply_credits(self):
        """Reconcile the debtor's unapplied credits with its open items, oldest due first, through Odoo.

        Only lines of the same account, currency and company are matched, as Odoo itself would. Needs the user's own
        right to reconcile.
        :raises UserError: when there is nothing that could be matched
        """
        self.ensure_one()
        journal_items = self.env["account.move.line"]
        lines = journal_items.search(
            journal_items._collections_open_domain(self.partner_id, self.company_id), order="date_maturity, id"
        )
        matched = False
        for group in lines.grouped(lambda line: (line.account_id, line.currency_id, line.company_id)).values():
            credits = group.filtered(lambda line: line.amount_residual_currency < 0)
            debits = group.filtered(lambda line: line.amount_residual_currency > 0 and not line.no_followup)
            if credits and debits:
                (credits | debits).reconcile()
                matched = True
        if not matched:
            raise UserError(
                self.env._(
                    "There is no credit in the currency of an open item to apply. "
                    "A credit in another currency is matched by hand, under “Reconcile by hand”."
                )
            )
        self._reassess()

    def action_open_partner(self):
        """Open the debtor's contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_log_call(self):
        """Ask who was reached and what came of it."""
        return self._wizard("debt_collection.collection_log_call_action")

    def action_hold(self):
        """Ask until when and why the case is left alone."""
        return self._wizard("debt_collection.collection_hold_action")

    def action_do_not_follow_up(self):
        """Ask until when and why the debtor is not followed up."""
        return self._wizard("debt_collection.collection_do_not_follow_up_action")

    def _wizard(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["context"] = {"default_case_id": self.id}
        return action

    def action_release(self):
        """End the hold now, and say so in the log."""
        self.check_access("write")
        for case in self:
            # sudo: a hold is written by what is done, which is logged; access is checked above
            case.sudo().write({"hold_until": False, "hold_reason": False})
            case._log_contact(channel="note", direction="internal", outcome="note", summary=self.env._("Hold ended."))
        self._reassess()

    def action_follow_up_again(self):
        """Take back “do not follow up” for the debtor."""
        self.check_access("write")
        # sudo: what is set per debtor is written through its case, which the user may work on
        self.debtor_id.sudo().action_follow_up_again()
