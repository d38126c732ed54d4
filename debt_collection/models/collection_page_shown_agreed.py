"""What was agreed with the debtor, and the interest that runs: in the words of its page."""

from odoo import api, models


class CollectionPage(models.AbstractModel):
    _inherit = "collection.page"

    @api.model
    def _promises(self, debtor):
        promises = self.env["collection.promise"].sudo()  # sudo: the debtor's own
        domain = [("case_id.debtor_id", "=", debtor.id), ("state", "in", ("open", "to_match"))]
        return promises.search(domain, order="date, id")

    @api.model
    def _plans(self, debtor):
        plans = self.env["collection.plan"].sudo()  # sudo: the debtor's own
        return plans.search([("case_id.debtor_id", "=", debtor.id), ("state", "=", "active")], order="id")

    @api.model
    def _promises_shown(self, promises):
        """Return promises as dicts: promise, words, amount and paid (sentence or None)."""
        return [
            {
                "promise": promise,
                "words": self.env._("By %s", self._said(self._day(promise.date))),
                "amount": self._money(promise.amount, promise.currency_id),
                "paid": self.env._("Paid so far: %s", self._said(self._money(promise.amount_paid, promise.currency_id)))
                if promise.currency_id.compare_amounts(promise.amount_paid, 0) > 0
                else None,
            }
            for promise in promises
        ]

    @api.model
    def _plans_shown(self, plans):
        """Return plans as dicts: plan, next (instalment not paid yet, or none), next_words, settled and paid."""
        shown = []
        for plan in plans:
            currency = plan.currency_id
            parts = plan.line_ids.sorted("date")
            next_part = parts.filtered(lambda part, c=currency: c.compare_amounts(part.amount_left, 0) > 0)[:1]
            settled = currency.round(plan.amount_paid + plan.amount_credited)
            shown.append(
                {
                    "plan": plan,
                    "parts": parts,
                    "next": next_part,
                    "next_words": self._next_in_words(next_part),
                    "settled": settled,
                    "paid": self.env._(
                        "Paid: %(paid)s of %(total)s",
                        paid=self._said(self._money(settled, currency)),
                        total=self._said(self._money(plan.amount_total, currency)),
                    ),
                }
            )
        return shown

    @api.model
    def _next_in_words(self, part):
        if not part:
            return ""
        today = self.env["collection.case"]._today()
        if part.date == today:
            return self.env._("Next instalment, due today")
        day = self._said(self._day(part.date))
        if part.date < today:
            return self.env._("This instalment was due on %s", day)
        return self.env._("Next instalment, by %s", day)

    @api.model
    def _interest(self, debtor, debits):
        """Return {currency: sentence} on interest to date, when the last notice's level claims it."""
        case = debtor._page_case()
        actions = self.env["collection.action"].sudo()  # sudo: the notices sent to this debtor
        domain = [("case_id", "=", case.id), ("state", "=", "sent"), ("level_id", "!=", False)]
        notice = actions.search(domain, order="sent_at DESC, id DESC", limit=1) if case.state == "open" else actions
        late = [line for line in debits if self._is_now(line) and line["item"]]
        if not notice or not late:
            return {}
        return {
            currency: self.env._(
                "Interest to date: %(amount)s (%(law)s; %(rates)s a year). It is not part of the amounts above.",
                amount=self._said(self._money(owed["interest"] + owed["compensation"], currency)),
                law=self._said(owed["law"]),
                rates=self._said(owed["rates"]),
            )
            for currency, owed in notice._interest_shown({notice: late}).get(notice, {}).items()
        }
