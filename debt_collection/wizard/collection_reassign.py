"""Pass many cases to another collector: those selected, or all of somebody who has left or is overloaded."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# each case gets a note in its log, and a web request has its time; what is left is found again
AT_ONCE = 10000


class CollectionReassign(models.TransientModel):
    _name = "collection.reassign"
    _description = "Reassign Cases"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_ids = fields.Many2many("collection.case", string="Selected Cases")
    is_selection = fields.Boolean()
    from_user_id = fields.Many2one(
        "res.users", string="From", context={"active_test": False}, domain="[('share', '=', False)]"
    )
    to_user_id = fields.Many2one(
        "res.users",
        string="To",
        required=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("debt_collection.group_collection_collector").ids)],
    )
    future = fields.Boolean(
        string="Their future cases, too",
        default=True,
        help="The new collector becomes the debtors' own collector. Otherwise their next cases go to whom they would "
        "have gone: the debtor's own collector, the rules or the company's default.",
    )
    activities = fields.Boolean(
        string="What is planned on them, too",
        default=True,
        help="Calls and other activities that the former collectors have planned on these cases.",
    )
    reason = fields.Char(string="Why", help="For the log of each case.")
    case_count = fields.Integer(string="Cases", compute="_compute_found")
    amount = fields.Monetary(string="To Collect", compute="_compute_found")
    at_once = fields.Integer(compute="_compute_found")

    @api.model
    def default_get(self, fields):
        """Take the cases selected in a list."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "collection.case" and self.env.context.get("active_ids"):
            values.update(case_ids=[(6, 0, self.env.context["active_ids"])], is_selection=True)
        return values

    @api.depends("case_ids", "is_selection", "from_user_id", "to_user_id", "company_id")
    def _compute_found(self):
        for wizard in self:
            [(wizard.case_count, wizard.amount)] = self.env["collection.case"]._read_group(
                wizard._domain(), [], ["__count", "amount_claim:sum"]
            )
            wizard.at_once = AT_ONCE

    def _domain(self):
        """Return the domain of the open cases that would pass over."""
        self.ensure_one()
        domain = [("state", "=", "open"), ("company_id", "=", self.company_id.id)]
        if self.to_user_id:
            domain.append(("user_id", "!=", self.to_user_id.id))
        if self.is_selection:
            return [*domain, ("id", "in", self.case_ids.ids)]
        return [*domain, ("user_id", "=", self.from_user_id.id)] if self.from_user_id else [(0, "=", 1)]

    @api.constrains("from_user_id", "to_user_id")
    def _check_users(self):
        for wizard in self:
            if wizard.from_user_id == wizard.to_user_id:
                raise ValidationError(self.env._("These cases are this collector's already: choose another."))
            # sudo: whether this user may work on cases
            fault = self.env["collection.assign.rule"]._fault(wizard.to_user_id.sudo(), wizard.company_id)
            if fault:
                raise ValidationError(self.env._("Choose another collector. %s", fault))

    def action_confirm(self):
        """Pass the cases over, and show what was done, with the button that puts it back.

        :raises UserError: when there is nothing to pass over
        """
        self.ensure_one()
        cases = self.env["collection.case"].search(self._domain(), limit=AT_ONCE)
        if not cases:
            raise UserError(
                self.env._("None of these cases is open and another collector's: there is nothing to pass on.")
            )
        reassignment = self.env["collection.reassignment"]._make(
            cases, self.to_user_id, self.from_user_id, self.future, self.activities, self.reason
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reassignment"),
            "res_model": "collection.reassignment",
            "res_id": reassignment.id,
            "views": [(False, "form")],
            "target": "current",
        }
