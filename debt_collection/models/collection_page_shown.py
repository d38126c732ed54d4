"""What the main part of the debtor's page says at a glance: per currency what is to pay now, later, and what is agreed.

Every open amount is in exactly one of overdue, due today, not yet due, disputed, promised and planned. What is to pay
now is what is overdue or due today after credits, as notices claim it, and the instalments of a plan that are due.
"""

from odoo import api, models

SHARES = ("overdue", "due_today", "not_due", "disputed", "promised", "planned")


class CollectionPage(models.AbstractModel):
    _inherit = "collection.page"

    @api.model
    def _shown(self, debtor, lines, sheet=None):
        """Return what the template of the main part shows.

        :param debtor: collection.debtor, with rights
        :param lines: see `_lines`
        :param sheet: int, which sheet of all the items, from 1; None: the first items alone
        """
        promises, plans = self._promises(debtor), self._plans(debtor)
        debits = [line for line in lines if line["is_debit"]]
        glances = self._glances(lines, plans)
        return {
            "heading": self.env._("Your account with %s", self._said(debtor.company_id.name)),
            "glances": glances,
            "outlook": self._outlook(glances, debits),
            # promised, in a plan or objected to
            "any_late": any(line["days_late"] > 0 for line in debits),
            "next_due": self._next_due(debits),
            "promises": self._promises_shown(promises),
            "plans": self._plans_shown(plans),
            "interest": self._interest(debtor, debits),
            **self._items_shown(debits, promises, sheet),
            "credits": [self._document(line) for line in lines if not line["is_debit"]],
            **self._bank_transfer(debtor, debits, glances),
        }

    @api.model
    def _share(self, line):
        """Return where the undisputed part of an open debit belongs."""
        if line["state"] in ("promised", "planned"):
            return line["state"]
        if line["days_late"] > 0:
            return "overdue"
        return "not_due" if line["days_late"] else "due_today"

    @api.model
    def _claim(self, line):
        """Return what is left to pay of the undisputed part of a debit after credits, in its currency."""
        return line["currency"].round(float(line["claim_currency"]))

    @api.model
    def _is_now(self, line):
        """Tell whether something of a debit is to be paid now, apart from a plan."""
        return self._share(line) in ("overdue", "due_today") and not line["currency"].is_zero(self._claim(line))

    @api.model
    def _is_later(self, line):
        return self._share(line) == "not_due" and not line["currency"].is_zero(self._claim(line))

    @api.model
    def _glances(self, lines, plans):
        """Return a dict per currency, the amounts positive: the shares, credit, instalments (due of plans) and pay.

        :param plans: collection.plan, the active ones
        """
        today = self.env["collection.case"]._today()
        glances, in_plans = {}, {}
        for line in lines:
            currency = line["currency"]
            glance = glances.setdefault(currency, dict.fromkeys((*SHARES, "credit", "instalments", "pay"), 0.0))
            if not line["is_debit"]:
                glance["credit"] -= line["amount"]
                continue
            disputed, claim, share = float(line["disputed_currency"]), self._claim(line), self._share(line)
            glance["disputed"] += disputed
            glance[share] += line["amount"] - disputed
            if share in ("overdue", "due_today"):
                glance["pay"] += claim
            elif share == "planned":
                in_plans[currency] = in_plans.get(currency, 0.0) + claim
        for currency, planned in in_plans.items():
            due = sum(
                part.amount_left
                for part in plans.filtered(lambda plan, currency=currency: plan.currency_id == currency).line_ids
                if part.date <= today
            )
            glances[currency]["instalments"] = min(due, planned)
            glances[currency]["pay"] += min(due, planned)
        return [
            {"currency": currency, **{name: currency.round(amount) for name, amount in glance.items()}}
            for currency, glance in glances.items()
        ]

    @api.model
    def _outlook(self, glances, debits):
        """Return in a word how things stand: nothing, pay, later, covered or agreed."""
        if not debits:
            return "nothing"
        if any(glance["pay"] > 0 for glance in glances):
            return "pay"
        if any(self._is_later(line) for line in debits):
            return "later"
        covered = all(line["currency"].is_zero(self._claim(line) + float(line["disputed_currency"])) for line in debits)
        return "covered" if covered else "agreed"

    @api.model
    def _next_due(self, debits):
        """Return the sentence on what falls due next, or None."""
        dates = [line["date_due"] for line in debits if self._is_later(line)]
        if not dates:
            return None
        day = self._said(self._day(min(dates)))
        return self.env._("The next invoice is due on %s. You are welcome to pay earlier.", day)
