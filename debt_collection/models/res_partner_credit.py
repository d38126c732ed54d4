"""Who is being collected from, for those who are about to sell to them."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    collection_flagged = fields.Boolean(
        string="In Collections",
        compute="_compute_collection_credit",
        groups="base.group_user",
        help="The case in the current company has reached the level, or the amount, of its settings.",
    )
    collection_credit_warning = fields.Char(compute="_compute_collection_credit", groups="base.group_user")

    @api.depends_context("company", "lang")
    @api.depends("commercial_partner_id")
    def _compute_collection_credit(self):
        cases = self._collection_flagged_cases(self.env.company)
        for partner in self:
            case = cases.get(partner.commercial_partner_id)
            partner.collection_flagged = bool(case)
            partner.collection_credit_warning = case and partner._collection_credit_words(case)

    def _collection_flagged_cases(self, company):
        """Return {commercial entity: its open case} of those to be warned of, in one search.

        :param company: res.company; the settings and cases are its root's
        :return: the cases with the rights to read them: whoever sells is told of them, and no more
        """
        settings = company._collection_settings()
        level, amount = settings.collection_credit_level_id, settings.collection_credit_amount
        if not level and not amount:
            return {}
        # sudo: salespeople are told that a debtor is in collections without having access to cases
        cases = (
            self.env["collection.case"]
            .sudo()
            .search(
                [
                    ("company_id", "=", settings.id),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("state", "=", "open"),
                    ("stage", "!=", "courtesy"),
                ]
            )
        )
        return {
            case.partner_id.with_env(self.env): case
            for case in cases
            if (level and case.level_id and case.level_id.delay_days >= level.delay_days)
            or (amount and case.currency_id.compare_amounts(case.amount_claim, amount) >= 0)
        }

    def _collection_credit_words(self, case):
        """Return the warning about this contact, whose case is given."""
        words = {
            "debtor": self.commercial_partner_id.name,
            "amount": case.currency_id.format(case.amount_claim),
            "level": case.level_id.name,
        }
        if not case.level_id:
            return self.env._("%(debtor)s is in collections: %(amount)s is to be collected.", **words)
        return self.env._(
            "%(debtor)s is in collections: %(amount)s is to be collected, the level reached is “%(level)s”.", **words
        )
