"""What a company decides about payment plans."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_plan_grace_days = fields.Integer(
        string="Days of Grace of an Instalment",
        default=5,
        help="An instalment is missed when it is not paid so many days after its day.",
    )
    collection_plan_missed_limit = fields.Integer(
        string="Missed Instalments",
        default=2,
        help="A payment plan has defaulted when so many of its instalments are missed: reminders go on.",
    )
    collection_plan_reminder_days = fields.Integer(
        string="Reminder Before an Instalment",
        default=3,
        help="Days before an instalment on which the debtor is reminded of it by e-mail. 0: no reminder.",
    )
    collection_plan_product_id = fields.Many2one(
        "product.product",
        string="Interest of Payment Plans",
        help="The product with which the interest agreed for paying in instalments is invoiced.",
    )

    _collection_plan_days = models.Constraint(
        "CHECK(collection_plan_grace_days >= 0 AND collection_plan_reminder_days >= 0)",
        "The days of grace and of the reminder of an instalment cannot be negative.",
    )
    _collection_plan_missed = models.Constraint(
        "CHECK(collection_plan_missed_limit >= 1)",
        "A payment plan defaults with one missed instalment at the earliest.",
    )
