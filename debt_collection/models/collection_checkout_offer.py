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
        """Return what a debtor can pay now, a dict for each company, currency and account.

        Credits are taken off what fell due first. What is disputed is in nothing but the items chosen one by one. What
        is promised is not due now; of what is in a plan, the instalments that have come are.
        :param lines: of `collection.page._lines`
        :return: [dict]: `key` (str), `company` (of the lines), `currency`, `lines` (the oldest due first, with `to_pay`
            in the currency), `now` and `open` (what is to pay of each line: {line id: amount}), `instalment` (the
            same for the next one of an active payment plan) and `instalment_on`, `disputed` and `credit` (amounts),
            `online` (bool: somebody takes money)
        """
        busy = self._under_way(debtor).line_ids.move_line_id.ids
        moves = self.env["account.move"].browse(line["move_id"] for line in lines)
        busy_moves = self._busy_moves(moves).ids
        # one payment stands on one account
        entries = self.env["account.move.line"].browse(line["line_id"] for line in lines)
        entries.fetch(["account_id"])
        accounts = {entry.id: entry.account_id.id for entry in entries}
        offers, credits = {}, {}
        for line in lines:
            amount = line["currency"].round(float(line["claim_currency"] + line["disputed_currency"]))
            free = line["payable"] and line["line_id"] not in busy and line["move_id"] not in busy_moves
            group = line["company_id"], line["currency_id"], accounts[line["line_id"]]
            if line["is_debit"]:
                credits[group] = credits.get(group, 0.0) + line["amount"] - amount
            if free and line["currency"].compare_amounts(amount, 0) > 0:
                offers.setdefault(group, []).append({**line, "to_pay": amount})
        return [
            self._offer(
                debtor,
                self.env["res.company"].browse(company_id),
                account_id,
                own,
                credits[company_id, currency, account_id],
            )
            for (company_id, currency, account_id), own in offers.items()
        ]

    @api.model
    def _offer(self, debtor, company, account_id, own, credit):
        currency = own[0]["currency"]
        today = self.env["collection.case"]._today()
        undisputed = {line["line_id"]: currency.round(float(line["claim_currency"])) for line in own}
        undisputed = {line_id: amount for line_id, amount in undisputed.items() if not currency.is_zero(amount)}
        page = self.env["collection.page"]
        now = {line["line_id"]: undisputed[line["line_id"]] for line in own if page._is_now(line)}
        instalments = self._instalments(debtor, currency)
        instalment, come = instalments[:1], instalments.filtered(lambda one: one.date <= today)
        now |= self._of_plans(come, own, undisputed, currency)
        return {
            "key": f"{currency.name}-{company.id}-{account_id}",
            "company": company,
            "currency": currency,
            "lines": own,
            # the oldest due first
            "now": {line_id: now[line_id] for line_id in undisputed if line_id in now},
            "open": undisputed,
            "instalment": self._of_plans(instalment, own, undisputed, currency),
            "instalment_on": instalment.date,
            "disputed": currency.round(float(sum(line["disputed_currency"] for line in own))),
            "credit": currency.round(credit),
            # of the smallest amount: the largest that a provider takes is known when it is known how much is paid
            "online": bool(self._methods(debtor, company, currency, 0.0)[1]),
        }

    @api.model
    def _instalments(self, debtor, currency):
        """Return the instalments, not paid in whole, of the active payment plans in a currency, the next one first."""
        plans = debtor.case_ids.plan_ids.filtered(lambda plan: plan.state == "active" and plan.currency_id == currency)
        unpaid = plans.line_ids.filtered(lambda line: currency.compare_amounts(line.amount_left, 0) > 0)
        return unpaid.sorted("date")

    @api.model
    def _of_plans(self, instalments, own, undisputed, currency):
        """Return {line id: amount} by which some instalments are paid, of the items of their own plans, oldest first.

        :param own: the lines of an offer
        :param undisputed: {line id: what is to pay of it}
        """
        taken = {}
        for plan, some in instalments.grouped("plan_id").items():
            items = plan.item_ids
            of_plan = {
                line["line_id"]: undisputed[line["line_id"]]
                for line in own
                if line["item"] in items and line["line_id"] in undisputed
            }
            due = min(sum(some.mapped("amount_left")), sum(of_plan.values()))
            taken |= self._oldest_first(of_plan, due, currency)
        return taken

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
