"""Many cases pass to other collectors at once: a few statements, and a note in the log of each where one is given."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _hand_over(self, collectors, summaries=None):
        """Make others the collectors of cases, note it in their logs, and from when on it holds.

        Nobody is sent a mail a case, as writing one by one would. Who may do so has been checked by the caller.
        :param collectors: {case id: user id, or None for nobody}
        :param summaries: {case id: what its log says}
        """
        self.flush_model(["user_id", "write_date"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case c
                   SET user_id = given.user_id, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[], %s::int[]) given(case_id, user_id)
                 WHERE c.id = given.case_id
                """,
                self.env.uid,
                list(collectors),
                list(collectors.values()),
            )
        )
        self.invalidate_model(["user_id"])
        # sudo: nobody has write access to the log; it grows by what is done, in the name of who did it
        self.env["collection.contact"].sudo()._append(
            [
                {
                    "case_id": case_id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "user_id": self.env.uid,
                    "summary": summary,
                }
                for case_id, summary in (summaries or {}).items()
            ]
        )
        of_companies = self.env.execute_query(
            SQL(
                "SELECT company_id, array_agg(debtor_id) FROM collection_case WHERE id = ANY(%s) GROUP BY company_id",
                list(collectors),
            )
        )
        for company_id, debtor_ids in of_companies:
            # sudo: written by what is done
            self.env["collection.assignment"].sudo()._follow(
                self.env["res.company"].sudo().browse(company_id), self._today(), debtor_ids
            )
