"""The periodic report of a company: its summary and the status of each account, as data and as files."""

from odoo import api, models
from odoo.tools import SQL

from .collection_kpi import Scope


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
                "opening": figures.get("opening", 0.0),
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
    def _of_collector(self, company, user, partner, at):
        """Return the SQL of a join that keeps what a collector had on a day; nothing without a collector."""
        if not user:
            return SQL()
        assigned = self.env["collection.assignment"]._assigned(company, partner, at)
        return SQL("%s WHERE assigned.user_id = %s", assigned, user.id)

    @api.model
    def _events(self, company, date_from, date_to, user):
        """Return how many contacts and promises there were: contacts, contacted, promises_made, _due and _kept.

        A promise counts as made on its day, and as due and kept as the KPIs count it.
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
                )
                SELECT (SELECT count(*) FROM own_attempt) AS contacts,
                       (SELECT count(DISTINCT debtor_id) FROM own_attempt) AS contacted,
                       (SELECT count(*) FROM made) AS promises_made
                """,
                attempt=self._attempt_cte(company, date_from, date_to),
                company=company.id,
                date_from=date_from,
                date_to=date_to,
                of_attempt=self._of_collector(company, user, SQL("attempt.partner_id"), SQL("attempt.day")),
                of_made=self._of_collector(company, user, SQL("promise.partner_id"), SQL("promise.date_made")),
            )
        )
        scope = Scope(company, None, user.ids or None)
        [judged] = self.env["collection.kpi"]._promises(scope, date_from, date_to) or [{}]
        return row | {name: judged.get(name, 0) for name in ("promises_due", "promises_kept")}
