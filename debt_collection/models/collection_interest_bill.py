"""Interest put on an invoice of Odoo's own, with its computation as lines; the days it is for are taken once."""

from odoo import Command, api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import format_amount, format_date, formatLang


class CollectionInterest(models.AbstractModel):
    _inherit = "collection.interest"

    @api.model
    def _bill(self, case, items, until, compensation=True, expected=None):
        """Make draft invoices of the interest on items of a case, one for each company and currency.

        :param until: datetime.date, the last day counted
        :param compensation: bool, with the fixed sums
        :param expected: {item id: amount} the user was shown, or None
        :return: account.move, in draft
        :raises UserError: a setting is missing, somebody else is at it, or the amounts are not those that were shown
        """
        settings = case.company_id._collection_settings()
        if not settings.collection_interest_product_id or not settings.collection_interest_account_id:
            raise UserError(
                self.env._(
                    "Choose the product and the account of interest first: "
                    "Collections, Configuration, Settings, “Late-payment interest”."
                )
            )
        accrued = self._take(case, items, until)
        if not compensation:
            accrued = [one._replace(compensation=0.0) for one in accrued]
        if expected is not None and not self._as_shown(accrued, expected):
            raise UserError(
                self.env._(
                    "The interest is not what it was when it was shown: a payment came in, or somebody invoiced it. "
                    "Close this and look again."
                )
            )
        moves = self.env["account.move"]
        by_invoice = {}
        for one in accrued:
            by_invoice.setdefault((one.item.company_id, one.item.currency_id), []).append(one)
        for (company, currency), group in by_invoice.items():
            lines = [line for one in group for line in self._bill_lines(case, one, settings)]
            if lines:
                # in the user's name: who invoices interest may write invoices
                move = case._invoice_at_once(company.with_env(self.env), currency.with_env(self.env), lines)
                self._record(group, move)
                moves |= move
        return moves

    @api.model
    def _take(self, case, items, until):
        """Return what items of a case bear to a day, claimable now; nobody else invoices them until we are done."""
        try:
            # sudo: a lock alone, on items the caller may see
            items.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on these items at this moment. Please try again.")
            ) from error
        self.env["collection.interest.charge"].sudo()._free(items)
        # of the whole case: the compensation of an invoice stays with the instalment it was shown with
        accrued = self._accrued(case.item_ids, until).values()
        return [one for one in accrued if one.item.id in items.ids and not one.waits]

    @api.model
    def _as_shown(self, accrued, expected):
        """Tell whether the amounts are those a user was shown: {item id: amount}."""
        found = {one.item.id: one for one in accrued if one.total}
        return found.keys() == expected.keys() and all(
            one.item.currency_id.compare_amounts(one.total, expected[item_id]) == 0 for item_id, one in found.items()
        )

    @api.model
    def _bill_lines(self, case, one, settings):
        """Return the invoice lines of an Accrued: each says how it was computed, in the debtor's language."""
        # sudo: the language of the debtor alone
        language = case.partner_id.sudo().lang or self.env.lang
        common = {
            "product_id": settings.collection_interest_product_id.id,
            "account_id": settings.collection_interest_account_id.id,
            "tax_ids": [Command.set(settings.collection_interest_tax_ids.ids)],
        }
        words = self.with_context(lang=language)
        lines = [
            {**common, "name": words._line_words(one.item, period), "price_unit": period.amount}
            for period in one.periods
            if period.amount
        ]
        if one.compensation:
            name = words.env._("Compensation for late payment of %s", one.item.name)
            lines.append({**common, "name": name, "price_unit": one.compensation})
        return lines

    @api.model
    def _period_words(self, item, period):
        """Return how the interest of a period was computed, in the language of the environment."""
        return self.env._(
            "%(base)s from %(start)s to %(end)s, %(days)s days at %(rate)s %% a year",
            base=format_amount(self.env, float(period.base), item.currency_id),
            start=format_date(self.env, period.date_from),
            end=format_date(self.env, period.date_to),
            days=period.days,
            rate=self._rate_words(period.rate),
        )

    @api.model
    def _line_words(self, item, period):
        """Return what the invoice line of a period says, in the language of the environment."""
        return self.env._(
            "Late-payment interest on %(number)s, due %(due)s: %(computation)s",
            number=item.name,
            due=format_date(self.env, item.date_due),
            computation=self._period_words(item, period),
        )

    @api.model
    def _rate_words(self, rate):
        """Return a rate as the language writes it, with the decimals it needs."""
        decimals = next(digits for digits in (2, 3, 4) if digits == 4 or round(rate, digits) == round(rate, 4))
        return formatLang(self.env, rate, digits=decimals)

    @api.model
    def _record(self, accrued, move):
        """Keep for which days and how computed interest stands on an invoice."""
        vals_list = []
        for one in accrued:
            common = {
                "item_id": one.item.id,
                "scheme_id": one.scheme.id,
                "currency_id": one.item.currency_id.id,
                "move_id": move.id,
                "late_move_id": one.item.move_id.id,
            }
            for first, last in one.spans:
                periods = [period for period in one.periods if first <= period.date_from <= last]
                vals_list.append(
                    {
                        **common,
                        "kind": "interest",
                        "date_from": first,
                        "date_to": last,
                        "amount": one.item.currency_id.round(sum(period.amount for period in periods)),
                        "line_ids": [Command.create(period._asdict()) for period in periods],
                    }
                )
            if one.compensation:
                vals_list.append({**common, "kind": "compensation", "amount": one.compensation})
        # sudo: charges are written by what is invoiced, and nobody else
        self.env["collection.interest.charge"].sudo().create(vals_list)
