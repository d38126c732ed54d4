"""What a company decides about late-payment interest. Off until it is turned on."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_interest = fields.Boolean(
        string="Late-Payment Interest", help="Off: neither interest nor compensation is computed, shown or invoiced."
    )
    collection_interest_scheme_id = fields.Many2one(
        "collection.interest.scheme",
        string="Interest Scheme",
        help="For every debtor that has no scheme of its own or of its country.",
    )
    collection_interest_country_scheme_ids = fields.Many2many(
        "collection.interest.scheme",
        "collection_interest_country_rel",
        string="Interest Schemes by Country",
        help="Taken instead for debtors in the countries of these schemes.",
    )
    collection_interest_product_id = fields.Many2one(
        "product.product",
        string="Interest Product",
        help="On the lines of invoices of interest.",
    )
    collection_interest_account_id = fields.Many2one(
        "account.account", string="Interest Account", help="The income account of interest."
    )

    # not those of the product: Odoo gives every product the default taxes whenever a company is added
    collection_interest_tax_ids = fields.Many2many(
        "account.tax",
        "collection_interest_tax_rel",
        string="Taxes on Interest",
        help="Empty: none, as in most countries.",
    )

    @api.constrains("collection_interest_country_scheme_ids")
    def _check_collection_interest_countries(self):
        for company in self:
            seen = self.env["res.country"]
            for scheme in company.collection_interest_country_scheme_ids:
                if not scheme.country_ids:
                    raise ValidationError(
                        self.env._("“%s” names no country: fill in its countries first.", scheme.name)
                    )
                if twice := seen & scheme.country_ids:
                    raise ValidationError(
                        self.env._("Two of the schemes by country are for %s: keep one.", twice[0].name)
                    )
                seen |= scheme.country_ids
