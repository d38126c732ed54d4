"""Interest to date on the items of a case, open or paid late: shown, and invoiced by a person."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    _inherit = "collection.case"

    interest_on = fields.Boolean(compute="_compute_interest_on")
    interest_html = fields.Html(compute="_compute_interest_html", sanitize=False)
    interest_charge_ids = fields.Many2many(
        "collection.interest.charge", compute="_compute_interest_charge_ids", string="Interest Invoiced"
    )

    def _compute_interest_on(self):
        for case in self:
            # sudo: whether a setting is on
            case.interest_on = bool(self.env["collection.interest"].sudo()._scheme(case.sudo().debtor_id))

    @api.depends("item_ids")
    @api.depends_context("lang", "collection_today")
    def _compute_interest_html(self):
        for case in self:
            case.interest_html = case.interest_on and self.env["ir.qweb"]._render(
                "debt_collection.case_interest", case._interest_values()
            )

    @api.depends("item_ids")
    def _compute_interest_charge_ids(self):
        for case in self:
            # sudo: charges of items of a case that the user may see
            case.interest_charge_ids = self.env["collection.interest.charge"].search(
                [("item_id", "in", case.item_ids.ids)]
            )

    def _interest_values(self):
        """Return what the page of a case shows of its interest to date."""
        self.ensure_one()
        interest = self.env["collection.interest"]
        accrued = list(interest._accrued(self.item_ids, self._today()).values())
        totals = {}
        for one in accrued:
            if not one.waits:
                currency = one.item.currency_id
                totals[currency] = currency.round(totals.get(currency, 0.0) + one.total)
        # sudo: name and rates of the scheme
        scheme = interest.sudo()._scheme(self.sudo().debtor_id)
        return {
            "accrued": accrued,
            "totals": totals,
            "scheme": scheme,
            "missing_since": scheme.rate_missing_since,
            "rate": interest._rate_words,
        }

    def action_invoice_interest(self):
        """Show the interest to date, to invoice it.

        :raises UserError: when there is none
        """
        self.ensure_one()
        if not self.interest_on:
            raise UserError(
                self.env._("No scheme of interest applies to this debtor. Turn one on in the settings of Collections.")
            )
        wizard = self.env["collection.interest.invoice"].create({"case_id": self.id})
        if not wizard.line_ids:
            raise UserError(self.env._("There is no interest on this case that could be invoiced today."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice Interest"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
