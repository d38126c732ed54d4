"""What a collector is to reach in a month, with what has been reached beside it."""

from datetime import date

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CollectionTarget(models.Model):
    _name = "collection.target"
    _description = "Collector's Target"
    _order = "month desc, user_id, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("debt_collection.group_collection_collector").ids)],
    )
    month = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today().replace(day=1))
    amount = fields.Monetary(string="To Collect", required=True)
    promise_target = fields.Integer(string="Promises to Get")
    contact_target = fields.Integer(string="Contacts to Make")

    _month_uniq = models.Constraint(
        "UNIQUE(company_id, user_id, month)", "This collector has a target for this month: change that one."
    )
    _positive = models.Constraint(
        "CHECK(amount >= 0 AND promise_target >= 0 AND contact_target >= 0)", "A target is not negative."
    )

    @api.depends("user_id", "month")
    def _compute_display_name(self):
        for target in self:
            month = target.month and target.month.strftime("%Y-%m")
            target.display_name = f"{target.user_id.name or ''}, {month or ''}"

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for target in self:
            # sudo: whether this user may work on cases
            fault = self.env["collection.assign.rule"]._fault(target.user_id.sudo(), target.company_id)
            if fault and target.user_id.active:
                raise ValidationError(self.env._("Choose another collector. %s", fault))

    @api.model_create_multi
    def create(self, vals_list):
        """A month is its first day."""
        return super().create([self._first_day(vals) for vals in vals_list])

    def write(self, vals):
        """A month is its first day."""
        return super().write(self._first_day(vals))

    @api.model
    def _first_day(self, vals):
        if vals.get("month"):
            vals = {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}
        return vals

    @api.model
    def action_copy_last_month(self):
        """Give this month's targets to the collectors who had one last month and have none yet.

        :raises UserError: when there is none to copy
        """
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager sets targets."))
        company = self.env.company.root_id
        month = self.env["collection.case"]._today().replace(day=1)
        of_month = self._of_month(company, month)
        new = self._of_month(company, month - relativedelta(months=1)).filtered(
            lambda target: target.user_id.active and target.user_id not in of_month.user_id
        )
        if not new:
            raise UserError(self.env._("There is no target of last month that this month does not have already."))
        self.create(
            [
                {
                    "company_id": company.id,
                    "user_id": target.user_id.id,
                    "month": month,
                    "amount": target.amount,
                    "promise_target": target.promise_target,
                    "contact_target": target.contact_target,
                }
                for target in new
            ]
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _of_month(self, company, month: date):
        return self.search([("company_id", "=", company.id), ("month", "=", month)])
