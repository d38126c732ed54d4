"""The trade's measures for any company, period and grouping, from the ledger and the log (formulas: tools/kpi.py)."""

import itertools
from collections import namedtuple

from odoo import api, models

from ..tools import kpi

BUCKETS = ("not_due", "b1", "b2", "b3", "b4", "b5")
DATED = ("user_id", "strategy_id", "level_id")
GROUPS = (*DATED, "segment", "country_id", "channel")

# company: a root; group_by: None or one of GROUPS; user_ids: the collectors whose debtors count, None for all
Scope = namedtuple("Scope", "company group_by user_ids")


class CollectionKpi(models.AbstractModel):
    _name = "collection.kpi"
    _description = "Collection KPIs"

    @api.model
    def _definitions(self, company=None):
        """Return [dict] of the KPIs, in the order of a report; the roll rates by the buckets of a company.

        Each: code, label, unit ("days", "percent", "money", "times", "number"), better ("up", "down" or None), help
        (what it is, in a sentence with its formula)
        """
        rows = [
            [
                "receivables",
                self.env._("Receivables"),
                "money",
                "down",
                self.env._("What is owed less the credits, at the end."),
            ],
            [
                "overdue",
                self.env._("Overdue"),
                "money",
                "down",
                self.env._("What is past due at the end, before credits."),
            ],
            [
                "sales",
                self.env._("Credit sales"),
                "money",
                None,
                self.env._("Customer invoices less credit notes, with tax."),
            ],
            [
                "collected",
                self.env._("Collected"),
                "money",
                "up",
                self.env._("Money received from customers, less what went back."),
            ],
            ["dso", self.env._("DSO"), "days", "down", self.env._("Receivables / credit sales × days.")],
            [
                "dso_count_back",
                self.env._("DSO, count-back"),
                "days",
                "down",
                self.env._("Whole months' sales taken off the receivables, the newest first; the last one pro rata."),
            ],
            [
                "best_possible_dso",
                self.env._("Best possible DSO"),
                "days",
                None,
                self.env._("What is not yet due / credit sales × days: the DSO if everybody paid on time."),
            ],
            [
                "add",
                self.env._("Average days delinquent"),
                "days",
                "down",
                self.env._("DSO less the best possible DSO."),
            ],
            [
                "cei",
                self.env._("Collection effectiveness"),
                "percent",
                "up",
                self.env._("(Opening + sales − closing) / (opening + sales − closing not due)."),
            ],
            [
                "recovery_rate",
                self.env._("Recovery rate"),
                "percent",
                "up",
                self.env._(
                    "Money matched in the period / what was overdue at its start or fell due in it; what is not "
                    "followed up is left out."
                ),
            ],
            [
                "days_to_collect",
                self.env._("Days to collect"),
                "days",
                "down",
                self.env._(
                    "From the due date to full payment, of what was paid in full in the period; early counts negative."
                ),
            ],
            [
                "days_to_collect_weighted",
                self.env._("Days to collect, by amount"),
                "days",
                "down",
                self.env._("Days to collect, each item weighted by its amount."),
            ],
            [
                "days_to_pay",
                self.env._("Days to pay"),
                "days",
                "down",
                self.env._("From the invoice date to full payment."),
            ],
            [
                "days_to_pay_weighted",
                self.env._("Days to pay, by amount"),
                "days",
                "down",
                self.env._("Days to pay, each item weighted by its amount."),
            ],
            [
                "cost",
                self.env._("Cost of contacts"),
                "money",
                "down",
                self.env._("Letters, SMS and the minutes of calls, as the contact log has them."),
            ],
            [
                "cost_per_unit",
                self.env._("Cost per unit collected"),
                "times",
                "down",
                self.env._("Cost of contacts / collected. Commissions of agencies are not in it."),
            ],
            [
                "contacts",
                self.env._("Contacts"),
                "number",
                None,
                self.env._("Messages that left, calls and visits that were made; what failed is none."),
            ],
            [
                "accounts_contacted",
                self.env._("Accounts contacted"),
                "number",
                "up",
                self.env._("Debtors contacted at least once, whether they were reached or not."),
            ],
            [
                "contact_rate",
                self.env._("Contact rate"),
                "percent",
                "up",
                self.env._("Contacts in which anybody was reached / contacts. Group by channel to see calls alone."),
            ],
            [
                "right_party_rate",
                self.env._("Right-party contact rate"),
                "percent",
                "up",
                self.env._("Contacts in which the one who decides was reached / contacts."),
            ],
            [
                "response_rate",
                self.env._("Response rate"),
                "percent",
                "up",
                self.env._(
                    "Contacts followed by a reply, a promise or a payment within the days for an answer / contacts."
                ),
            ],
            [
                "promise_kept_rate",
                self.env._("Promises kept"),
                "percent",
                "up",
                self.env._("Kept / promises whose last day was in the period, the cancelled ones left out."),
            ],
            [
                "promise_partial_rate",
                self.env._("Promises kept in part"),
                "percent",
                None,
                self.env._("Partially kept / promises whose last day was in the period, the cancelled ones left out."),
            ],
            *(
                (
                    f"roll_{number}",
                    self.env._("Roll rate %(first)s → %(second)s", first=first, second=second),
                    "percent",
                    "down",
                    self.env._("Amount in the next bucket at the end / amount in this bucket at the start."),
                )
                for number, ((_k1, first), (_k2, second)) in enumerate(self._bucket_pairs(company))
            ),
            [
                "percent_current",
                self.env._("Percent current"),
                "percent",
                "up",
                self.env._("Not yet due / all that is owed before credits, at the end."),
            ],
            [
                "turnover",
                self.env._("Receivables turnover"),
                "times",
                "up",
                self.env._("Credit sales / the average of opening and closing receivables."),
            ],
            [
                "bad_debt_to_sales",
                self.env._("Bad debt to sales"),
                "percent",
                "down",
                self.env._("Written off / credit sales."),
            ],
            [
                "dispute_rate",
                self.env._("Dispute rate"),
                "percent",
                "down",
                self.env._("Disputed / all that is owed before credits, at the end."),
            ],
            [
                "at_risk_rate",
                self.env._("At-risk rate"),
                "percent",
                "down",
                self.env._("Share of what was billed 90 days earlier that was unpaid 90 days after its invoice."),
            ],
        ]
        return [dict(zip(("code", "label", "unit", "better", "help"), row, strict=True)) for row in rows]

    @api.model
    def _bucket_pairs(self, company=None):
        """Return the pairs of successive buckets of a company, default the user's: [((key, label), (key, label))]."""
        buckets = (company or self.env.company)._collection_buckets()
        return list(itertools.pairwise(buckets))

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
            when it cannot be said
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
