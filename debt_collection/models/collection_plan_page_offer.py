"""A colleague decides about a payment plan: it is offered to the debtor for signature on its page, or declined."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

ASKED = "debt_collection.mail_activity_type_plan_asked"


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    def action_offer(self):
        """Let the debtor sign this draft on its page, and tell it so by e-mail.

        :raises UserError, AccessError:
        """
        self.ensure_one()
        self.case_id._check_commit()
        if self.state != "draft":
            raise UserError(self.env._("%s is not a draft any more.", self.name))
        if not self.company_id._collection_settings().collection_page:
            raise UserError(
                self.env._("The debtor's page is off in the settings of Collections. Print the agreement instead.")
            )
        if self.next_date < self.env["collection.case"]._today():
            raise UserError(
                self.env._(
                    "The first instalment was due on %s. Make a new plan with later days, and offer that one.",
                    format_date(self.env, self.next_date),
                )
            )
        # its invoice is posted when the debtor signs: who may not make invoices may not have it made
        if not self.currency_id.is_zero(self.amount_interest) and not self.env["account.move"].has_access("create"):
            raise UserError(
                self.env._(
                    "This plan has interest, which is invoiced when the debtor signs. "
                    "Somebody who may make invoices has to offer it."
                )
            )
        self.case_id._check_plan_items(self.item_ids, self.previous_plan_id, accepting=True)
        mail = self.sudo()._page_offer()  # sudo: who may work on the case offers its plans; access is checked above
        if mail:
            words = self.env._("The debtor is told by e-mail that the plan waits for a signature.")
        else:
            words = self.env._("The debtor cannot be told by e-mail: send the link to the page in another way.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if mail else "warning",
                "message": words,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _page_offer(self):
        """Offer this draft for signature on the debtor's page from today on.

        :return: mail.mail that tells the debtor, or none when it cannot be told so
        """
        self.ensure_one()
        self.offered_on = self.env["collection.case"]._today()
        self.activity_unlink([ASKED])
        self._log(self.env._("Payment plan %s offered for signature on the debtor's page.", self.name))
        debtor = self._page_debtor()
        return debtor._page_confirm(
            debtor.env._("Your payment plan is ready to be signed"),
            [
                debtor.env._(
                    "You can pay %(total)s in %(number)s instalments, the first on %(first)s.",
                    total=self.currency_id.with_env(debtor.env).format(self.amount_total),
                    number=len(self.line_ids),
                    first=format_date(debtor.env, self.next_date),
                ),
                debtor.env._(
                    "Open your page, read the agreement and sign it by %s. "
                    "As soon as you have signed, and as long as the instalments are paid, we do not remind you.",
                    format_date(debtor.env, self.next_date),
                ),
            ],
        )

    def action_decline(self):
        """Ask why this plan is not agreed to."""
        return self._wizard("debt_collection.collection_plan_decline_action", {"default_plan_id": self.id})

    def _decline(self, reason):
        """Decline a plan that was asked for or offered, and tell the debtor why.

        :param reason: str, in words for the debtor
        :raises UserError, AccessError:
        """
        self.ensure_one()
        case = self.case_id
        case._check_may_work()
        if self.state != "draft":
            raise UserError(self.env._("%s is not a draft any more.", self.name))
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the debtor is told."))
        plan = self.sudo()  # sudo: who may work on the case decides about its plans; access is checked above
        plan.decline_reason = reason
        plan._end(
            "cancelled",
            self.env._("Payment plan %(plan)s declined: %(reason)s", plan=self.name, reason=reason),
        )
        if not self.asked_online and not self.offered_on:
            return
        debtor = plan._page_debtor()
        debtor._page_confirm(
            debtor.env._("Your request to pay in instalments"),
            [
                debtor.env._("We cannot agree to the payment plan you asked for."),
                reason,
                debtor.env._("Write to us, so that we find another way together."),
            ],
        )

    def _page_debtor(self):
        """Return the debtor, with rights and in the language of its page: for what it is told."""
        debtor = self.case_id.debtor_id.sudo()  # sudo: of the plan that is decided about
        return debtor.with_context(lang=self.env["collection.page"].sudo()._language(debtor))

    def _end(self, state, summary):
        self.sudo().activity_unlink([ASKED])  # sudo: see `_end`
        return super()._end(state, summary)

    def _accept(self, agreement=None, filename=None, reason=None):
        result = super()._accept(agreement=agreement, filename=filename, reason=reason)
        self.sudo().activity_unlink([ASKED])  # sudo: who may accept has decided
        return result
