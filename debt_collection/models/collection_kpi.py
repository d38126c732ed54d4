"""The trade's measures for any company, period and grouping, from the ledger and the log (formulas: tools/kpi.py)."""

import itertools
from collections import namedtuple

from odoo import api, models

from ..tools import kpi
from ..tools.kpi import BUCKETS

DATED = ("user_id", "strategy_id", "level_id")
GROUPS = (*DATED, "segment", "country_id", "channel")

# company: a root; group_by: None or one of GROUPS; user_ids: the collectors whose debtors count, None for all
Scope = namedtuple("Scope", "company group_by user_ids")


class CollectionKpi(models.AbstractModel):
    _name = "collection.kpi"
    _description = "Collection KPIs"

    @api.model
    def _compute(self, company, date_from, date_to, group_by=None, user_ids=None):
        """Return the KPIs of a period, from the ledger's entries and the log as they are today.

        :param company: res.company (its root is taken; amounts in its currency)
        :param date_from: datetime.date, the first day
        :param date_to: datetime.date, the last day
        :param group_by: None, "user_id", "strategy_id", "level_id", "segment" (the debtor's tag: one with two tags
            counts in both), "country_id" or "channel" (only what the log tells)
        :param user_ids: ids of collectors: only their debtors count, as they were assigned on each figure's day
        :return: {key: {code: value}}, the key None for who has none; without grouping {None: {...}}; a value is None
            when it cannot be said. Beside the KPIs there is `opening`, the receivables at the start
        """
        if group_by not in (None, *GROUPS):
            raise ValueError(f"KPIs are not grouped by {group_by}")
        scope = Scope(company.root_id, group_by, user_ids)
        self._flush()
        # compiling costs more than these statements take
        self.env.cr.execute("SET LOCAL jit = off")
        contacts = {row["key"]: row for row in self._contacts(scope, date_from, date_to)}
        if group_by == "channel":
            return {key: self._as_floats(self._values_of_contacts(row)) for key, row in contacts.items()}
        figures, sales = self._ledger_figures(scope, date_from, date_to)
        for rows in (
            contacts.values(),
            self._settled(scope, date_from, date_to),
            self._at_risk(scope, date_from, date_to),
            self._promises(scope, date_from, date_to),
            self._written_off(scope, date_from, date_to),
        ):
            for row in rows:
                figures[row["key"]].update({name: kpi.exact(row[name]) for name in row if name != "key"})
        keys = list(figures) if group_by else [None]
        days = (date_to - date_from).days + 1
        by_month = scope.company.sudo().collection_cei_by_month  # sudo: a setting of the company
        months = kpi.months_of(date_from, date_to) if by_month else 1
        return {key: self._as_floats(self._values(figures[key], sales.get(key, ()), days, months)) for key in keys}

    @api.model
    def _as_floats(self, values):
        return {code: value if value is None else float(value) for code, value in values.items()}

    @api.model
    def _values(self, figure, sales, days, months):
        """Return {code: value} of the figures of a period.

        :param figure: {measure: Decimal}, 0 for what is not in it
        :param sales: [(sales, days)] of calendar months, the newest first
        :param days: int, of the period
        :param months: int, by which the sales are divided for the collection effectiveness
        """
        opening, closing = figure["opening_receivables"], figure["closing_receivables"]
        sold, collected, not_due = figure["sales"], figure["collected"], figure["closing_not_due"]
        overdue = sum(figure[f"closing_{bucket}"] for bucket in BUCKETS if bucket != "not_due")
        to_collect, to_collect_by_amount = kpi.average_days_of_sums(
            figure["paid_items"], figure["collect_days"], figure["paid_amount"], figure["collect_amount_days"]
        )
        to_pay, to_pay_by_amount = kpi.average_days_of_sums(
            figure["paid_items"], figure["pay_days"], figure["paid_amount"], figure["pay_amount_days"]
        )
        return {
            "opening": opening,
            "receivables": closing,
            "overdue": overdue,
            "sales": sold,
            "collected": collected,
            "dso": kpi.dso(closing, sold, days),
            "dso_count_back": kpi.dso_count_back(closing, sales),
            "best_possible_dso": kpi.best_possible_dso(not_due, sold, days),
            "add": kpi.average_days_delinquent(closing, not_due, sold, days),
            "cei": kpi.collection_effectiveness(opening, sold, closing, not_due, months),
            "recovery_rate": kpi.recovery_rate(figure["recovered"], figure["opening_to_recover"] + figure["fell_due"]),
            "days_to_collect": to_collect,
            "days_to_collect_weighted": to_collect_by_amount,
            "days_to_pay": to_pay,
            "days_to_pay_weighted": to_pay_by_amount,
            "cost_per_unit": kpi.cost_per_unit_collected(figure["cost"], collected),
            **self._values_of_contacts(figure),
            "promise_kept_rate": kpi.share(figure["promises_kept"], figure["promises_due"]),
            "promise_partial_rate": kpi.share(figure["promises_partial"], figure["promises_due"]),
            **{
                f"roll_{number}": kpi.roll_rate(figure[f"opening_{older}"], figure[f"closing_{newer}"])
                for number, (older, newer) in enumerate(itertools.pairwise(BUCKETS))
            },
            "percent_current": kpi.share(not_due, not_due + overdue),
            "turnover": kpi.receivables_turnover(sold, (opening + closing) / 2),
            "bad_debt_to_sales": kpi.share(figure["written_off"], sold),
            "dispute_rate": kpi.share(figure["closing_disputed"], not_due + overdue),
            "at_risk_rate": kpi.share(figure["unpaid"], figure["billed"]),
        }

    @api.model
    def _values_of_contacts(self, figure):
        """Return {code: value} of what the log alone tells."""
        contacts = figure["contacts"]
        return {
            "cost": figure["cost"],
            "contacts": contacts,
            "accounts_contacted": figure["accounts"],
            "contact_rate": kpi.share(figure["reached"], contacts),
            "right_party_rate": kpi.share(figure["right_party"], contacts),
            "response_rate": kpi.share(figure["answered"], contacts),
        }

    @api.model
    def _flush(self):
        """Flush what the SQL of the KPIs reads."""
        self.env["collection.ledger"]._prepare()
        for model in ("account.move", "account.partial.reconcile", "account.journal", "account.account", "res.partner"):
            self.env[model].flush_model()
        for model in ("contact", "assignment", "promise", "write.off.line"):
            self.env[f"collection.{model}"].flush_model()
