"""Cases that nobody has: those that open without a collector of their debtor's, and those that are open so."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _open_cases(self, company, today):
        """The debtor's own collector wins; then the first rule that matches; the company's default comes last."""
        given = self.env["collection.assign.rule"]._give(
            company,
            SQL(
                """
                SELECT position.partner_id AS key, position.partner_id, position.claim AS amount, position.strategy_id
                  FROM collection_tmp_position position
             LEFT JOIN collection_debtor debtor ON debtor.id = position.debtor_id
                 WHERE position.case_id IS NULL AND (position.opens OR position.is_courtesy)
                   AND debtor.user_id IS NULL
                """
            ),
            today,
        )
        if given:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE collection_tmp_position position
                       SET user_id = given.user_id
                      FROM unnest(%s, %s) given(partner_id, user_id)
                     WHERE position.partner_id = given.partner_id
                    """,
                    [key for key, *_rest in given],
                    [user_id for _key, _rule_id, user_id, _amount in given],
                )
            )
            self.env["collection.assign.rule"]._remember(given)
        return super()._open_cases(company, today)

    @api.model
    def _unassigned(self, company):
        """Return the SQL of the open cases of a company that nobody has, as `collection.assign.rule` wants them."""
        self.flush_model(["state", "user_id", "company_id", "partner_id", "amount_claim", "strategy_id"])
        return SQL(
            """
            SELECT id AS key, partner_id, amount_claim AS amount, strategy_id
              FROM collection_case
             WHERE state = 'open' AND user_id IS NULL AND company_id = %s
            """,
            company.root_id.id,
        )
