"""The dashboard's measures, from what was published each day."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL, formatLang

from ..tools import kpi
from ..tools.daily import Daily
from ..tools.kpi import BUCKETS

TILES = (
    "receivables", "overdue", "collected", "dso", "cei",
    "add", "percent_current", "promise_kept_rate", "response_rate", "disputed",
)  # fmt: skip
# a DSO of one week says nothing: each point of the curve looks back this many days
LOOK_BACK = 90


class CollectionDashboard(models.AbstractModel):
    _inherit = "collection.dashboard"

    def _published(self, company):
        """Return the first and the last day that a company has figures of; None when it has none."""
        [days] = self.env.execute_query(
            SQL("SELECT min(date), max(date) FROM collection_snapshot WHERE company_id = %s", company.id)
        )
        return days if days[0] else None

    def _days(self, question, first):
        """Return the published days from one up to the question's last as a Daily, zeros where a collector had nothing.

        Where nothing was published on the first, it begins with the last day before that was.
        """
        [(start,)] = self.env.execute_query(
            SQL(
                "SELECT max(date) FROM collection_snapshot WHERE company_id = %s AND date <= %s",
                question.company.id,
                first,
            )
        )
        days = self.env["collection.snapshot"]._series(
            question.company, start or first, question.last, self._collector(question), every_day=True
        )
        for day in days:
            day["overdue"] = sum(day[bucket] for bucket in BUCKETS[1:])
        return Daily(days)

    def _collector(self, question):
        """Return the res.users whose figures are asked for; None for all."""
        return self.env["res.users"].browse(question.user_id) if question.user_id else None

    def _figures(self, question, before, promises):
        """Return the tiles, the charts and the roll rates of a question.

        :param before: the question of the period before, None when nothing was published then
        :param promises: see `_promise_results`, of the question
        """
        buckets = question.company._collection_buckets()
        days = self._days(
            question, min((before or question).first - timedelta(days=1), question.first - timedelta(days=LOOK_BACK))
        )
        return {
            "compared_text": self.env._("Compared with %s", self._between(before.first, before.last))
            if before
            else self.env._("Nothing was published before to compare with"),
            "tiles": self._tiles(question, before, days, promises),
            "charts": [
                self._ageing_chart(question, days, buckets),
                self._dso_chart(question, days),
                self._collected_chart(question, days),
            ],
            "roll": self._roll(question, buckets),
        }

    # ---- the tiles ------------------------------------------------------------------------------------------------

    def _measures(self, question, days, promises):
        """Return {code: value or None} of a period, and what stands behind: its stocks, sales, counts."""
        start, end = days.at(question.first - timedelta(days=1)), days.at(question.last)
        length = (question.last - question.first).days + 1
        sales = days.total("sales", question.first, question.last)
        by_month = question.company._collection_settings().collection_cei_by_month
        months = kpi.months_of(question.first, question.last) if by_month else 1
        kept, due = (sum(row[name] for row in promises.values()) for name in ("kept", "due"))
        contacts = self._contact_totals(question)
        return {
            **{code: end[code] for code in ("receivables", "overdue", "disputed", "not_due", "credit")},
            "collected": days.total("collected", question.first, question.last),
            "sales": sales,
            "dso": kpi.dso(end["receivables"], sales, length),
            "best": kpi.best_possible_dso(end["not_due"], sales, length),
            "add": kpi.average_days_delinquent(end["receivables"], end["not_due"], sales, length),
            "cei": start
            and kpi.collection_effectiveness(start["receivables"], sales, end["receivables"], end["not_due"], months),
            "percent_current": kpi.share(end["not_due"], end["not_due"] + end["overdue"]),
            "promise_kept_rate": kpi.share(kept, due),
            "response_rate": kpi.share(contacts["answered"], contacts["attempts"]),
            "kept": kept,
            "due": due,
            **contacts,
        }

    def _tiles(self, question, before, days, promises):
        """Return [{code, label, help, text, detail, change, target}]; change: {text, tone, icon, title} or None."""
        now = self._measures(question, days, promises)
        then = self._measures(before, days, self._promise_results(before)) if before else {}
        definitions = {row["code"]: row for row in self.env["collection.kpi"]._definitions()}
        definitions["disputed"] = {
            "label": self.env._("Disputed"),
            "unit": "money",
            "better": "down",
            "help": self.env._("What debtors object to and is not resolved, at the end."),
        }
        details = self._details(question.company, now)
        return [
            {
                "code": code,
                "label": definitions[code]["label"],
                "help": definitions[code]["help"],
                "text": self._said(question.company, definitions[code]["unit"], now[code]),
                "detail": details.get(code, ""),
                "change": self._change(question.company, definitions[code], now[code], then.get(code)),
                "target": self._target(code, question),
            }
            for code in TILES
        ]

    def _details(self, company, now):
        """Return {code: a line below the figure that says what it is to be read against}."""
        owed = now["not_due"] + now["overdue"]
        details = {
            "cei": self.env._("Of what could be collected"),
            "receivables": self.env._("Credits taken off: %s", self._money(company, now["credit"])),
            "collected": self.env._("Credit sales: %s", self._money(company, now["sales"])),
            "add": self.env._("DSO less best possible"),
            "dso": self.env._("Best possible: %s", self._said(company, "days", now["best"])),
            "percent_current": self.env._("Not yet due: %s", self._money(company, now["not_due"])),
            "promise_kept_rate": self.env._(
                "%(kept)s of %(due)s due", kept=self._number(now["kept"]), due=self._number(now["due"])
            ),
            "response_rate": self.env._(
                "%(answered)s of %(attempts)s contacts",
                answered=self._number(now["answered"]),
                attempts=self._number(now["attempts"]),
            ),
        }
        if owed:
            for code in ("overdue", "disputed"):
                details[code] = self.env._("%s of what is owed", self._percent(100 * now[code] / owed))
        return details

    def _change(self, company, definition, now, then):
        """Return how a figure has moved since the period before; None when one of the two cannot be said."""
        if now is None or then is None:
            return None
        moved = now - then
        if definition["unit"] == "money":
            if not then or company.currency_id.is_zero(moved):
                moved = 0 if company.currency_id.is_zero(moved) else None
            else:
                moved = 100 * moved / abs(then)
        if moved is None:
            return None
        amount = {
            "money": lambda: self._percent(abs(moved)),
            "percent": lambda: self.env._("%s points", formatLang(self.env, abs(moved), digits=1)),
            "days": lambda: self._said(company, "days", abs(moved)),
        }[definition["unit"]]()
        direction = "same" if abs(moved) < 0.05 else "up" if moved > 0 else "down"
        return {
            "text": self.env._("unchanged") if direction == "same" else amount,
            "direction": direction,
            "tone": "muted" if direction == "same" else "success" if direction == definition["better"] else "danger",
            "title": self.env._("Before: %s", self._said(company, definition["unit"], then)),
        }
