"""Holds end by themselves on their day; the log says so."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    _held = models.Index("(partner_id) WHERE hold_until IS NOT NULL")

    @api.model
    def _end_holds(self, company, partner_ids, today):
        """Log the holds of some debtors' open cases that end, and end those on single items.

        A hold on a whole case is taken off by assess itself, with the rest of what it says of a case.
        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        """
        self.flush_model(["company_id", "partner_id", "state", "hold_until"])
        self.env["collection.item"].flush_model(["case_id", "hold_until", "hold_reason"])
        cases = self.env.execute_query(
            SQL(
                """
                SELECT id FROM collection_case
                 WHERE company_id = %s AND partner_id = ANY(%s) AND state = 'open' AND hold_until <= %s
                """,
                company.id,
                list(partner_ids),
                today,
            )
        )
        items = self.env.execute_query(
            SQL(
                """
                WITH ended AS (
                    UPDATE collection_item item
                       SET hold_until = NULL, hold_reason = NULL
                      FROM collection_case c
                     WHERE c.company_id = %s AND c.partner_id = ANY(%s)
                       AND item.case_id = c.id AND item.hold_until <= %s
                 RETURNING c.id AS case_id, c.state, item.is_open, item.name
                )
                SELECT case_id, string_agg(name, ', ' ORDER BY name)
                  FROM ended WHERE state = 'open' AND is_open GROUP BY case_id
                """,
                company.id,
                list(partner_ids),
                today,
            )
        )
        if not cases and not items:
            return
        self.env["collection.item"].invalidate_model(["hold_until", "hold_reason"])
        ended = [(case_id, self.env._("Hold ended.")) for (case_id,) in cases]
        ended += [(case_id, self.env._("Hold ended: %s", names)) for case_id, names in items]
        root = self.env.ref("base.user_root")
        # sudo: nobody has write access to the log; it grows by what happens
        self.env["collection.contact"].sudo()._append(
            [
                {
                    "case_id": case_id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "user_id": root.id,
                    "summary": summary,
                }
                for case_id, summary in ended
            ]
        )
