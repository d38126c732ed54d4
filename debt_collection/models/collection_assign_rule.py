"""Who gets a new case: rules in an order, of which the first that matches gives the case to one of its collectors."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionAssignRule(models.Model):
    _name = "collection.assign.rule"
    _description = "Assignment Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    country_ids = fields.Many2many("res.country", string="Countries", help="Of the debtor. Empty: any, or none.")
    amount_from = fields.Monetary(
        string="From", help="What there is to collect when the case opens, in the company's currency."
    )
    amount_to = fields.Monetary(string="To", help="Up to and with this amount. 0: without limit.")
    category_ids = fields.Many2many(
        "res.partner.category", string="Tags", help="The debtor has one of them, or of those below them."
    )
    strategy_ids = fields.Many2many(
        "collection.strategy", string="Strategies", domain="[('company_id', 'in', (False, company_id))]"
    )
    lang_ids = fields.Many2many("res.lang", string="Languages", help="Of the debtor.")
    # no domain here, which would hide who has left from the rule that names them
    user_ids = fields.Many2many("res.users", string="Collectors", context={"active_test": False})
    mode = fields.Selection(
        [("turn", "In turn"), ("fewest", "Who has the fewest open cases")],
        string="Among Several",
        default="turn",
        required=True,
        help="In turn: by name, the next after who had the last one.",
    )
    turn_ids = fields.One2many("collection.assign.turn", "rule_id", string="Given So Far")
    case_count = fields.Integer(compute="_compute_case_count", string="Cases Given")
    warning = fields.Char(compute="_compute_warning")

    @api.constrains("amount_from", "amount_to")
    def _check_amounts(self):
        for rule in self:
            compare = rule.currency_id.compare_amounts
            if compare(rule.amount_from, 0) < 0 or compare(rule.amount_to, 0) < 0:
                raise ValidationError(self.env._("The amounts of a rule are not negative."))
            if rule.amount_to and compare(rule.amount_from, rule.amount_to) > 0:
                raise ValidationError(
                    self.env._("No case is of “%s”: its lower amount is above the upper one.", rule.name)
                )

    @api.depends("turn_ids.case_count")
    def _compute_case_count(self):
        for rule in self:
            rule.case_count = sum(rule.turn_ids.mapped("case_count"))

    @api.depends("user_ids.active", "user_ids.group_ids", "user_ids.company_ids", "company_id")
    def _compute_warning(self):
        for rule in self:
            # sudo: whether they may work on cases
            faults = list(filter(None, (self._fault(user, rule.company_id) for user in rule.sudo().user_ids)))
            if not rule._usable():
                faults.append(self.env._("Nobody is left: the rule is passed over."))
            rule.warning = " ".join(faults)

    @api.model
    def _fault(self, user, company):
        """Return why a user is given no case of a company; False for who may be."""
        if not user.active:
            return self.env._("%s has left.", user.name)
        if not user.has_group("debt_collection.group_collection_collector"):
            return self.env._("%s is no collector.", user.name)
        if company not in user.company_ids.root_id:
            return self.env._("%(user)s has no access to %(company)s.", user=user.name, company=company.name)
        return False

    def _usable(self):
        """Return the collectors of this rule who may be given a case, in the order of their turns."""
        # sudo: whether they may work on cases
        users = self.sudo().user_ids.filtered(lambda user: not self._fault(user, self.company_id))
        return users.sorted(lambda user: (user.name or "", user.id))
