"""The periodic report of a company: its summary and the status of each account, as data and as files."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class CollectionReport(models.AbstractModel):
    _name = "collection.report"
    _description = "Periodic Report of Collections"

    @api.model
    def _make(self, company, date_from, date_to, user=None, lang=None):
        """Return a report as files, kept nowhere.

        :param company: res.company (its root is taken)
        :param date_from: datetime.date, the first day of the period
        :param date_to: datetime.date, the last
        :param user: res.users, the collector whose accounts it is about; None for all
        :param lang: code of its language; None for the user's
        :return: {"pdf": bytes, "xlsx": bytes}
        """
        lang = lang or self.env.lang or "en_US"
        title = self.with_context(lang=lang).env._("Collections report")
        return self._files(self._gather(company, date_from, date_to, user), title, lang)

    @api.model
    def _gather(self, company, date_from, date_to, user=None):
        """Return what a report tells, whatever its language: the cases are brought in line with the ledger first.

        :return: dict with company, date_from, date_to, user, today, figures ({code: value or None}, see `_labels`)
            and accounts (see `_accounts`)
        """
        company, user = company.root_id, user or self.env["res.users"]
        today = self.env["collection.case"]._today()
        self.env["collection.case"]._assess(company, today=today)
        accounts = self._accounts(company, date_from, date_to, user, today)
        figures = self.env["collection.kpi"]._compute(company, date_from, date_to, "user_id" if user else None)
        figures = figures.get(user.id if user else None) or {}
        due, recovered = (sum(row[name] for row in accounts) for name in ("due", "recovered"))
        return {
            "company": company,
            "date_from": date_from,
            "date_to": date_to,
            "user": user,
            "today": today,
            "accounts": accounts,
            "figures": {
                **figures,
                **self._events(company, date_from, date_to, user),
                "opening": self._opening(company, date_from - timedelta(days=1), user),
                "to_collect": sum(row["claim"] for row in accounts),
                "due": due,
                "recovered": recovered,
                "recovered_share": 100 * recovered / due if due else None,
            },
        }

    @api.model
    def _labels(self):
        """Return [(code, label, unit)] of the summary, in its order; unit as in collection.kpi."""
        kpis = {
            kpi["code"]: (kpi["code"], kpi["label"], kpi["unit"]) for kpi in self.env["collection.kpi"]._definitions()
        }
        return [
            ["opening", self.env._("Receivables at the start"), "money"],
            kpis["sales"],
            kpis["collected"],
            ["receivables", self.env._("Receivables at the end"), "money"],
            kpis["overdue"],
            ["to_collect", self.env._("To collect now, from the accounts below"), "money"],
            ["due", self.env._("Due from them in the period"), "money"],
            ["recovered", self.env._("Recovered of it"), "money"],
            ["recovered_share", self.env._("Recovered against due"), "percent"],
            kpis["dso"],
            kpis["best_possible_dso"],
            kpis["cei"],
            ["contacts", self.env._("Contacts"), "number"],
            ["contacted", self.env._("Accounts contacted"), "number"],
            ["promises_made", self.env._("Promises made"), "number"],
            ["promises_due", self.env._("Promises that fell due"), "number"],
            ["promises_kept", self.env._("Promises kept"), "number"],
        ]

    @api.model
    def _opening(self, company, at, user):
        """Return what was owed at the end of a day, less credits; of the debtors a collector had then."""
        ledger = self.env["collection.ledger"]
        ledger._prepare()
        [(amount,)] = self.env.execute_query(
            SQL(
                "WITH %(past)s SELECT coalesce(sum(residual), 0) FROM past_line %(assigned)s",
                past=ledger._past_line_cte(company, at),
                assigned=self._of_collector(company, user, SQL("past_line.partner_id"), at),
            )
        )
        return amount

    @api.model
    def _of_collector(self, company, user, partner, at):
        """Return the SQL of a join that keeps what a collector had on a day; nothing without a collector."""
        if not user:
            return SQL()
        assigned = self.env["collection.assignment"]._assigned(company, partner, at)
        return SQL("%s WHERE assigned.user_id = %s", assigned, user.id)

    @api.model
    def _events(self, company, date_from, date_to, user):
        """Return how many contacts and promises there were: contacts, contacted, promises_made, _due and _kept.

        A promise counts as made on its day, and as due and kept on the day it was promised for.
        """
        self.env["collection.promise"].flush_model()
        self.env["collection.assignment"].flush_model()
        [row] = self.env["collection.ledger"]._fetch(
            SQL(
                """
                WITH %(attempt)s,
                own_attempt AS (SELECT attempt.* FROM attempt %(of_attempt)s),
                made AS (
                    SELECT promise.id
                      FROM (SELECT promise.*, c.partner_id
                              FROM collection_promise promise
                              JOIN collection_case c ON c.id = promise.case_id
                             WHERE promise.company_id = %(company)s
                               AND date_made BETWEEN %(date_from)s AND %(date_to)s) promise
                      %(of_made)s
                ),
                fallen_due AS (
                    SELECT promise.state
                      FROM (SELECT promise.*, c.partner_id
                              FROM collection_promise promise
                              JOIN collection_case c ON c.id = promise.case_id
                             WHERE promise.company_id = %(company)s
                               AND promise.state IN ('kept', 'partial', 'broken', 'to_match')
                               AND promise.date_judged BETWEEN %(date_from)s AND %(date_to)s) promise
                      %(of_due)s
                )
                SELECT (SELECT count(*) FROM own_attempt) AS contacts,
                       (SELECT count(DISTINCT debtor_id) FROM own_attempt) AS contacted,
                       (SELECT count(*) FROM made) AS promises_made,
                       (SELECT count(*) FROM fallen_due) AS promises_due,
                       (SELECT count(*) FROM fallen_due WHERE state = 'kept') AS promises_kept
                """,
                attempt=self._attempt_cte(company, date_from, date_to),
                company=company.id,
                date_from=date_from,
                date_to=date_to,
                of_attempt=self._of_collector(company, user, SQL("attempt.partner_id"), SQL("attempt.day")),
                of_made=self._of_collector(company, user, SQL("promise.partner_id"), SQL("promise.date_made")),
                of_due=self._of_collector(company, user, SQL("promise.partner_id"), SQL("promise.date_judged")),
            )
        )
        return row
