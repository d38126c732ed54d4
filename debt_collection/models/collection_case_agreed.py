"""What has been agreed with debtors, as it stands today: holds, disputes, promises and plans (the part of assess that
sees to it before it is decided what is claimed)."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _see_to_agreements(self, company, partner_ids, today):
        """End the holds whose day has come, and judge what some debtors have agreed to.

        Most debtors have agreed to nothing, which one small statement tells.
        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        :return: bool, whether there are promises among it
        """
        [(held, disputed, promised, planned)] = self.env.execute_query(
            SQL(
                """
                WITH c AS (
                    SELECT id, state, hold_until
                      FROM collection_case
                     WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                )
                SELECT EXISTS (SELECT FROM c WHERE state = 'open' AND hold_until <= %(today)s)
                           OR EXISTS (SELECT FROM collection_item item JOIN c ON c.id = item.case_id
                                       WHERE item.hold_until <= %(today)s),
                       EXISTS (SELECT FROM collection_dispute dispute JOIN c ON c.id = dispute.case_id
                                WHERE dispute.state = 'accepted'),
                       EXISTS (SELECT FROM collection_promise promise JOIN c ON c.id = promise.case_id),
                       EXISTS (SELECT FROM collection_plan plan JOIN c ON c.id = plan.case_id
                                WHERE plan.state IN ('active', 'completed'))
                """,
                company=company.id,
                partners=list(partner_ids),
                today=today,
            )
        )
        if held:
            self._end_holds(company, partner_ids, today)
        if disputed:
            self.env["collection.dispute"]._end_accepted(company, partner_ids)
        if promised:
            self.env["collection.promise"]._judge(company, partner_ids, today)
        if planned:
            self.env["collection.plan"]._judge(company, partner_ids, today)
        return promised
