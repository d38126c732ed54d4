"""What is measured: code, name, unit and formula of each KPI, and whether more of it is better."""

import itertools

from odoo import api, models


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

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
