"""The trade's measures for any company, period and grouping, from the ledger and the log (formulas: tools/kpi.py)."""

import itertools

from odoo import api, models


class CollectionKpi(models.AbstractModel):
    _name = "collection.kpi"
    _description = "Collection KPIs"

    @api.model
    def _definitions(self):
        """Return [dict] of the KPIs, in the order of a report.

        Each: code, label, unit ("days", "percent", "money", "times", "number"), better ("up", "down" or None), help
        (what it is, in a sentence with its formula)
        """
        rows = [
            (
                "receivables",
                self.env._("Receivables"),
                "money",
                "down",
                self.env._("What is owed less the credits, at the end."),
            ),
            (
                "overdue",
                self.env._("Overdue"),
                "money",
                "down",
                self.env._("What is past due at the end, before credits."),
            ),
            (
                "sales",
                self.env._("Credit sales"),
                "money",
                None,
                self.env._("Customer invoices less credit notes, with tax."),
            ),
            (
                "collected",
                self.env._("Collected"),
                "money",
                "up",
                self.env._("Money received from customers, less what went back."),
            ),
            ("dso", self.env._("DSO"), "days", "down", self.env._("Receivables / credit sales × days.")),
            (
                "dso_count_back",
                self.env._("DSO, count-back"),
                "days",
                "down",
                self.env._("Whole months' sales taken off the receivables, the newest first; the last one pro rata."),
            ),
            (
                "best_possible_dso",
                self.env._("Best possible DSO"),
                "days",
                None,
                self.env._("What is not yet due / credit sales × days: the DSO if everybody paid on time."),
            ),
            (
                "add",
                self.env._("Average days delinquent"),
                "days",
                "down",
                self.env._("DSO less the best possible DSO."),
            ),
            (
                "cei",
                self.env._("Collection effectiveness"),
                "percent",
                "up",
                self.env._("(Opening + sales − closing) / (opening + sales − closing not due)."),
            ),
            (
                "recovery_rate",
                self.env._("Recovery rate"),
                "percent",
                "up",
                self.env._("Paid in the period, of what was overdue at its start or fell due in it."),
            ),
            (
                "days_to_collect",
                self.env._("Days to collect"),
                "days",
                "down",
                self.env._(
                    "From the due date to full payment, of what was paid in full in the period; early counts negative."
                ),
            ),
            (
                "days_to_collect_weighted",
                self.env._("Days to collect, by amount"),
                "days",
                "down",
                self.env._("Days to collect, each item weighted by its amount."),
            ),
            (
                "days_to_pay",
                self.env._("Days to pay"),
                "days",
                "down",
                self.env._("From the invoice date to full payment."),
            ),
            (
                "days_to_pay_weighted",
                self.env._("Days to pay, by amount"),
                "days",
                "down",
                self.env._("Days to pay, each item weighted by its amount."),
            ),
            (
                "cost_per_unit",
                self.env._("Cost per unit collected"),
                "times",
                "down",
                self.env._("Cost of contacts, collectors' minutes and commissions / cash collected."),
            ),
            (
                "accounts_contacted",
                self.env._("Accounts contacted"),
                "number",
                "up",
                self.env._("Debtors contacted at least once."),
            ),
            (
                "contact_rate",
                self.env._("Contact rate"),
                "percent",
                "up",
                self.env._("Attempts that reached anybody / attempts."),
            ),
            (
                "right_party_rate",
                self.env._("Right-party contact rate"),
                "percent",
                "up",
                self.env._("Attempts that reached who decides / attempts."),
            ),
            (
                "response_rate",
                self.env._("Response rate"),
                "percent",
                "up",
                self.env._(
                    "Contacts followed by a reply, a promise or a payment within the days for an answer / contacts."
                ),
            ),
            (
                "promise_kept_rate",
                self.env._("Promises kept"),
                "percent",
                "up",
                self.env._("Kept / promises due in the period."),
            ),
            (
                "promise_partial_rate",
                self.env._("Promises kept in part"),
                "percent",
                None,
                self.env._("Partially kept / promises due in the period."),
            ),
            *(
                (
                    f"roll_{number}",
                    self.env._("Roll rate %(first)s → %(second)s", first=first, second=second),
                    "percent",
                    "down",
                    self.env._("Amount in the next bucket at the end / amount in this bucket at the start."),
                )
                for number, ((_k1, first), (_k2, second)) in enumerate(self._bucket_pairs())
            ),
            (
                "percent_current",
                self.env._("Percent current"),
                "percent",
                "up",
                self.env._("Not yet due / all that is owed."),
            ),
            (
                "turnover",
                self.env._("Receivables turnover"),
                "times",
                "up",
                self.env._("Credit sales / the average of opening and closing receivables."),
            ),
            (
                "bad_debt_to_sales",
                self.env._("Bad debt to sales"),
                "percent",
                "down",
                self.env._("Written off / credit sales."),
            ),
            (
                "dispute_rate",
                self.env._("Dispute rate"),
                "percent",
                "down",
                self.env._("Disputed / all that is owed, at the end."),
            ),
            (
                "at_risk_rate",
                self.env._("At-risk rate"),
                "percent",
                "down",
                self.env._("Share of what was billed 90 days earlier that was unpaid 90 days after its invoice."),
            ),
        ]
        return [dict(zip(("code", "label", "unit", "better", "help"), row, strict=True)) for row in rows]

    @api.model
    def _bucket_pairs(self):
        """Return the buckets that follow one another, [((key, label), (key, label)), ...] of the current company."""
        buckets = self.env.company._collection_buckets()
        return list(itertools.pairwise(buckets))

    @api.model
    def _compute(self, company, date_from, date_to, group_by=None):
        """Return the KPIs of a period, from the ledger's entries and the log as they are today.

        :param company: res.company (its root is taken; amounts in its currency)
        :param date_from: datetime.date, the first day
        :param date_to: datetime.date, the last day
        :param group_by: None, "user_id", "strategy_id", "level_id", "segment" (the debtor's tag), "country_id" or
            "channel" (only what the log tells)
        :return: {key: {code: value}}; without grouping {None: {...}}; a value is None when it cannot be said
        """
        return {}
