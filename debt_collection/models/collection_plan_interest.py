"""The interest of a payment plan: a fixed sum, posted as an Odoo customer invoice when the plan becomes active."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    @api.model
    def _interest_product(self, company):
        """Return the product that the interest of payment plans is invoiced with.

        :raises UserError: when the settings name none
        """
        product = company._collection_settings().collection_plan_product_id
        if not product:
            raise UserError(
                self.env._(
                    "No product for the interest of payment plans is set for %s. Choose one in the settings of "
                    "Collections, or leave the interest at zero.",
                    company.name,
                )
            )
        return product

    def _invoice_interest(self):
        """Post the invoice of this plan's interest, due with its last instalment, and take it into the plan.

        :raises UserError: without a product, without the right to invoice, or when taxes change the amount
        """
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_interest):
            return
        product = self._interest_product(self.company_id)
        # an invoice is made with the user's own rights, never with ours
        if not self.env["account.move"].has_access("create"):
            raise UserError(
                self.env._(
                    "This plan has interest, which is invoiced when it is accepted. "
                    "Somebody who may make invoices has to accept it."
                )
            )
        line = {
            "product_id": product.id,
            "name": self.env._("Interest of payment plan %s", self.name),
            "price_unit": self.amount_interest,
        }
        move = self.case_id._draft_invoice(
            self.company_id,
            self.currency_id,
            [line],
            invoice_payment_term_id=False,
            invoice_date_due=self.line_ids[-1:].date,
            invoice_origin=self.name,
        )
        if self.currency_id.compare_amounts(move.amount_total, self.amount_interest):
            raise UserError(
                self.env._(
                    "With its taxes the invoice of interest comes to %(invoiced)s, and the plan says %(planned)s. "
                    "Take the taxes off the product “%(product)s”, or make a plan with the interest and its taxes.",
                    invoiced=self.currency_id.format(move.amount_total),
                    planned=self.currency_id.format(self.amount_interest),
                    product=product.display_name,
                )
            )
        move.action_post()
        self.case_id._reassess()  # gives it its item
        line = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        plan = self.sudo()  # sudo: who may work on the case accepts its plans, see `_accept`
        plan.interest_move_id = move
        plan.plan_item_ids = [
            Command.create({"item_id": item.id, "amount": item.amount_currency})
            for item in plan.env["collection.item"].search([("move_line_id", "in", line.ids)])
        ]
