"""What is done to a payment plan: accepted, cancelled, taken up again, adapted to what is really paid."""

from datetime import timedelta
from itertools import dropwhile

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import schedule


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    def action_accept(self):
        """Ask for the signed agreement, or why there is none."""
        return self._wizard("debt_collection.collection_plan_accept_action", {"default_plan_id": self.id})

    def action_adapt(self):
        """Ask for another schedule for the rest, prefilled with what was really paid per instalment."""
        self.ensure_one()
        self.case_id._check_commit()
        self.case_id._reassess()
        return self._wizard("debt_collection.collection_plan_make_action", self._adapted_terms())

    def _wizard(self, xmlid, context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["context"] = context
        return action

    def action_cancel(self):
        """End a plan that is not to go on: its items are reminded of again. What was paid stays paid."""
        for plan in self:
            plan.case_id.check_access("write")
            if plan.state not in ("draft", "active"):
                raise UserError(self.env._("%s has ended already.", plan.name))
            plan._end("cancelled", self.env._("Payment plan %s cancelled.", plan.name))
        self.case_id._reassess()

    def action_reactivate(self):
        """Go on with a plan that has defaulted: what was missed so far is forgiven, not what is missed from now on."""
        self.ensure_one()
        self.case_id._check_commit()
        if self.state != "defaulted":
            raise UserError(self.env._("Only a plan that has defaulted can be taken up again."))
        self.case_id._check_plan_items(self.item_ids, self.browse(), accepting=True)
        missed = len(self.line_ids.filtered(lambda line: line.state == "missed"))
        settings = self.company_id._collection_settings()
        # sudo: who may work on the case takes up its plans; access is checked above
        plan = self.sudo()
        plan.write({"state": "active", "missed_limit": missed + settings.collection_plan_missed_limit})
        plan.plan_item_ids.live = True
        plan._log(self.env._("Payment plan %s taken up again.", self.name))
        self.case_id._reassess()

    def _accept(self, agreement=None, filename=None, reason=None):
        """Make a draft active: its items are paid by its instalments from now on, and not reminded of.

        :param agreement: bytes, the signed agreement
        :param filename: of the agreement
        :param reason: why there is none, or how it was accepted
        :raises UserError:
        """
        self.ensure_one()
        case = self.case_id
        case._check_commit()
        if self.state != "draft":
            raise UserError(self.env._("%s is not a draft any more.", self.name))
        if not agreement and not (reason or "").strip():
            raise UserError(self.env._("Attach the signed agreement, or say why there is none."))
        previous = self.previous_plan_id
        case._check_plan_items(self.item_ids, previous, accepting=True)
        today = self.env["collection.case"]._today()
        first = self.line_ids[:1].date
        if first + timedelta(days=self.grace_days) < today:
            raise UserError(
                self.env._(
                    "The first instalment was due on %s and would be missed at once. Make a new plan with later days.",
                    format_date(self.env, first),
                )
            )
        plan = self.sudo()  # sudo: who may work on the case accepts its plans; access is checked above
        plan._give_up_promises()
        if previous.state == "active":
            previous.sudo()._end(
                "cancelled", self.env._("Payment plan %(old)s goes on as %(new)s.", old=previous.name, new=self.name)
            )
        self._invoice_interest()
        attachment = self.env["ir.attachment"].sudo()
        if agreement:
            attachment = attachment.create(
                {"name": filename or self.name, "raw": agreement, "res_model": self._name, "res_id": self.id}
            )
        plan.write({"state": "active", "date_accepted": today, "agreement_id": attachment.id, "accept_reason": reason})
        plan.plan_item_ids.live = True
        plan._log(
            self.env._("Payment plan %s accepted: signed agreement attached.", self.name)
            if agreement
            else self.env._("Payment plan %(plan)s accepted: %(reason)s", plan=self.name, reason=reason),
            direction="in",
            outcome="promise",
        )
        case._reassess()

    def _give_up_promises(self):
        """Cancel the open promises that cover items of this plan: they are paid by instalments now."""
        self.ensure_one()
        for promise in self.case_id._live_promises(self.item_ids):
            promise._cancel(self.env._("The payment plan %s takes its place.", self.name))

    def _end(self, state, summary):
        """End this plan and say so in the log; what it has been paid stays in its instalments."""
        self.ensure_one()
        plan = self.sudo()  # sudo: the callers check access to the case
        plan.state = state
        plan.plan_item_ids.live = False
        # the items are free before another plan takes them
        plan.env.flush_all()
        plan._log(summary)

    def _adapted_terms(self):
        """Return the context of the wizard that adapts this plan: its open items, and what was paid per instalment.

        Where nothing has been paid, the rest comes in as many parts as instalments are left.
        """
        self.ensure_one()
        today = self.env["collection.case"]._today()
        past = self.line_ids.filtered(lambda line: line.date <= today)
        paid = self.currency_id.round(self.amount_paid / len(past)) if past else 0.0
        days = schedule.days(self.line_ids[-1:].date or today, self.frequency, self.payday)
        coming = self.line_ids.filtered(lambda line: line.date > today and line.state != "paid")
        return {
            "default_case_id": self.case_id.id,
            "default_previous_plan_id": self.id,
            "default_item_ids": self.item_ids.filtered("is_open").ids,
            "default_split": "amount" if paid > 0 else "number",
            "default_each": paid,
            "default_number": max(len(coming), 1),
            "default_frequency": self.frequency,
            "default_payday": self.payday,
            "default_date_first": coming[:1].date or next(dropwhile(lambda day: day <= today, days)),
        }
