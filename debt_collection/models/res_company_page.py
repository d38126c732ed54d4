"""What a company decides about the page its debtors see, and how far they may go on it."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_page = fields.Boolean(
        string="Debtor's Page",
        default=True,
        help="Notices carry a link to a page where the debtor sees what is owed, pays, promises, asks for a payment "
        "plan, objects or writes.",
    )
    collection_page_days = fields.Integer(
        string="Days a Link Opens the Page",
        default=90,
        help="Counted from the notice that carries it; each notice carries a new one.",
    )
    collection_page_period = fields.Integer(
        string="Period of the Limits",
        default=90,
        help="Days in which the numbers below are counted, for each debtor.",
    )
    collection_page_promises = fields.Integer(
        string="Promises on the Page",
        default=2,
        help="So many promises a debtor may make on the page in the period. 0: none.",
    )
    collection_page_promise_days = fields.Integer(
        string="Latest Day of a Promise",
        default=14,
        help="A promise on the page is for a day at most so many days ahead.",
    )
    collection_page_plans = fields.Integer(
        string="Plans Asked For on the Page",
        default=1,
        help="So many payment plans a debtor may ask for on the page in the period. 0: none.",
    )
    collection_page_plan_number = fields.Integer(
        string="Instalments on the Page", default=6, help="At most so many instalments can be asked for."
    )
    collection_page_plan_amount = fields.Monetary(
        string="Plan Accepted at Once",
        currency_field="currency_id",
        help="Up to this total a plan within the limits waits for nobody: the debtor signs it at once. "
        "0: a person always decides.",
    )
    collection_page_plan_minimum = fields.Monetary(
        string="Smallest Instalment", currency_field="currency_id", help="In the company's currency. 0: any."
    )
    collection_page_disputes = fields.Integer(
        string="Objections on the Page",
        default=3,
        help="So many objections a debtor may raise on the page in the period, one for each invoice. 0: none.",
    )

    _collection_page_days_positive = models.Constraint(
        "CHECK(collection_page_days >= 1 AND collection_page_period >= 1)",
        "A link to the debtor's page, and the period of its limits, last one day at least.",
    )
    _collection_page_limits_positive = models.Constraint(
        "CHECK(collection_page_promises >= 0 AND collection_page_promise_days >= 0 AND collection_page_plans >= 0 "
        "AND collection_page_plan_amount >= 0 AND collection_page_plan_minimum >= 0 AND collection_page_disputes >= 0)",
        "The limits of the debtor's page are zero or more.",
    )
    _collection_page_plan_number_range = models.Constraint(
        "CHECK(collection_page_plan_number BETWEEN 2 AND 60)",
        "On the debtor's page 2 to 60 instalments can be asked for.",
    )
