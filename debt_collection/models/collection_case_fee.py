"""Invoices that collecting itself causes: interest, compensation, the fee of a bounced cheque."""

from odoo import Command, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _fee_invoice(self, product, amount, currency, name):
        """Post an invoice of one line to the debtor, dated and due today, in the user's name.

        :param product: product.product; its account and taxes are used
        :param amount: float above zero, in `currency`, before taxes
        :param name: what the line says, in the debtor's language
        :return: the account.move
        :raises AccessError: when the user may not write invoices
        """
        line = {"product_id": product.id, "name": name, "price_unit": amount}
        move = self._invoice_at_once(self.company_id, currency, [line])
        move.action_post()
        return move

    def _invoice_at_once(self, company, currency, lines):
        """Return a draft invoice to the debtor, dated and due today, in the user's name.

        :param company: res.company, the case's or a branch of it
        :param lines: list of dicts of values of account.move.line
        """
        return self._draft_invoice(
            company, currency, lines, invoice_payment_term_id=False, invoice_date_due=self._today()
        )

    def _draft_invoice(self, company, currency, lines, **terms):
        """Return a draft invoice to the debtor, dated today, in the user's name.

        :param company: res.company, the case's or a branch of it
        :param lines: list of dicts of values of account.move.line
        :param terms: further values of account.move; without any, the debtor's own payment terms hold
        """
        self.ensure_one()
        vals = {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "currency_id": currency.id,
            "invoice_date": self._today(),
            "invoice_line_ids": [Command.create(line) for line in lines],
            **terms,
        }
        return self.env["account.move"].with_company(company).create(vals)
