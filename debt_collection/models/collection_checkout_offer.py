"""What can be paid on a debtor's page: of each company and currency by itself, less what is being paid already."""

from odoo import api, models
from odoo.tools import str2bool


class CollectionCheckout(models.Model):
    _inherit = "collection.checkout"

    @api.model
    def _shown(self, debtor, lines):
        """Return what the page shows about paying.

        :param debtor: collection.debtor, with rights
        :param lines: of `collection.page._lines`
        :return: dict: `offers` (see `_offers`), `under_way` (collection.checkout)
        """
        return {"offers": self._offers(debtor, lines), "under_way": self._under_way(debtor)}

    @api.model
    def _offers(self, debtor, lines):
        """Return what a debtor can pay now, a dict for each company and currency.

        Credits are taken off what fell due first. What is disputed is in nothing but the items chosen one by one. What
        is paid by instalments is not overdue.
        :param lines: of `collection.page._lines`
        :return: [dict]: `key` (str), `company` (of the lines), `currency`, `lines` (the oldest due first, with `to_pay`
            in the currency), `overdue` and `open` (what is to pay of each line: {line id: amount}), `instalment` (the
            same for the next one of an active payment plan) and `instalment_on`, `disputed` and `credit` (amounts),
            `online` (bool: somebody takes money)
        """
        busy = self._under_way(debtor).line_ids.move_line_id.ids
        moves = self.env["account.move"].browse(line["move_id"] for line in lines)
        busy_moves = self._busy_moves(moves).ids
        offers = {}
        for line in lines:
            amount = line["currency"].round(float(line["claim_currency"] + line["disputed_currency"]))
            free = line["payable"] and line["line_id"] not in busy and line["move_id"] not in busy_moves
            if free and line["currency"].compare_amounts(amount, 0) > 0:
                group = line["company_id"], line["currency_id"]
                offers.setdefault(group, []).append({**line, "to_pay": amount})
        return [
            self._offer(debtor, self.env["res.company"].browse(company_id), own, lines)
            for (company_id, _currency), own in offers.items()
        ]

    @api.model
    def _offer(self, debtor, company, own, lines):
        currency = own[0]["currency"]
        today = self.env["collection.case"]._today()
        undisputed = {line["line_id"]: currency.round(float(line["claim_currency"])) for line in own}
        undisputed = {line_id: amount for line_id, amount in undisputed.items() if not currency.is_zero(amount)}
        planned = {line["line_id"] for line in own if line["is_planned"]}
        late = {line["line_id"] for line in own if line["date_due"] < today} - planned
        instalment = self._next_instalment(debtor, currency)
        of_plan = {line_id: amount for line_id, amount in undisputed.items() if line_id in planned}
        due = min(instalment.amount_left, sum(of_plan.values())) if instalment else 0.0
        return {
            "key": f"{currency.name}-{company.id}",
            "company": company,
            "currency": currency,
            "lines": own,
            "overdue": {line_id: amount for line_id, amount in undisputed.items() if line_id in late},
            "open": undisputed,
            "instalment": self._oldest_first(of_plan, due, currency),
            "instalment_on": instalment.date,
            "disputed": currency.round(float(sum(line["disputed_currency"] for line in own))),
            "credit": -sum(line["amount"] for line in lines if line["currency"] == currency and not line["is_debit"]),
            # of the smallest amount: the largest that a provider takes is known when it is known how much is paid
            "online": bool(self._methods(debtor, company, currency, 0.0)[1]),
        }

    @api.model
    def _next_instalment(self, debtor, currency):
        """Return the first instalment, not paid in whole, of the active payment plan in a currency, or none."""
        plans = debtor.case_ids.plan_ids.filtered(lambda plan: plan.state == "active" and plan.currency_id == currency)
        unpaid = plans.line_ids.filtered(lambda line: currency.compare_amounts(line.amount_left, 0) > 0)
        return unpaid.sorted("date")[:1]

    @api.model
    def _oldest_first(self, amounts, total, currency):
        """Return as much of some amounts as makes a total, the first ones first.

        :param amounts: {line id: amount}, in the order of their due dates
        :param total: at most their sum
        :return: {line id: amount}, without those of which nothing is taken
        """
        taken = {}
        for line_id, amount in amounts.items():
            if currency.compare_amounts(total, 0) <= 0:
                break
            taken[line_id] = currency.round(min(amount, total))
            total -= taken[line_id]
        return taken

    @api.model
    def _methods(self, debtor, company, currency, amount):
        """Return (payment.provider, payment.method) that take an amount: none when the company wants no online payment.

        :param company: res.company of the lines that are paid
        """
        # sudo: that there are providers is no secret, and what is secret of them is not shown
        parameters, providers, methods = (
            self.env[model].sudo() for model in ("ir.config_parameter", "payment.provider", "payment.method")
        )
        if not str2bool(parameters.get_param("account_payment.enable_portal_payment"), False):
            return providers, methods
        partner = debtor.partner_id
        providers = providers._get_compatible_providers(company.id, partner.id, amount, currency_id=currency.id)
        # without a journal the money would be in no account
        providers = providers.filtered("journal_id")
        return providers, methods._get_compatible_payment_methods(providers.ids, partner.id, currency_id=currency.id)
