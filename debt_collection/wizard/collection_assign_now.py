"""Give the open cases that nobody has to collectors, by the rules; how many go to whom is shown first."""

from collections import Counter

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CollectionAssignNow(models.TransientModel):
    _name = "collection.assign.now"
    _description = "Assign the Unassigned Cases"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("collection.assign.now.line", "wizard_id", readonly=True)
    given_count = fields.Integer(string="To Be Assigned", readonly=True)
    left_count = fields.Integer(string="Matched by No Rule", readonly=True)

    @api.model
    def default_get(self, fields):
        """Count what the rules would do now."""
        values = super().default_get(fields)
        company = self.env.company.root_id
        given = self._given(company)
        numbers, amounts = Counter(), Counter()
        for _key, rule_id, user_id, amount in given:
            numbers[rule_id, user_id] += 1
            amounts[rule_id, user_id] += amount
        [(waiting,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM (%s) unassigned", self.env["collection.case"]._unassigned(company))
        )
        values["given_count"], values["left_count"] = len(given), waiting - len(given)
        values["line_ids"] = [
            Command.create(
                {"rule_id": rule_id, "user_id": user_id, "case_count": number, "amount": amounts[rule_id, user_id]}
            )
            for (rule_id, user_id), number in numbers.items()
        ]
        return values

    @api.model
    def _given(self, company):
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may hand out cases."))
        cases = self.env["collection.case"]
        return self.env["collection.assign.rule"]._give(company, cases._unassigned(company), cases._today())

    def action_confirm(self):
        """Give the cases that still have nobody to whom the rules say.

        :raises UserError: when no rule gives any
        """
        self.ensure_one()
        if self.company_id not in self.env.companies.root_id:
            raise AccessError(self.env._("Switch to a company before you hand out its cases."))
        given = self._given(self.company_id)
        if not given:
            raise UserError(self.env._("No rule matches a case that nobody has: nothing was assigned."))
        # as when cases open: no note a case, what a rule gave to whom is kept with the rule
        self.env["collection.case"]._hand_over({key: user_id for key, _rule_id, user_id, _amount in given})
        self.env["collection.assign.rule"]._remember(given)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s cases assigned.", len(given)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
