"""The dashboard's charts and roll rates: points over time, each with its value in words."""

import itertools
from datetime import timedelta

from odoo import models
from odoo.tools import format_date, get_lang
from odoo.tools.date_utils import end_of

from ..tools import kpi
from .collection_dashboard_figures import LOOK_BACK

ROLL_MONTHS = 12

# longer periods are drawn month by month
WEEKLY_UP_TO = 190


class CollectionDashboard(models.AbstractModel):
    _inherit = "collection.dashboard"

    def _week_end(self, day):
        """Return the last day of the week a day is in, as the language counts weeks."""
        start = int(get_lang(self.env).week_start)
        return day + timedelta(days=(start - 2 - day.weekday()) % 7)

    def _weeks(self, question):
        """Return [(first, last)] of the calendar weeks of a period, cut off at its ends."""
        weeks, first = [], question.first
        while first <= question.last:
            last = min(self._week_end(first), question.last)
            weeks.append((first, last))
            first = last + timedelta(days=1)
        return weeks

    def _steps(self, question):
        """Return [(first, last)]: the weeks of a short period, the months of a long one."""
        if (question.last - question.first).days <= WEEKLY_UP_TO:
            return self._weeks(question)
        steps, first = [], question.first
        while first <= question.last:
            last = min(end_of(first, "month"), question.last)
            steps.append((first, last))
            first = last + timedelta(days=1)
        return steps

    def _chart(self, question, code, title, kind, unit, steps, datasets, **more):
        """Return what the browser draws: a point a step, and for each data set its values and the same in words."""
        # a bar is named by the days it covers, in short; the table beside it says them in full
        monthly = any((last - first).days > 6 for first, last in steps)
        skeleton = "yMMM" if monthly else "MMMd"
        ends = [
            f"{label}: {self._said(question.company, unit, values[-1])}" for _key, label, _opens, values in datasets
        ]
        return {
            "code": code,
            "title": title,
            "description": self.env._("%(chart)s. At the end: %(figures)s", chart=title, figures="; ".join(ends)),
            "kind": kind,
            "points": [
                {
                    "label": self._short_date(last, skeleton),
                    "title": self._between(first, last) if code == "collected" else format_date(self.env, last),
                    "date_from": first.isoformat(),
                    "date_to": last.isoformat(),
                }
                for first, last in steps
            ],
            "datasets": [
                {
                    "key": key,
                    "label": label,
                    "values": values,
                    "texts": [self._said(question.company, unit, value) for value in values],
                    "target": {"code": opens, "key": key, "user_id": question.user_id or False},
                }
                for key, label, opens, values in datasets
            ],
            **more,
        }

    def _ageing_chart(self, question, days, buckets):
        steps = self._steps(question)
        ends = [days.at(last) for _first, last in steps]
        return self._chart(
            question, "ageing", self.env._("Ageing over time"), "stacked", "money", steps,
            [(key, label, "bucket", [row[key] for row in ends]) for key, label in buckets],
            subtitle=self.env._("Before credits, by days past the due date"),
        )  # fmt: skip

    def _dso_chart(self, question, days):
        steps = self._steps(question)
        actual, best = [], []
        for _first, last in steps:
            since = last - timedelta(days=LOOK_BACK - 1)
            # without figures of all the days before, there is no telling what was sold
            sales = (days.dates[0] <= since and days.total("sales", since, last)) or 0
            end = days.at(last)
            actual.append(kpi.dso(end["receivables"], sales, LOOK_BACK))
            best.append(kpi.best_possible_dso(end["not_due"], sales, LOOK_BACK))
        return self._chart(
            question, "dso", self.env._("DSO against best possible"), "line", "days", steps,
            [("dso", self.env._("DSO"), "dso", actual), ("best", self.env._("Best possible DSO"), "bucket", best)],
            subtitle=self.env._("Each point with the sales of the %s days before it", LOOK_BACK),
        )  # fmt: skip

    def _collected_chart(self, question, days):
        steps = self._weeks(question)
        return self._chart(
            question, "collected", self.env._("Collected per week"), "bar", "money", steps,
            [("collected", self.env._("Collected"), "collected",
              [days.total("collected", first, last) for first, last in steps])],
            subtitle=self.env._("Money received, less what went back"),
        )  # fmt: skip

    # ---- the roll rates -------------------------------------------------------------------------------------------

    def _roll(self, question, buckets):
        """Return the roll rates of the last whole months: how much of a bucket stood in the next one a month later."""
        months = self.env["collection.snapshot"]._roll_rates(
            question.company, question.last, ROLL_MONTHS, self._collector(question)
        )
        rows = []
        for month in months:
            closes, rates = month["month"], month["rates"]
            if all(rate is None for rate in rates.values()):
                continue
            cells = [
                {
                    "key": key,
                    "text": self._said(question.company, "percent", rates[key]),
                    "intensity": min(max(rates[key] or 0.0, 0.0), 100.0) / 100,
                    "target": self._target("bucket", question, key=following, date_from=closes, date_to=closes),
                }
                for (key, _label), (following, _label) in itertools.pairwise(buckets)
            ]
            rows.append({"key": closes.isoformat(), "label": self._short_date(closes, "yMMM"), "cells": cells})
        return {
            "title": self.env._("Roll rates"),
            "subtitle": self.env._("How much of each bucket stood in the next one a month later"),
            "month": self.env._("Month"),
            "pairs": [
                {"key": key, "first": label, "second": following}
                for (key, label), (_key, following) in itertools.pairwise(buckets)
            ],
            "rows": rows,
            "empty": self.env._("Roll rates need two month ends; the second one is still to come."),
        }
