"""What interest and compensation items bear to date: the one place that decides it.

How it works. The scheme of each item's debtor says the rates (see collection.interest.scheme). Interest runs from the
day after the due date on what was open, day by day: a payment or credit ends it for its part on its own date, whether
it came before the rest or whether everything is paid meanwhile. Credits not yet matched count from their date too,
oldest due item first, as they do in claims. What was invoiced already is left out, day by day.

Interest runs on while an item is disputed: when the dispute is rejected it is due for the whole time, and when it is
accepted the credit note takes its part away. Until then none of it is claimed (`waits`).
"""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import interest

DAY = timedelta(days=1)


class Accrued(NamedTuple):
    """Interest on one item not yet invoiced; amounts in the item's currency, rounded, positive."""

    item: object
    scheme: object
    spans: list  # [(first day, last day)] that are free of charges, in order
    periods: list  # [tools.interest.Period], amounts rounded so that they add up to `interest`
    interest: float
    compensation: float
    waits: bool  # disputed: not claimed now

    @property
    def total(self):
        """Interest and compensation."""
        return self.item.currency_id.round(self.interest + self.compensation)


class CollectionInterest(models.AbstractModel):
    _name = "collection.interest"
    _description = "Late-Payment Interest to Date"

    @api.model
    def _accrued(self, items, until):
        """Return what items bear and was not invoiced yet, in a few statements whatever their number.

        :param items: collection.item, open or settled
        :param until: datetime.date, the last day counted
        :return: {item: Accrued}, of those that bear anything
        """
        # sudo: reconciliations, credits and rates behind items that the caller may see
        items = items.sudo()
        schemes = self._schemes(items.case_id.debtor_id)
        items = items.filtered(
            lambda item: (
                schemes.get(item.case_id.debtor_id)
                and item.date_due < until
                and item.move_line_id
                and not item.no_followup
            )
        )
        items -= self._of_interest(items)
        if not items:
            return {}
        settled = self._settled(items)
        charges = self.env["collection.interest.charge"].sudo()._of(items)
        charged = charges.filtered(lambda charge: charge.kind == "interest").grouped("item_id")
        compensated = self._compensated(items)
        disputed = (
            self.env["collection.dispute.line"].sudo().search([("item_id", "in", items.ids), ("live", "=", True)])
        )
        found = {}
        for item in items.sorted(lambda item: (item.date_due, item.id)):
            scheme = schemes[item.case_id.debtor_id]
            taken = [(charge.date_from, charge.date_to) for charge in charged.get(item, ())]
            spans, periods = self._periods(item, scheme, settled[item.id], taken, until)
            late = item.amount_original - sum(amount for day, amount in settled[item.id] if day <= item.date_due)
            compensation = 0.0
            if item.move_id and item.move_id not in compensated and item.currency_id.compare_amounts(late, 0) > 0:
                compensation = scheme._compensation(late, item.currency_id, item.company_id, item.date_due)
                compensated |= item.move_id
            if periods or compensation:
                amount = item.currency_id.round(sum(period.amount for period in periods))
                found[item] = Accrued(item, scheme, spans, periods, amount, compensation, item in disputed.item_id)
        return found

    @api.model
    def _periods(self, item, scheme, settled, taken, until):
        """Return the days of an item not invoiced yet that bear interest, and their computation.

        :param settled: [(date, amount)] of payments and credits
        :param taken: [(first day, last day)] that were invoiced
        :return: [(first day, last day)], [tools.interest.Period]
        """
        first_day = item.date_due + DAY
        rates = scheme._rates(first_day)
        options = scheme._options(item.currency_id)
        spans, found = [], []
        for start, end in _free(first_day, until, taken):
            stretches = interest.stretches(item.amount_original, settled, start, end, options["rate_rule"])
            periods = [
                period
                for base, first, last in stretches
                for period in interest.periods(base, rates, first, last, **options)
            ]
            if periods:
                spans.append((min(p.date_from for p in periods), max(p.date_to for p in periods)))
                found += periods
        return spans, self._rounded(found, item.currency_id)

    @api.model
    def _rounded(self, periods, currency):
        """Return periods whose amounts are rounded, and add up to what rounding the total alone gives."""
        exact = told = 0.0
        rounded = []
        for period in periods:
            exact += period.amount
            amount = currency.round(currency.round(exact) - told)
            told += amount
            rounded.append(period._replace(amount=amount))
        return rounded

    @api.model
    def _of_interest(self, items):
        """Return the items that are invoices of interest themselves: interest bears none."""
        charges = self.env["collection.interest.charge"].sudo().search([("move_id", "in", items.move_id.ids)])
        return items.filtered(lambda item: item.move_id in charges.move_id)

    @api.model
    def _compensated(self, items):
        """Return the late invoices of items for which a compensation was invoiced."""
        charges = self.env["collection.interest.charge"].sudo()
        charges = charges.search(
            [("late_move_id", "in", items.move_id.ids), ("kind", "=", "compensation"), ("live", "=", True)]
        )
        return charges._standing().late_move_id

    # ---- what was paid, and when ----------------------------------------------------------------------------------

    @api.model
    def _settled(self, items):
        """Return {item id: [(date, amount in its currency)]} of payments and credits, matched or not."""
        settled = defaultdict(list)
        self.env["account.partial.reconcile"].flush_model()
        self.env["collection.ledger"]._prepare()
        for item_id, date, amount in self.env.execute_query(
            SQL(
                "WITH %s SELECT item_id, date, amount_currency FROM settled",
                self.env["collection.ledger"]._settled_cte(SQL("(SELECT unnest(%s))", items.ids)),
            )
        ):
            settled[item_id].append((date, float(amount)))
        item_of_line = {item.move_line_id.id: item.id for item in items}
        for company, some in items.grouped(lambda item: item.case_id.company_id).items():
            for line_id, date, amount in self._unmatched(company, some.case_id.partner_id):
                if line_id in item_of_line:
                    settled[item_of_line[line_id]].append((date, amount))
        return settled

    @api.model
    def _unmatched(self, company, partners):
        """Return which part of which open line the unmatched credits of some debtors cover, since when.

        :return: [(id of the debit's line, date of the credit, amount in their currency)]
        """
        rows = self.env["collection.ledger"]._fetch(
            SQL(
                """
                WITH %s
                SELECT line_id, partner_id, currency_id, residual_currency, is_debit, date_invoice
                  FROM open_line
                 WHERE (partner_id, currency_id) IN (SELECT partner_id, currency_id FROM open_line WHERE NOT is_debit)
                   AND NOT (is_debit AND no_followup)
              ORDER BY date_due, line_id
                """,
                self.env["collection.ledger"]._open_line_cte(company, partners.ids),
            )
        )
        groups = defaultdict(lambda: ([], []))
        for row in rows:
            debits, credits = groups[row["partner_id"], row["currency_id"]]
            (debits if row["is_debit"] else credits).append(row)
        covered = []
        for (_partner, currency_id), (debits, credits) in groups.items():
            currency = self.env["res.currency"].browse(currency_id)
            waiting = [[row["date_invoice"], -float(row["residual_currency"])] for row in credits]
            waiting.sort(reverse=True)  # the oldest is used up first, from the end
            for debit in debits:
                left = float(debit["residual_currency"])
                while waiting and currency.compare_amounts(left, 0) > 0:
                    part = min(left, waiting[-1][1])
                    covered.append((debit["line_id"], waiting[-1][0], currency.round(part)))
                    left -= part
                    waiting[-1][1] -= part
                    if currency.is_zero(waiting[-1][1]):
                        waiting.pop()
        return covered

    # ---- which scheme ---------------------------------------------------------------------------------------------

    @api.model
    def _schemes(self, debtors):
        """Return {debtor: collection.interest.scheme, maybe none}: its own, that of its country, the company's."""
        return {debtor: self._scheme(debtor) for debtor in debtors}

    @api.model
    def _scheme(self, debtor):
        none = self.env["collection.interest.scheme"]
        company, partner = debtor.company_id, debtor.partner_id
        if not company.collection_interest or debtor.no_interest:
            return none
        if debtor.interest_scheme_id:
            return debtor.interest_scheme_id
        country = partner.country_id
        by_country = company.collection_interest_country_scheme_ids.filtered(lambda s: country in s.country_ids)
        scheme = by_country[:1] or company.collection_interest_scheme_id
        return none if scheme.business_only and not partner.is_company else scheme


def _free(start, end, taken):
    """Return what is left of the days from `start` to `end` outside of the spans taken: [(first, last)]."""
    free = []
    for first, last in sorted(taken):
        if first > start:
            free.append((start, min(first - DAY, end)))
        start = max(start, last + DAY)
    if start <= end:
        free.append((start, end))
    return [(first, last) for first, last in free if first <= last]
