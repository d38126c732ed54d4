"""Payment plans of a case: which items may be paid in instalments, and making a plan of them."""

from itertools import pairwise

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_date, format_list


class CollectionCase(models.Model):
    _inherit = "collection.case"

    plan_count = fields.Integer(compute="_compute_plan_count", string="Number of Payment Plans")

    def _compute_plan_count(self):
        counts = dict(self.env["collection.plan"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"]))
        for case in self:
            case.plan_count = counts.get(case, 0)

    def action_make_plan(self):
        """Ask for a payment plan of what is open now: which items, in how many instalments, from when on."""
        self._check_commit()
        self._reassess()
        return self._wizard("debt_collection.collection_plan_make_action")

    def action_open_plans(self):
        """Open the payment plans of this case; the only one at once."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_plan_action")
        action.update(domain=[("case_id", "=", self.id)], context={})
        if len(self.plan_ids) == 1:
            action.update(res_id=self.plan_ids.id, views=[(False, "form")])
        return action

    def _check_commit(self):
        """Check that the user may agree on something with the debtor of this case, and that it is open.

        :raises AccessError, UserError:
        """
        self.ensure_one()
        self._check_may_work()
        if self.state != "open":
            raise UserError(
                self.env._("The case of %s is closed: there is nothing to pay in instalments.", self.display_name)
            )

    def _make_plan(self, items, schedule, interest=0.0, frequency="monthly", payday=0, previous=None):
        """Make a draft of a payment plan.

        :param items: collection.item of this case, open, in one currency; what is open of them now is in the plan
        :param schedule: [(datetime.date, amount)], amounts positive, in the currency of the items; they sum to the
            items and the interest
        :param interest: a fixed sum in the same currency
        :param frequency: "weekly", "monthly" or "payday": how an adaptation goes on
        :param payday: int, day of the month
        :param previous: collection.plan that this one takes the place of when it is accepted
        :return: collection.plan, draft
        :raises UserError: in a sentence that says what to do; nothing is saved then
        """
        self._check_commit()
        self._reassess()  # the items as they are open now
        previous = previous or self.env["collection.plan"]
        self._check_plan_items(items, previous)
        currency = items.currency_id
        total = sum(items.mapped("amount_currency")) + interest
        self._check_plan_schedule(schedule, currency, total)
        if not currency.is_zero(interest):
            self.env["collection.plan"]._interest_product(self.company_id)
        settings = self.company_id._collection_settings()
        today = self._today()
        numbers = self.env["ir.sequence"].sudo().with_context(ir_sequence_date=fields.Date.to_string(today))
        # sudo: who may work on the case makes its plans; access is checked above
        plan = (
            self.env["collection.plan"]
            .sudo()
            .create(
                {
                    "name": numbers.next_by_code("collection.plan"),
                    "case_id": self.id,
                    "currency_id": currency.id,
                    "date_start": today,
                    "amount_total": total,
                    "amount_interest": interest,
                    "frequency": frequency,
                    "payday": payday,
                    "grace_days": settings.collection_plan_grace_days,
                    "missed_limit": settings.collection_plan_missed_limit,
                    "previous_plan_id": previous.id,
                    "next_date": schedule[0][0],
                    "line_ids": [fields.Command.create({"date": day, "amount": amount}) for day, amount in schedule],
                    "plan_item_ids": [
                        fields.Command.create({"item_id": item.id, "amount": item.amount_currency}) for item in items
                    ],
                }
            )
        )
        plan._log(
            self.env._(
                "Payment plan %(plan)s proposed: %(total)s in %(number)s instalments, from %(first)s to %(last)s.",
                plan=plan.name,
                total=currency.format(total),
                number=len(schedule),
                first=format_date(self.env, schedule[0][0]),
                last=format_date(self.env, schedule[-1][0]),
            ),
            text=plan._schedule_text(),
        )
        return plan.sudo(False)

    def _check_plan_items(self, items, previous, accepting=False):
        """Check that items may be paid by a plan.

        :param previous: collection.plan that gives its items up, or none
        :param accepting: a draft is being accepted: what was paid meanwhile fills it, a promise gives its items up
        :raises UserError:
        """
        if not items:
            raise UserError(self.env._("Choose the items that are paid in instalments."))
        # sudo: an item of another case is named at most by its number, which the user has chosen
        items = items.sudo()
        if strangers := items.filtered(lambda item: item.case_id != self):
            raise UserError(
                self.env._(
                    "%(items)s is not owed under this case. Choose items of %(case)s alone.",
                    items=self._names(strangers),
                    case=self.display_name,
                )
            )
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._(
                    "A payment plan is in one currency, and these items are in %s. Make a plan for each.",
                    format_list(self.env, items.currency_id.mapped("name")),
                )
            )
        # sudo: as above, plans and disputes of the items chosen
        live = [("item_id", "in", items.ids), ("live", "=", True)]
        planned = self.env["collection.plan.item"].sudo().search([*live, ("plan_id", "not in", previous.ids)])
        if planned:
            raise UserError(
                self.env._(
                    "%(items)s is already paid by %(plans)s. Leave it out, or adapt that plan.",
                    items=self._names(planned.item_id),
                    plans=format_list(self.env, planned.plan_id.mapped("name")),
                )
            )
        if disputes := self.env["collection.dispute.line"].sudo().search(live):
            raise UserError(
                self.env._("%s is disputed. Resolve the dispute first, or leave it out.", self._names(disputes.item_id))
            )
        if accepting:
            return
        if paid := items.filtered(lambda item: not item.is_open or item.currency_id.is_zero(item.amount_currency)):
            raise UserError(self.env._("%s is paid already. Leave it out.", self._names(paid)))
        if excluded := items.filtered("no_followup"):
            raise UserError(
                self.env._("%s is left out of follow-up. Follow it up first, or leave it out.", self._names(excluded))
            )
        if promised := self._live_promises(items):
            raise UserError(
                self.env._(
                    "%s is already promised. Cancel the promise first, or leave it out.",
                    self._names(promised.line_ids.item_id & items),
                )
            )

    def _live_promises(self, items):
        """Return the open promises that cover some of these items."""
        # sudo: a promise is of the item's own case
        lines = self.env["collection.promise.line"].sudo().search([("item_id", "in", items.ids), ("live", "=", True)])
        return lines.promise_id

    def _check_plan_schedule(self, schedule, currency, total):
        """Check that instalments are payable and sum to the total; see `_make_plan`.

        :raises UserError:
        """
        if not schedule:
            raise UserError(self.env._("A payment plan needs an instalment at least."))
        if schedule[0][0] < self._today():
            raise UserError(
                self.env._("The first instalment, on %s, is in the past. Choose today or a later day.",
                           format_date(self.env, schedule[0][0]))
            )  # fmt: skip
        for (day, _amount), (following, _next) in pairwise(schedule):
            if following <= day:
                raise UserError(
                    self.env._(
                        "The instalment on %(date)s does not come after the one on %(before)s. "
                        "Each needs a later day than the one before.",
                        date=format_date(self.env, following),
                        before=format_date(self.env, day),
                    )
                )
        for day, amount in schedule:
            digits = currency.decimal_places + 3
            if amount <= 0 or float_compare(currency.round(amount), amount, precision_digits=digits):
                raise UserError(
                    self.env._(
                        "The instalment on %(date)s is not an amount that can be paid: it is %(unit)s at least, "
                        "and a multiple of it.",
                        date=format_date(self.env, day),
                        unit=currency.format(currency.rounding),
                    )
                )
        planned = sum(amount for _day, amount in schedule)
        if currency.compare_amounts(planned, total):
            raise UserError(
                self.env._(
                    "The instalments come to %(planned)s, and the items with the interest to %(total)s. "
                    "Change the instalments so that they come to the same.",
                    planned=currency.format(planned),
                    total=currency.format(total),
                )
            )

    def _names(self, items):
        return format_list(self.env, items.mapped("name"))
