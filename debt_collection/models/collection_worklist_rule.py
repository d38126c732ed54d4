"""What a case gets points for in the worklist: the manager's weights, for every strategy or for one."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

KINDS = [
    ("promise_broken", "Promise broken"),
    ("promise_due", "Promise due today"),
    ("amount", "Amount to collect"),
    ("age", "Days late"),
    ("silence", "Days since the last contact"),
    ("behaviour", "Promises broken so far"),
    ("importance", "Importance of the customer"),
]
# they hold or do not hold: there is nothing to reach
WITHOUT_THRESHOLD = ("promise_broken", "promise_due")
IMPORTANCE_REACHED = {"important": 1, "vip": 2}


class CollectionWorklistRule(models.Model):
    _name = "collection.worklist.rule"
    _description = "Points in the Worklist"
    _order = "strategy_id, kind, threshold, id"
    _rec_name = "kind"

    strategy_id = fields.Many2one(
        "collection.strategy",
        ondelete="cascade",
        index=True,
        help="Empty: for every strategy that has no points of its own.",
    )
    kind = fields.Selection(KINDS, string="For", required=True)
    threshold = fields.Float(
        string="From",
        digits=(16, 2),
        help="Amounts in the company's currency; days; or a number. Of several that are reached the highest counts.",
    )
    importance = fields.Selection(
        [("important", "Important"), ("vip", "VIP")],
        string="Customer",
        compute="_compute_importance",
        inverse="_inverse_importance",
    )
    points = fields.Integer(required=True)

    _threshold_uniq = models.UniqueIndex(
        "(coalesce(strategy_id, 0), kind, threshold)", "There are points for this already: change those."
    )

    @api.depends("kind", "threshold")
    def _compute_importance(self):
        reached = {number: importance for importance, number in IMPORTANCE_REACHED.items()}
        for rule in self:
            rule.importance = reached.get(int(rule.threshold)) if rule.kind == "importance" else False

    def _inverse_importance(self):
        for rule in self.filtered(lambda rule: rule.kind == "importance"):
            rule.threshold = IMPORTANCE_REACHED.get(rule.importance, 0)

    @api.onchange("kind", "importance")
    def _onchange_kind(self):
        if self.kind == "importance":
            self.threshold = IMPORTANCE_REACHED.get(self.importance, 0)
        elif self.kind in WITHOUT_THRESHOLD:
            self.threshold = 0

    @api.constrains("kind", "threshold")
    def _check_threshold(self):
        for rule in self:
            if rule.threshold < 0:
                raise ValidationError(self.env._("Points are given from a threshold of zero or more."))
            if rule.kind in WITHOUT_THRESHOLD and rule.threshold:
                raise ValidationError(self.env._("A promise is broken or due, or it is not: leave “From” empty."))
            if rule.kind == "importance" and rule.threshold not in IMPORTANCE_REACHED.values():
                raise ValidationError(self.env._("Choose for which customers the points are: important ones or VIPs."))

    @api.model_create_multi
    def create(self, vals_list):
        """What a manager sets holds at once."""
        rules = super().create(vals_list)
        self._score_again()
        return rules

    def write(self, vals):
        """What a manager sets holds at once."""
        result = super().write(vals)
        self._score_again()
        return result

    def unlink(self):
        """What a manager takes away holds no more at once."""
        result = super().unlink()
        self._score_again()
        return result

    @api.model
    def _score_again(self):
        self.env.registry.clear_cache()
        # sudo: the points of every case follow the rules, whoever of them the manager sees
        cases = self.env["collection.case"].sudo()
        cases._score(cases._today())

    @api.model
    def _scales(self):
        """Return {id of a strategy, or None for those without points of their own: {kind: [(threshold, points)]}},
        thresholds rising.
        """
        scales = {None: {}}
        # sudo: the points are shown with what they are for to whoever sees the case
        for rule in self.sudo().search([("threshold", ">=", 0)], order="threshold, id"):
            scale = scales.setdefault(rule.strategy_id.id or None, {})
            scale.setdefault(rule.kind, []).append((rule.threshold, rule.points))
        return scales

    @api.model
    @ormcache()
    def _first_silence(self):
        """Return after how many days without contact a case first gets points for it; None: never."""
        thresholds = [threshold for scale in self._scales().values() for threshold, _points in scale.get("silence", ())]
        return min(thresholds, default=None)

    @api.model
    def _words(self, kind, threshold, points, currency):
        """Return what points are for, in a few words, such as “25 from $ 10,000.00”.

        :param currency: res.currency of amounts
        """
        count = int(threshold)
        if kind == "amount":
            return self.env._("%(points)s from %(amount)s", points=points, amount=currency.format(threshold))
        if kind == "age":
            return self.env._("%(points)s from %(days)s days late", points=points, days=count)
        if kind == "silence":
            return self.env._("%(points)s no contact for %(days)s days", points=points, days=count)
        if kind == "behaviour":
            return self.env._("%(points)s from %(count)s broken promises", points=points, count=count)
        if kind == "promise_broken":
            return self.env._("%(points)s promise broken", points=points)
        if kind == "promise_due":
            return self.env._("%(points)s promise due today", points=points)
        if count == IMPORTANCE_REACHED["vip"]:
            return self.env._("%(points)s VIP", points=points)
        return self.env._("%(points)s important", points=points)
