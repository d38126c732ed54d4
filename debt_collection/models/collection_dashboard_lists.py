"""The dashboard's lists: channels, top debtors, promises due."""

from odoo import models
from odoo.tools import SQL, format_date

from ..tools import kpi

TOP = 10


class CollectionDashboard(models.AbstractModel):
    _inherit = "collection.dashboard"

    def _listing(self, title, columns, rows, empty, **more):
        """Return what the browser writes as a table.

        :param columns: [(key, label, kind)], kind "text", "number", "share" (with a bar), or "minor" and "minor_number"
            for what a phone has no room for
        :param rows: [(key, {column: text or (text, target)}, share between 0 and 1 or None)]
        :param empty: what is said when there is no row
        """
        return {
            "title": title,
            "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
            "rows": [
                {
                    "key": key,
                    "share": share,
                    "cells": [
                        {"key": column, "text": cell[0], "target": cell[1]}
                        if isinstance(cell, tuple)
                        else {"key": column, "text": cell, "target": False}
                        for column, cell in ((column, cells[column]) for column, _label, _kind in columns)
                    ],
                }
                for key, cells, share in rows
            ],
            "empty": empty,
            **more,
        }

    # ---- channels -------------------------------------------------------------------------------------------------

    def _contact_rows(self, question, column):
        """Return [(value of a column, attempts, reached, answered, cost)] of the contacts that were published."""
        return self.env.execute_query(
            SQL(
                """
                SELECT %(column)s, coalesce(sum(attempts), 0), coalesce(sum(reached), 0), coalesce(sum(answered), 0),
                       coalesce(sum(cost), 0)
                  FROM collection_snapshot_contact
                 WHERE company_id = %(company)s AND date BETWEEN %(first)s AND %(last)s %(mine)s
              GROUP BY %(column)s
                """,
                column=SQL.identifier(column),
                company=question.company.id,
                first=question.first,
                last=question.last,
                mine=SQL("AND user_id = %s", question.user_id) if question.user_id else SQL(),
            )
        )

    def _contact_totals(self, question):
        rows = self._contact_rows(question, "company_id")
        _company, attempts, _reached, answered, _cost = rows[0] if rows else (0,) * 5
        return {"attempts": attempts, "answered": answered}

    def _channels(self, question):
        """Return the table of what each channel brought, the best answered first."""
        company = question.company
        labels = dict(self.env["collection.channel"]._selection())
        rows = []
        for channel, attempts, reached, answered, cost in self._contact_rows(question, "channel"):
            rate = kpi.share(answered, attempts)
            cells = {
                "channel": (
                    labels.get(channel, channel),
                    self._target("response_rate", question, key=channel),
                ),
                "attempts": self._number(attempts),
                "reached": self._number(reached),
                "answered": self._number(answered),
                "rate": self._said(company, "percent", rate),
                "cost": company.currency_id.format(cost),
            }
            rows.append((rate or 0.0, (channel, cells, (rate or 0.0) / 100)))
        days = company._collection_settings().collection_response_days
        return self._listing(
            self.env._("Response per channel"),
            [
                ["channel", self.env._("Channel"), "text"],
                ["attempts", self.env._("Attempts"), "minor_number"],
                ["reached", self.env._("Reached"), "minor_number"],
                ["answered", self.env._("Answered"), "number"],
                ["rate", self.env._("Rate"), "share"],
                ["cost", self.env._("Cost"), "minor_number"],
            ],
            [row for _rate, row in sorted(rows, key=lambda row: (-row[0], row[1][0]))],
            self.env._("No contact of this period has been counted yet."),
            subtitle=self.env._("A reply, a promise or a payment within %s days; counted when those are over", days),
        )

    # ---- what is open now -----------------------------------------------------------------------------------------

    def _debtors(self, company, user_id):
        """Return the table of those from whom there is the most to collect now."""
        domain = [("company_id", "=", company.id), ("state", "=", "open"), ("amount_claim", ">", 0)]
        if user_id:
            domain.append(("user_id", "=", user_id))
        cases = self.env["collection.case"].search(domain, order="amount_claim desc, id", limit=TOP)
        largest = cases[:1].amount_claim
        rows = []
        for case in cases:
            # sudo: whoever sees the case sees the names on it
            shown = case.sudo()
            step = shown.next_level_id.name or shown.reason or ""
            if shown.next_level_id and shown.next_action_date:
                step = self.env._(
                    "%(step)s, %(date)s", step=step, date=self._short_date(shown.next_action_date, "MMMd")
                )
            cells = {
                "debtor": (shown.display_name, self._target("debtor", key=case.id)),
                "claim": self._money(company, case.amount_claim),
                "oldest": self.env._("%s days", self._number(case.days_overdue)),
                "step": step or "—",
                "user": shown.user_id.name or self.env._("Nobody"),
            }
            rows.append((str(case.id), cells, case.amount_claim / largest))
        return self._listing(
            self.env._("Top debtors"),
            [
                ["debtor", self.env._("Debtor"), "text"],
                ["claim", self.env._("To collect"), "share"],
                ["oldest", self.env._("Oldest"), "number"],
                ["step", self.env._("Next step"), "minor"],
                ["user", self.env._("Collector"), "minor"],
            ],
            rows,
            self.env._("Nothing is to be collected now."),
            subtitle=self.env._("As it is now"),
            target=self._target("cases", user_id=user_id or False),
            more=self.env._("All cases"),
        )

    def _promises_due(self, company, user_id):
        """Return the table of the open promises: late, for today, for the rest of the week, for later."""
        self.env["collection.promise"].flush_model()
        today = self.env["collection.case"]._today()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN promise.date < %(today)s THEN 'late'
                            WHEN promise.date = %(today)s THEN 'today'
                            WHEN promise.date <= %(week)s THEN 'week'
                            ELSE 'later' END AS due,
                       promise.currency_id, count(*), sum(promise.amount)
                  FROM collection_promise promise
                  JOIN collection_case c ON c.id = promise.case_id
                 WHERE promise.company_id = %(company)s AND promise.state IN ('open', 'to_match') %(mine)s
              GROUP BY due, promise.currency_id
                """,
                today=today,
                week=self._week_end(today),
                company=company.id,
                mine=SQL("AND c.user_id = %s", user_id) if user_id else SQL(),
            )
        )
        totals = {}
        for due, currency_id, count, amount in rows:
            currency = self.env["res.currency"].browse(currency_id)
            before = totals.get(due, (0, 0.0))
            worth = currency._convert(amount, company.currency_id, company, today)
            totals[due] = (before[0] + count, before[1] + worth)
        labels = {
            "late": self.env._("Late"),
            "today": self.env._("Today"),
            "week": self.env._("Rest of this week"),
            "later": self.env._("Later"),
        }
        return self._listing(
            self.env._("Promises due"),
            [
                ["due", self.env._("Due"), "text"],
                ["count", self.env._("Promises"), "number"],
                ["amount", self.env._("Amount"), "number"],
            ],
            [
                (
                    due,
                    {
                        "due": (label, self._target("promises_due", user_id=user_id or False, key=due)),
                        "count": self._number(totals.get(due, (0, 0))[0]),
                        "amount": self._money(company, totals.get(due, (0, 0.0))[1]),
                    },
                    None,
                )
                for due, label in labels.items()
                if totals
            ],
            self.env._("No promise is open. Those made on a case or in a call appear here."),
            subtitle=self.env._("Open now, %s", format_date(self.env, today)),
        )
