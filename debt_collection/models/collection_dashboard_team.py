"""The dashboard's collectors: who they are, what came in, what was promised, how much there is to do."""

from odoo import models
from odoo.tools import SQL

from .collection_kpi import Scope


class CollectionDashboard(models.AbstractModel):
    _inherit = "collection.dashboard"

    def _collector_names(self, company):
        """Return [{id, name}] of whoever had debtors on a published day or has open cases."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id FROM collection_snapshot WHERE company_id = %(company)s
                 UNION
                SELECT user_id FROM collection_case WHERE company_id = %(company)s AND state = 'open'
                """,
                company=company.id,
            )
        )
        # sudo: a collector who has left, or works in other companies too, is still named
        users = self.env["res.users"].sudo().browse([user_id for (user_id,) in rows if user_id]).exists()
        return [{"id": user.id, "name": user.name} for user in users.sorted("name")]

    def _promise_results(self, question):
        """Return {collector: {kept, due}}: the promises judged in the period, as the KPIs count them.

        They count for who had the debtor on the day.
        """
        scope = Scope(question.company, "user_id", [question.user_id] if question.user_id else None)
        rows = self.env["collection.kpi"]._promises(scope, question.first, question.last)
        return {row["key"]: {"kept": row["promises_kept"], "due": row["promises_due"]} for row in rows}

    def _team(self, question, promises, collectors):
        """Return the table of the collectors: what came in, what was promised, how much there is to do.

        :param promises: see `_promise_results`
        :param collectors: see `_collector_names`
        """
        company = question.company
        # statements of other models' rows: what is pending is written first
        self.env["collection.case"].flush_model(["user_id", "state", "stage", "amount_claim"])
        mine = SQL("AND user_id = %s", question.user_id) if question.user_id else SQL()
        collected = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT user_id, coalesce(sum(collected), 0)
                      FROM collection_snapshot
                     WHERE company_id = %s AND date BETWEEN %s AND %s %s
                  GROUP BY user_id
                    """,
                    company.id,
                    question.first,
                    question.last,
                    mine,
                )
            )
        )
        cases = {
            user_id: (count, claim)
            for user_id, count, claim in self.env.execute_query(
                SQL(
                    """
                    SELECT user_id, count(*), coalesce(sum(amount_claim), 0)
                      FROM collection_case
                     WHERE company_id = %s AND state = 'open' AND stage != 'courtesy' %s
                  GROUP BY user_id
                    """,
                    company.id,
                    mine,
                )
            )
        }
        contacts = {row[0]: row[1] for row in self._contact_rows(question, "user_id")}
        names = {row["id"]: row["name"] for row in collectors}
        best = max(collected.values(), default=0)
        rows = []
        for user_id in collected.keys() | cases.keys() | promises.keys() | contacts.keys():
            money, (open_cases, claim) = collected.get(user_id, 0.0), cases.get(user_id, (0, 0.0))
            promise = promises.get(user_id, {"kept": 0, "due": 0})
            if not (money or open_cases or promise["due"] or contacts.get(user_id)):
                continue
            of_user = question._replace(user_id=user_id)
            cells = {
                "name": (
                    names.get(user_id) or self.env._("Nobody"),
                    self._target("cases", of_user, key="" if user_id else "nobody"),
                ),
                "collected": (self._money(company, money), user_id and self._target("collected", of_user)),
                "promises": (
                    self.env._(
                        "%(kept)s of %(due)s", kept=self._number(promise["kept"]), due=self._number(promise["due"])
                    )
                    if promise["due"]
                    else "—",
                    user_id and promise["due"] and self._target("promise_kept_rate", of_user),
                ),
                "contacts": self._number(contacts.get(user_id, 0)),
                "cases": self._number(open_cases),
                "claim": self._money(company, claim),
            }
            rows.append((money, (str(user_id or 0), cells, max(money, 0.0) / best if best > 0 else 0.0)))
        return self._listing(
            self.env._("Collectors"),
            [
                ["name", self.env._("Collector"), "text"],
                ["collected", self.env._("Collected"), "share"],
                ["promises", self.env._("Promises kept"), "minor_number"],
                ["contacts", self.env._("Contacts"), "minor_number"],
                ["cases", self.env._("Open cases"), "number"],
                ["claim", self.env._("To collect"), "minor_number"],
            ],
            [row for _money, row in sorted(rows, key=lambda row: (-row[0], row[1][0]))],
            self.env._("No collector had a debtor in this period."),
            subtitle=self.env._("Collected, promises and contacts in the period; cases and what to collect now"),
        )
