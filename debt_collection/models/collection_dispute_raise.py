"""Raise a dispute: what is objected to leaves reminders and claims at once."""

from datetime import timedelta

from odoo import Command, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"

    @api.model
    def _raise(
        self, case, amounts, reason, description=False, user=None, deadline=None, attachments=None, origin="case"
    ):
        """Raise a dispute on items of an open case, and bring the case in line.

        :param case: collection.case on which the user may work
        :param amounts: {collection.item: the disputed amount in the item's currency}; of one currency
        :param reason: collection.dispute.reason
        :param description: what the debtor says
        :param user: res.users who looks into it; by default the reason's, else the collector, else the current user
        :param deadline: datetime.date; by default the reason's number of days from today
        :param attachments: ir.attachment of the current user, kept with the dispute
        :param origin: where it was raised: "case", "page" (by the debtor, online), or "call" (whose entry in the log is
            the caller's to write)
        :return: the dispute
        :raises ValidationError: in words for a person, with nothing saved
        """
        case.ensure_one()
        case.check_access("write")
        self._check_amounts(case, amounts)
        today = self.env["collection.case"]._today()
        deadline = deadline or today + timedelta(days=reason.days)
        if deadline < today:
            raise ValidationError(self.env._("A dispute is to be resolved by a day to come, not by one in the past."))
        # sudo: disputes are made by this method alone; access to the case is checked above
        dispute = (
            self.sudo()
            # the activity tells whoever is responsible; one message is enough
            .with_context(mail_auto_subscribe_no_notify=True)
            .create(
                {
                    "case_id": case.id,
                    "reason_id": reason.id,
                    "description": description,
                    "origin": origin,
                    "user_id": (user or reason.user_id or case.user_id or self.env.user).id,
                    "deadline": deadline,
                    "amount": sum(amounts.values()),
                    "currency_id": next(iter(amounts)).currency_id.id,
                    "line_ids": [
                        Command.create({"item_id": item.id, "amount": amount}) for item, amount in amounts.items()
                    ],
                }
            )
            .with_env(self.env)
        )
        if attachments:
            # with the user's own rights: nobody takes another's document along
            attachments.write({"res_model": self._name, "res_id": dispute.id})
        dispute._plan_activity()
        dispute._exclude_proposals()
        if origin != "call":
            dispute._log(
                self.env._(
                    "Disputes %(amount)s of %(items)s: %(reason)s. To be resolved by %(date)s, by %(user)s.",
                    amount=dispute._amount_text(),
                    items=", ".join(item.name for item in amounts),
                    reason=reason.name,
                    date=format_date(self.env, deadline),
                    user=dispute.sudo().user_id.name,  # sudo: the name alone
                ),
                direction="in",
                outcome="dispute",
                text=description,
                documents=attachments,
            )
        case._reassess()
        return dispute

    @api.model
    def _check_amounts(self, case, amounts):
        """Refuse, in words for a person, amounts that cannot be disputed."""
        if case.state != "open":
            raise UserError(self.env._("The case is closed: nothing is claimed that could be disputed."))
        if not amounts:
            raise ValidationError(self.env._("Choose at least one item, and how much of it is disputed."))
        items = self.env["collection.item"].union(*amounts)
        for item in items:
            if item.case_id != case:
                raise ValidationError(self.env._("%s belongs to another case.", item.name))
        if len(items.currency_id) > 1:
            raise ValidationError(
                self.env._("These items are in more than one currency. Raise a dispute for each currency.")
            )
        for item, disputable in items._disputable().items():
            currency = item.currency_id
            if currency.is_zero(disputable):
                raise ValidationError(
                    self.env._("Nothing of %s can be disputed: it is paid, or disputed already.", item.name)
                )
            if currency.compare_amounts(amounts[item], 0.0) <= 0:
                raise ValidationError(self.env._("The disputed amount of %s is to be more than zero.", item.name))
            if currency.compare_amounts(amounts[item], disputable) > 0:
                raise ValidationError(
                    self.env._(
                        "At most %(amount)s of %(item)s can be disputed: what is open and not disputed yet.",
                        amount=currency.format(disputable),
                        item=item.name,
                    )
                )

    def _exclude_proposals(self):
        """Exclude the proposals that would claim nothing but disputed items; the others drop them when they leave."""
        # sudo: what is proposed for the case, for whoever may dispute its items
        case = self.sudo().case_id
        whole = self.env["collection.item"].union(
            *(item for item, left in case.item_ids._disputable().items() if item.currency_id.is_zero(left))
        )
        case.action_ids.filtered(lambda action: action.line_ids.item_id <= whole).action_exclude()
