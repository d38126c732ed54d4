"""Interest to date on a notice whose level claims it."""

from odoo import models
from odoo.tools import format_list


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _interest_shown(self, lines, level=None):
        """Return {action: {currency: dict of interest, compensation, laws and rates in words}} to date.

        In one look for all of them; of the lines on a notice alone, none that is disputed.
        :param lines: {action: its lines as dicts}
        :param level: collection.level whose tone is taken; default each action's own
        """
        claiming = self.filtered(lambda action: (level or action.level_id).claim_interest)
        if not claiming:
            return {}
        items = {
            action: action.env["collection.item"].union(*(line["item"] for line in lines[action]))
            for action in claiming
        }
        interest = self.env["collection.interest"]
        accrued = interest._accrued(
            self.env["collection.item"].union(*items.values()), self.env["collection.case"]._today()
        )
        shown = {}
        for action, some in items.items():
            by_currency = {}
            for one in (accrued[item] for item in some if item in accrued and not accrued[item].waits):
                by_currency.setdefault(one.item.currency_id, []).append(one)
            shown[action] = {
                currency: {
                    "interest": currency.round(sum(one.interest for one in group)),
                    "compensation": currency.round(sum(one.compensation for one in group)),
                    "law": format_list(self.env, sorted({one.scheme.law or one.scheme.name for one in group})),
                    "rates": format_list(
                        self.env,
                        [
                            f"{interest._rate_words(rate)} %"
                            for rate in sorted({period.rate for one in group for period in one.periods})
                        ],
                    ),
                }
                for currency, group in by_currency.items()
            }
        return shown

    def _totals_with_interest(self, lines, interest):
        """Return the totals per currency (see `_totals`) with interest, compensation and what is to pay in all.

        :param interest: {currency: dict}, see `_interest_shown`
        """
        totals = self._totals(lines)
        nothing = {"interest": 0.0, "compensation": 0.0, "law": "", "rates": ""}
        for total in totals:
            total.update(interest.get(total["currency"], nothing))
            total["to_pay"] = total["currency"].round(total["claim"] + total["interest"] + total["compensation"])
        return totals
